"""导出11月台账: the branch's tables as a private Excel file; every export is on the trail."""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, command
from bot.messages import File
from bot.organisation import meant
from bot.understanding.values import Month, Months, Organisation, RecentMonths
from bot.wording import in_group
from handlers.ledger.below import export_below
from handlers.ledger.compilation import Exportable, compiled, lies_ahead, usual_months
from handlers.ledger.workbook import MEDIA_TYPE
from models import Level

OF_A_BRANCH = in_group("单项的表有姓名，由各支部导出。各支部的汇总表发送“导出台账”。")
AHEAD = "{months}还没有开始，没有可以导出的记录。例如：导出{month}月台账"
READY = "{what}（{months}）见附件，共 {sheets} 张表、{members} 人。含个人信息，请只交给需要的人。"
GROUP = "{what}（{months}）已私聊发给您。"
FILE_NAME = "{branch}_{what}_{months}.xlsx"


@command(
    "export",
    "(导出|下载|生成) {what}",
    "(导出|下载|生成)",
    "@(把|将) {what} 导出",
    "@(要|发我|给我|发)(一份|个) {what}[表]",
    "@{what=台账|台帐|总表}",
    "@{what} & (导出|下载|生成|导|导一份|导个|导一下)[来|出来]",
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
    asked = Months(months or usual_months(what, request.now))
    if lies_ahead(what, asked, request.now):
        raise Refusal(in_group(AHEAD, months=asked, month=Month.of(request.now).month))
    made = await compiled(request.my_branch, what, asked, request.settings, request.now)
    names = {"what": what.label, "months": asked.label}
    return Reply(
        group=in_group(GROUP, what=what, months=asked),
        private=READY.format(sheets=made.sheets, members=made.active, **names),
        file=File(FILE_NAME.format(branch=request.my_branch.name, **names), MEDIA_TYPE, made.content),
        subjects=[member.id for member in made.members if member.id != request.me.id],
    )
