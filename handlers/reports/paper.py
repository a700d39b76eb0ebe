"""思想汇报：收到纸质版，有电子版的和没有的。"""

from __future__ import annotations

from bot.commands import Ask, Refusal, Reply, Request, Role, ToMember, command, undo
from bot.people import find_member
from bot.periods import VOLUNTARY, due, label
from bot.understanding.values import Name, Period
from bot.wording import in_group, when
from handlers.reports.drafts import has_only_paper
from handlers.reports.overlapping import overlap
from models import Member, Report, ReportState
from models.report import period_of, period_start

PAPER = "已登记：{name}的{period}思想汇报的纸质版于{day}收到。登记错了发送“撤销”或“没收到纸质 {name}”。"
PAPER_TO_AUTHOR = "您的{period}思想汇报的纸质版已收到（{day}）。"
STILL_NO_PAPER_TO_AUTHOR = "您的{period}思想汇报的纸质版还没有收到，请交给书记。已经交过的话，请联系书记。"
NO_PAPER = "已改为：{name}的{period}思想汇报的纸质版没有收到。"
PAPER_IN_GROUP = in_group("纸质版已登记。")
ASK_PAPER_ONLY = "{name}没有发来电子版的{period}思想汇报。要登记为只交了纸质版吗？登记后算已交、待批阅。"
PAPER_ONLY = (
    "已登记：{name}的{period}思想汇报只交了纸质版，于{day}收到，待批阅。\n"
    "批阅：批阅 {name} 合格。登记错了发送“撤销”或“没收到纸质 {name}”。"
)
PAPER_ONLY_TO_AUTHOR = "您的{period}思想汇报的纸质版已收到（{day}），这一期不用再发电子版。"
NO_PAPER_ONLY = "已改为：{name}的{period}思想汇报没有交。"
NO_PAPER_TO_AUTHOR = "您的{period}思想汇报的纸质版登记有误，已更正为没有交。交过的话，请联系书记。"
NOT_BEGUN = "{period}还没有开始，纸质版请写明是哪一期的，例如：收到纸质 张三 2026年第四季度"
PAPER_REVIEWED = "{name}的{period}思想汇报只交了纸质版，已经批阅（{state}），不能改为没有收到。"
PAPER_AGAIN = "“没收到纸质”不能撤销。纸质版其实收到了，请发：收到纸质 {name}"
NO_REPORT = "{name}没有交过{period}思想汇报。"


@command(
    "report.paper",
    "(收到|已收|收了|收到了)(纸质|纸质版|纸质稿|纸质汇报|纸质思想汇报|纸质版汇报|纸质版思想汇报)",
    "@(收到|已收|收了|收到了){member}的(纸质|纸质版|纸质稿|纸质汇报|纸质思想汇报|纸质版汇报|纸质版思想汇报)",
    "@{member}的(纸质|纸质版|纸质稿|纸质汇报|纸质思想汇报)(收到|已收|收了|收到了)",
    "@(纸质|纸质版|纸质稿|纸质汇报|纸质思想汇报|纸质版汇报|纸质版思想汇报)",
    "{missing=没收到|没有收到|未收到}(纸质|纸质版|纸质稿|纸质汇报|纸质思想汇报|纸质版汇报|纸质版思想汇报)",
    role=Role.COMMITTEE,
    offices=False,
    help="收到纸质 张三 — 登记收到汇报的纸质版；登记错了：没收到纸质 张三",
)
async def paper(request: Request, member: Name, period: Period | None = None, missing: bool | None = None) -> Reply:
    """Note the day on which the paper copy of a report came in."""
    author = await find_member(request.my_branch, member)
    report = await _latest(author, period)
    if missing is None and report is not None and report.paper_received_on and period is None:
        report = await _latest(author, await _due_now(request, author))  # the paper of that one is here already
    if report is None:
        if missing:
            raise Refusal(NO_REPORT.format(name=author.name, period=label(period) if period else ""))
        return await _only_paper(request, author, period)
    if missing and await has_only_paper(report):
        return await _not_even_paper(request, author, report)
    report.paper_received_on = None if missing else request.now.date()
    return await _noted(request, author, report)


