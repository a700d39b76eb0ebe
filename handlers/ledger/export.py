"""导出11月台账: the branch's tables as a private Excel file; every export is on the trail."""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, command
from bot.messages import File
from bot.organisation import meant
from bot.understanding.values import Month, Months, Organisation, RecentMonths
from bot.wording import in_group
from handlers.ledger.below import export_below
from handlers.ledger.dues_tables import dues_table, payments_table
from handlers.ledger.life_tables import attendance_table, held_in, life_table
from handlers.ledger.placement_tables import handover_table, placement_table
from handlers.ledger.report_table import report_table
from handlers.ledger.roster_table import roster_table
from handlers.ledger.service_table import service_table
from handlers.ledger.talk_table import talk_table
from handlers.ledger.workbook import MEDIA_TYPE, Table, xlsx
from models import Level, Member, Term

OF_A_BRANCH = in_group("单项的表有姓名，由各支部导出。各支部的汇总表发送“导出台账”。")
AHEAD = "{months}还没有开始，没有可以导出的记录。例如：导出{month}月台账"
READY = "{what}（{months}）见附件，共 {sheets} 张表、{members} 人。含个人信息，请只交给需要的人。"
GROUP = "{what}（{months}）已私聊发给您。"
FILE_NAME = "{branch}_{what}_{months}.xlsx"


class Exportable(Term):
    LEDGER = "ledger", "台账", "总表", "台帐"
    DUES = "dues", "党费", "党费表", "党费台账", "党费记录"
    REPORT = "report", "思想汇报", "汇报"
    TALK = "talk", "谈心", "谈话", "谈心谈话", "谈心记录", "谈话记录"
    LIFE = "life", "组织生活", "考勤", "活动"
    SERVICE = "service", "公益", "公益服务", "公益时长", "志愿服务"
    PLACEMENT = "placement", "去向", "去向表", "实习去向"


@command(
    "export",
    "(导出|下载|生成) {what}",
    "(导出|下载|生成)",
    "@(把|将) {what} 导出",
    "@(要|发我|给我|发)(一份|个) {what}[表]",
    "@{what=台账|台帐|总表}",
    role=Role.COMMITTEE,
    changes=False,
    help="导出台账 — 把记录导出成 Excel，私聊发给您",
)
async def export(
    request: Request, what: Exportable, months: RecentMonths | None = None, branch: Organisation | None = None
) -> Reply:
    """An .xlsx of `months`: the present one for the whole ledger, this year up to now for a single table.

    Above the branches the ledger is a table of counts, of all below or of the one that is named.
    """
    node = await meant(request, branch)
    if request.my_branch.level is not Level.BRANCH:
        if what is not Exportable.LEDGER:
            raise Refusal(OF_A_BRANCH)
        return await export_below(request, node, Months(months or (Month.of(request.now),)))
    this = Month.of(request.now)
    asked = Months(months or _default(what, this))
    if asked[0] > this and what is not Exportable.DUES:
        raise Refusal(in_group(AHEAD, months=asked, month=this.month))
    members = await Member.filter(branch_id=request.my_branch.id).order_by("id")
    tables = await _tables(request, what, asked, members)
    names = {"what": what.label, "months": asked.label}
    file = FILE_NAME.format(branch=request.my_branch.name, **names)
    active = sum(member.active for member in members)
    return Reply(
        group=in_group(GROUP, what=what, months=asked),
        private=READY.format(sheets=len(tables), members=active, **names),
        file=File(file, MEDIA_TYPE, xlsx(tables)),
        subjects=[member.id for member in members if member.id != request.me.id],
    )


def _default(what: Exportable, this: Month) -> list[Month]:
    if what is Exportable.LEDGER:
        return [this]
    return [Month(this.year, number) for number in range(1, this.month + 1)]


async def _tables(request: Request, what: Exportable, months: Months, members: list[Member]) -> list[Table]:
    branch, settings, now = request.my_branch, request.settings, request.now
    everything = what is Exportable.LEDGER
    tables = []
    if everything:
        tables.append(await roster_table(branch, members))
    if everything or what is Exportable.DUES:
        tables.append(await dues_table(branch, members, months, settings, now))
        tables.append(await payments_table(members, months))
    if everything or what is Exportable.REPORT:
        tables.append(await report_table(members, months, settings, now))
    if everything or what is Exportable.TALK:
        tables.append(await talk_table(branch, months))
    if everything or what is Exportable.LIFE:
        activities = await held_in(branch, months, now)
        tables += [life_table(activities), attendance_table(members, activities)]
    if everything or what is Exportable.SERVICE:
        tables.append(await service_table(branch, months, now))
    if everything or what is Exportable.PLACEMENT:
        tables += [await placement_table(members, months, now), await handover_table(members, months)]
    return tables
