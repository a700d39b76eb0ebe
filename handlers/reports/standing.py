"""思想汇报：我的汇报、谁还没交。"""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, command
from bot.organisation import branches_in, meant, names_are_for, parts_of
from bot.people import called
from bot.periods import due, label, owed, owed_each
from bot.understanding.values import Organisation, Period
from bot.wording import GroupText, Public, in_brackets, in_group, join, lines_in_group, when
from handlers.reports import drafts
from models import Branch, Level, Member, Report, ReportState
from models.report import period_start, standing_reports

SHOWN_PERIODS = 4

NONE_YET = "还没有交过思想汇报。"
DUE_NOW = "本期是{period}，还没交，请在{until}前交。发送“交思想汇报”开始。"
MINE = "{period}：{state}{when}{paper}{comment}"
AGAIN = "改好后发送“交思想汇报”重新提交。"
COMMENT = "\n  评语：{comment}"
DRAFT = "草稿：{contents}，还没提交。回复“发完了”提交，或发送“交思想汇报”接着写。"
HANDED_IN = in_group("您本期的思想汇报已交。")
NOT_HANDED_IN = in_group("您本期的思想汇报还没交。")
NOBODY_OWES = in_group("这一期还没有人需要交思想汇报。各类成员按什么周期交，由配置里的 reports.periods 决定。")
COUNTS = "{period}思想汇报：应交 {owed}，已交 {done}，退回待改 {returned}，没交 {missing}。"
NAMES = (
    "{period}思想汇报：应交 {owed}，已交 {done}\n"
    "没交（{missing}）：{names}\n退回待改（{returned}）：{again}\n待批阅（{waiting}）：{queue}"
)
ALL_IN = "{period}思想汇报：应交 {owed}，全部交齐。\n待批阅（{waiting}）：{queue}"
PART = "· {name}：应交 {owed}，已交 {done}，退回待改 {returned}，没交 {missing}"
HOW_TO_REMIND = "\n催一下：催一下没交汇报的"


@command(
    "report.mine",
    "我的[思想]汇报",
    "@我的[思想]汇报[ ](批|审|看|过|通过|交|收到|合格|批阅)[了](没|没有|吗)",
    "@我 [思想]汇报(批|审|看|过|通过|收到|合格|批阅|交)[了](没|没有|吗)",
    "@书记(看|批|批阅|审)[过|了|过了] 我的[思想]汇报(了|没|没有|了没|了吗|了没有|吗)",
    "@书记(看|批|批阅|审)[过] 我[思想]汇报(了|没|没有|了没|了吗|了没有)",
    "@我 [思想]汇报(怎么样|情况|结果|进度|状态|记录)",
    "@(查|看|查看|看看) 我 [思想]汇报",
    "@我交过(哪些|几篇|多少)[思想]汇报",
    "@我交[思想]汇报了(没|吗|没有)",
    "@我[的] & [思想]汇报 & <办了吗>",
    "@[书记|支书] & 我[的] [思想]汇报 & <办了吗>",
    "@[思想]汇报 <办了吗>",
    "@我[的] [思想]汇报[写得]<情况>",
    "@我[的] [思想]汇报 (评语|结果|记录|意见|批语|审核结果|批阅结果)",
    "@(我的|我)[思想]汇报 (批|审|看|过)[了|得]<情况>",
    "@<看> 我[的] [思想]汇报",
    "@[都]发完了(没|没有|吗)",
    "@我[这|本|这个]{_}[的|度|度的][思想]汇报[是不是|有没有][还](没交|没有交|交了没|交了吗|交没交|交过没|交了没有)[吧|呢]",
    "@我[这期|这季度|这个季度|本季度|本期|这回][的][思想]汇报[是不是|有没有][还]"
    "(没交|没有交|没写|交了没|交了吗|交没交|交过没|交了没有)[吧|呢|啊] [我][忘了|忘记了|记不清了|不记得了]",
    "@我[的][思想]汇报[是不是|有没有]还没(写|交)[啊|吧|呢] [<何时>(截止|交|到期)]",
    "@(书记|支书|她|他)(看|批|审|读)(了|过)(没|没有|吗|么)",
    "@(书记|支书)[把]我[的|那个|那篇|那份][思想]汇报(看|批|审)[了|过]<吗>",
    "@我 交[了|过](几|几次|几篇|多少|哪些)[次|篇|份] [思想]汇报",
    "@[思想]汇报(记录|结果|批阅结果|批阅情况|评语)",
    "@(书记|支书) <何时> (批|看|审|批阅) 我[的] [思想]汇报",
    "@<看> [思想]汇报 & (批|审|看)[了]<吗>",
    "@我[的] & [思想]汇报 & <办没办>",
    "@书记 & 我[的] [思想]汇报 & <办没办>",
    "@[我][的] [思想]汇报[的](评语|批语|结果|批阅意见) [在|去|从]<哪里>[能|可以]看",
    "@<看> [思想]汇报[的](评语|批语|结果|批阅意见)",
    "@书记[给|写][我][的](评语|批语)",
    "@(合格|通过|批|过)了(吗|没|没有|么)",
    "@交了是吧 (书记|支书) <何时> [能|可以|会](批|看|审|批阅)",
    "@(书记|支书) <何时> [能|可以|会](批|审|批阅)",
    changes=False,
    help="我的汇报 — 看自己交了哪些、批阅结果和评语",
)
async def mine(request: Request) -> Reply:
    """One's own reports of the last periods with their reviews; in a group whether this period's is handed in."""
    reports = await Report.filter(member_id=request.me.id, claim__isnull=False)
    reports.sort(key=lambda report: (period_start(report.period), report.id), reverse=True)
    open_now = await due(request.me, request.settings.reports, request.now)
    current = open_now.period
    said = [_shown(report) for report in reports[:SHOWN_PERIODS]] or [NONE_YET]
    owes = owed_each(request.me, request.settings.reports)
    handed_in = current in {report.period for report in reports}
    if owes and not handed_in:
        said.append(DUE_NOW.format(period=label(current), until=when(open_now.until)))
    if any(report.period == current and report.state is ReportState.RETURNED for report in reports):
        said.append(AGAIN)
    if draft := await drafts.newest_draft(request.me.id):
        said.append(DRAFT.format(contents=await drafts.contents(draft)))
    group = (HANDED_IN if handed_in else NOT_HANDED_IN) if owes else None
    return Reply(group=group, private="\n".join(said))