@undo(paper)
async def paper_back(request: Request, record: int) -> Reply:
    """The paper has not come in after all; the day of one that was struck out is not kept."""
    report = await Report.get(id=record).select_related("member")
    author = report.member
    if report.paper_received_on is None:
        raise Refusal(PAPER_AGAIN.format(name=author.name))
    if await has_only_paper(report):
        return await _not_even_paper(request, author, report)
    report.paper_received_on = None
    return await _noted(request, author, report)


async def _noted(request: Request, author: Member, report: Report) -> Reply:
    """Keep whether the paper of a report that was sent as well is here, and tell its author."""
    await report.save(update_fields=["paper_received_on"])
    here = report.paper_received_on is not None
    told = {"name": author.name, "period": label(report.period), "day": when(request.now.date())}
    to_author = PAPER_TO_AUTHOR if here else STILL_NO_PAPER_TO_AUTHOR
    return Reply(
        group=PAPER_IN_GROUP,
        private=(PAPER if here else NO_PAPER).format(**told),
        notices=_unless_oneself(request, author, to_author.format(**told)),
        record=report.id,
        subjects=[author.id],
    )


async def _latest(author: Member, period: Period | None) -> Report | None:
    reports = await Report.filter(member_id=author.id, claim__isnull=False)
    fitting = [report for report in reports if period is None or overlap(report.period, period)]
    return max(fitting, key=lambda report: period_start(report.period), default=None)


async def _due_now(request: Request, author: Member) -> Period:
    return Period((await due(author, request.settings.reports, request.now)).period)


async def _only_paper(request: Request, author: Member, named: Period | None) -> Reply:
    """A report of which nothing but the paper came in: it counts as handed in, and is reviewed as any other."""
    settings = request.settings.reports
    if named is None:
        period: str = await _due_now(request, author)
    else:
        period = period_of(period_start(named), settings.period_kind(author.category) or VOLUNTARY)
    if period_start(period) > request.now.date():
        raise Refusal(NOT_BEGUN.format(period=label(period)))
    if not request.confirmed:
        raise Ask(ASK_PAPER_ONLY.format(name=author.name, period=label(period)))
    today = request.now.date()
    report = await Report.create(
        member=author,
        period=period,
        claim=Report.claim_of(author.id, period),
        state=ReportState.SUBMITTED,
        started_at=request.now,
        submitted_at=request.now,
        paper_received_on=today,
    )
    told = {"name": author.name, "period": label(period), "day": when(today)}
    return Reply(
        group=PAPER_IN_GROUP,
        private=PAPER_ONLY.format(**told),
        notices=_unless_oneself(request, author, PAPER_ONLY_TO_AUTHOR.format(**told)),
        record=report.id,
        subjects=[author.id],
    )


async def _not_even_paper(request: Request, author: Member, report: Report) -> Reply:
    """Without its paper there is no report."""
    told = {"name": author.name, "period": label(report.period), "state": report.state.label}
    if report.state is not ReportState.SUBMITTED:
        raise Refusal(PAPER_REVIEWED.format(**told))
    report.state, report.claim, report.paper_received_on = ReportState.WITHDRAWN, None, None
    await report.save(update_fields=["state", "claim", "paper_received_on"])
    return Reply(
        group=PAPER_IN_GROUP,
        private=NO_PAPER_ONLY.format(**told),
        notices=_unless_oneself(request, author, NO_PAPER_TO_AUTHOR.format(**told)),
        record=report.id,
        subjects=[author.id],
    )


def _unless_oneself(request: Request, author: Member, text: str) -> list[ToMember]:
    return [] if author.id == request.me.id else [ToMember(author.id, text)]