def _shown(report: Report) -> str:
    moment = report.reviewed_at or report.submitted_at
    return MINE.format(
        period=label(report.period),
        state=report.state.label,
        when=f"（{in_brackets(moment)}）" if moment else "",
        paper="，纸质版已收到" if report.paper_received_on else "",
        comment=COMMENT.format(comment=report.comment) if report.comment else "",
    )


@command(
    "report.missing",
    "[还有|有](谁|哪些人|哪几个|哪些同志|哪些同学) [还](没|没有|未)(交|写|提交) [思想]汇报",
    "[思想]汇报 [还有|有](谁|哪些人|哪几个|哪些同志|哪些同学) [还](没|没有|未)(交|写|提交)",
    "@[思想]汇报 (没|没有|未)交 (名单|有哪些|有谁|的人|是谁)",
    "@(没|没有|未)交 [思想]汇报[的](名单|有哪些|有哪些人|有谁|人|是谁)",
    "@[思想]汇报(缺|差|欠)(谁|哪些人)",
    "@[思想]汇报 (交齐|收齐)了(没|吗|没有)",
    "[思想]汇报 <谁><未交>",
    "<谁><未交> [思想]汇报",
    "@[思想]汇报 & <未交> & <谁>",
    "@<谁>的[思想]汇报 <未交>",
    "@<未交> [思想]汇报[的]<名单>",
    "@[思想]汇报 <未交>[的]<名单>",
    "@(<看>|列出|统计|列|列一下|统计一下|列下) <未交>[的] [思想]汇报[的][人|同学|同志|党员|名单|情况]",
    "@[思想]汇报 [还](差|缺|欠|少|剩) <谁>[的]",
    "@<谁>[还](差|缺|欠|少) [思想]汇报",
    "@[思想]汇报 [都](交|收)(齐|全|完)[了]<吗>",
    "@[大家|同学们|同志们|支部][的][思想]汇报[都](交|写|收)[得|的|到](咋样|怎么样|如何|多少|几份|几个|什么程度)[了]",
    "@[思想]汇报[的](提交|上交|收缴|收集)<情况>",
    "@思想汇报 [都](收齐|收全|收完)[了]<吗>",
    "@(我问的是|我是问|我说的是|我是说|问的是)[思想]汇报[还](没|没有)交的[人|是谁|有谁|名单]",
    "@(谁|哪些人|哪几个人|哪位)的[思想]汇报[还](没|没有|未|等着|等)(批|批阅|审)[的|吗|呢]",
    "@[还|还有](没|没有|未|等着|待)(批|批阅|审)的[思想]汇报[还有|有](谁|谁的|哪些|哪几份|几份|多少份|多少)",
    "@[思想]汇报[还有|有](谁|谁的|哪些|哪几份|几份|多少份)[还](没|没有|未)(批|批阅|审)",
    "@[还有|有](几|多少|哪几|哪些)[份|篇][思想]汇报[还](没|没有|未)(批|批阅|审)",
    role=Role.COMMITTEE,
    changes=False,
    help="谁还没交思想汇报 — 看各期应交、已交和没交的名单",
)
async def missing(request: Request, period: Period | None = None, branch: Organisation | None = None) -> Reply:
    """Who owes a report for the current periods, or that of `period`: names privately, counts in the group.

    Above the branches the counts of those directly below; who reads names: `names_are_for`.
    """
    node = await meant(request, branch)
    if node.level is not Level.BRANCH:
        return await _below(request, node, period)
    members = await Member.filter(branch_id=node.id, active=True).order_by("id")
    periods = owed(members, request.settings.reports, request.now, period)
    if not periods:
        raise Refusal(NOBODY_OWES)
    calling = called(members)
    counts: list[GroupText] = []
    names: list[str] = []
    subjects: set[int] = set()
    for each, owing in periods.items():
        standing = await standing_reports([member.id for member in owing], each)
        split = _split(owing, standing, calling)
        counts.append(_counted(each, len(owing), split))
        names.append(_named(each, len(owing), split))
        subjects |= {member.id for member in owing if member.id != request.me.id}
    if not names_are_for(request, node):
        return Reply(lines_in_group(counts), about=node.id)
    private = "\n\n".join(names) + HOW_TO_REMIND
    return Reply(lines_in_group(counts), private, subjects=sorted(subjects), about=node.id)


async def _below(request: Request, node: Branch, period: Period | None) -> Reply:
    """The sums of each period, and of each of those directly below; a query or two a period, however many they are."""
    parts = await parts_of(node)
    members = await Member.filter(branch_id__in=[one.id for one in branches_in(parts)], active=True).order_by("id")
    periods = owed(members, request.settings.reports, request.now, period)
    if not periods:
        raise Refusal(NOBODY_OWES)
    calling = dict.fromkeys((member.id for member in members), "")
    lines: list[GroupText] = []
    for each, owing in periods.items():
        standing = await standing_reports([member.id for member in owing], each)
        lines.append(_counted(each, len(owing), _split(owing, standing, calling)))
        for part in parts:
            inside = {branch.id for branch in part.branches}
            theirs = [member for member in owing if member.branch_id in inside]
            lines.append(_part(part.node, len(theirs), _split(theirs, standing, calling)))
    return Reply(group=lines_in_group(lines), about=node.id)


def _part(node: Branch, owing: int, split: dict[ReportState | None, list[str]]) -> GroupText:
    return in_group(
        PART,
        name=Public(node.name),
        owed=owing,
        done=_done(split),
        returned=len(split[ReportState.RETURNED]),
        missing=len(split[None]),
    )


def _split(
    owing: list[Member], standing: dict[int, Report], calling: dict[int, str]
) -> dict[ReportState | None, list[str]]:
    """Names by the state of the report that stands; None for those who have handed in nothing."""
    split: dict[ReportState | None, list[str]] = {state: [] for state in (None, *ReportState)}
    for member in owing:
        report = standing.get(member.id)
        split[report.state if report else None].append(calling[member.id])
    return split


def _done(split: dict[ReportState | None, list[str]]) -> int:
    return len(split[ReportState.SUBMITTED]) + len(split[ReportState.APPROVED])


def _counted(period: str, owing: int, split: dict[ReportState | None, list[str]]) -> GroupText:
    return in_group(
        COUNTS,
        period=label(period),
        owed=owing,
        done=_done(split),
        returned=len(split[ReportState.RETURNED]),
        missing=len(split[None]),
    )


def _named(period: str, owing: int, split: dict[ReportState | None, list[str]]) -> str:
    done, waiting = _done(split), split[ReportState.SUBMITTED]
    return (ALL_IN if done == owing else NAMES).format(
        period=label(period),
        owed=owing,
        done=done,
        missing=len(split[None]),
        names=join(split[None]),
        returned=len(split[ReportState.RETURNED]),
        again=join(split[ReportState.RETURNED]),
        waiting=len(waiting),
        queue=join(waiting),
    )
