"""我的: the member's own month in one private message or page, with what to type for each thing that is open."""

from __future__ import annotations

from bot.commands import Reply, Request, Role, command
from bot.pages import Item, Sheet, page
from bot.standing import Standing, of_member
from bot.understanding.values import Money, Month
from bot.whereabouts import place
from bot.wording import in_brackets, in_group, typed, when
from handlers.overview.office import of_office
from handlers.overview.todo import waiting_in
from models import Activity, Branch, BranchKind, Level, Placement, ReportState, Talk
from models.dues import monthly_standard
from models.report import period_label
from models.talk import upcoming

HEAD = "{name}同志，您的{month}："
REPORT = "思想汇报"
REPORT_OF = "思想汇报（{period}）"
NOT_ASKED = "不用交"
REPORT_OPEN = "还没交，请在{until}前交。"
REPORT_RETURNED = "已退回，请修改后重交。"
HOW_TO_REPORT = "发送“交思想汇报 正文”，或直接发文件"
REPORT_WAITS = "{day}已交，等待批阅"
REPORT_APPROVED = "{day}已批阅，合格"
COMMENT = "批阅意见：{comment}"
DUES = "党费"
DUES_OPEN = "{months}还没交，共 {amount}。"
HOW_TO_PAY = "交给书记后发送“交党费 {example}”"
DUES_DONE = "已交到{month}"
DUES_WAIT = "待书记确认：{months}"
TALK = "谈心谈话"
TALK_BOOKED = "{start}，与{other}。"
HOW_TO_MOVE = "要改发送“谈心改时间”，不谈发送“取消谈心”"
TALK_NONE = "没有预约。发送“谈心有哪些时段”看可约的时间"
ACTIVITY = "{number}号{kind}（{start}）{topic}"
JOINED = "已报名"
EXCUSED = "已请假"
UNANSWERED = "还没报名。"
HOW_TO_ANSWER = "发送“报名 {number}”，来不了发送“请假 {number} 原因”"
LIFE = "组织生活"
NO_ACTIVITY = "30 天内没有安排"
ALL_DONE = "本月的事都办好了。"
PLACEMENT = "去向"
PLACEMENT_NONE = "还没登记。发送“报到 苏州 汇川技术 到明年6月”，在学校发送“我在校”"
STILL_OPEN = "还有 {count} 件事要办。"
IN_OFFICE = "支部里还有 {count} 件等您处理：{titles}。发送“待办”看怎么办。"

GROUP_OPEN = "本月还有 {count} 件事，已私聊发给您。"
GROUP_DONE = in_group("本月的事都办好了，详情已私聊发给您。")


@command(
    "me",
    "我的",
    "我的(进度|情况|信息|状态|记录|完成情况)",
    "@(看|查|查看|看看)我的(进度|情况|信息|记录|状态)",
    "@我(本月|这个月|这月)(完成|做|还差|还有|还要|还没)(什么|哪些|得怎么样|怎么样|啥|得如何)",
    "@我[本月|这个月|这月]还(差|有|剩)(什么|哪些|啥) [没交|没做|没完成|没弄]",
    "@我的[个人](进度|情况|信息|状态|记录|完成情况|资料|档案)",
    "@个人(中心|进度|情况|信息|记录|主页)",
    "@我(完成|做)[得]<情况>",
    "@我[的] (进度|情况|状态)[到|在|走到|进行到]<哪里>[一步|步][了]",
    "@我[的](进度|情况|状态)<情况>",
    "@我 任务(完成|做完|做好)[了]<吗>",
    "@我 (还有|还|有)(差|缺|剩|欠|没|没有)[做|弄|交|完成|办]",
    "@我 (没|没有|未)(做|弄|完成|办) ",
    "@我 <情况>",
    "@我 <什么>(进度|情况|状态|进展)",
    "@我[还]<未交>的[有|是|东西]<什么>",
    "@[今天|现在|最近|这周|这个月][有|还有]<什么>[是|要|需要]我(弄|办|做|干|搞)[的]",
    "@[今天|现在|最近|这周|这个月][有|还有]<什么>(要|需要)[我](弄|办|做|干|搞)[的]",
    changes=False,
    help="我的 — 看自己本月的情况",
)
async def me(request: Request) -> Reply:
    """The sender's own month; in a group only how many things are open."""
    if request.my_branch.level is not Level.BRANCH:
        return Reply(private=await of_office(request))
    standing = await _standing(request)
    sheet = await _sheet(request, standing)
    count = sum(item.open for item in sheet.items)
    return Reply(group=in_group(GROUP_OPEN, count=count) if count else GROUP_DONE, private=str(sheet))


@page("me", path="", title="我的")
async def my_page(request: Request) -> Sheet:
    """What the command tells, to be read in the browser."""
    if request.my_branch.level is not Level.BRANCH:
        return Sheet(await of_office(request))
    return await _sheet(request, await _standing(request))


async def _standing(request: Request) -> Standing:
    return await of_member(request.me, request.my_branch, request.settings, request.now)


async def _sheet(request: Request, standing: Standing) -> Sheet:
    talks = await upcoming(request.me.id, request.now)
    items = [
        _report(standing),
        await _dues(request, standing, request.my_branch),
        *_talks(request, talks),
        *_activities(standing),
        *await _placement(request),
    ]
    count = sum(item.open for item in items)
    close = STILL_OPEN.format(count=count) if count else ALL_DONE
    if request.role >= Role.COMMITTEE and (waiting := await waiting_in(request)):
        titles = "、".join(one.text.partition("：")[0] for one in waiting)
        close = f"{close}\n{IN_OFFICE.format(count=len(waiting), titles=titles)}"
    return Sheet(HEAD.format(name=request.me.name, month=Month.of(request.now).label), items, close)


def _report(standing: Standing) -> Item:
    if standing.due is None:
        return Item(REPORT, NOT_ASKED)
    label, report = REPORT_OF.format(period=period_label(standing.due.period)), standing.report
    if report is None:
        return Item(label, REPORT_OPEN.format(until=when(standing.due.until)), [HOW_TO_REPORT], open=True)
    comment = [COMMENT.format(comment=report.comment)] if report.comment else []
    if report.state is ReportState.RETURNED:
        return Item(label, REPORT_RETURNED, [HOW_TO_REPORT, *comment], open=True)
    if report.state is ReportState.APPROVED and report.reviewed_at:
        return Item(label, REPORT_APPROVED.format(day=when(report.reviewed_at)), comment)
    return Item(label, REPORT_WAITS.format(day=when(report.submitted_at or report.started_at)))


async def _dues(request: Request, standing: Standing, branch: Branch) -> Item:
    dues = standing.dues
    waiting = [DUES_WAIT.format(months=dues.unconfirmed.label)] if dues.unconfirmed else []
    if not (standing.member.owes_dues and branch.collects_dues):
        return Item(DUES, NOT_ASKED)
    if dues.missing:
        amount = sum([await _owed_in(request, standing, month) for month in dues.missing])
        example = typed(dues.missing, request.now)
        text = DUES_OPEN.format(months=dues.missing.label, amount=Money(amount).label)
        return Item(DUES, text, [HOW_TO_PAY.format(example=example), *waiting], open=True)
    return Item(DUES, DUES_DONE.format(month=dues.paid_to.label) if dues.paid_to else NOT_ASKED, waiting)


async def _owed_in(request: Request, standing: Standing, month: Month) -> int:
    default = request.settings.dues.standard(standing.member.category)
    return await monthly_standard(standing.member, month.year, default)


def _talks(request: Request, talks: list[Talk]) -> list[Item]:
    if not talks:
        return [Item(TALK, TALK_NONE)]
    return [
        Item(TALK, TALK_BOOKED.format(start=when(talk.start), other=_other(request, talk)), [HOW_TO_MOVE])
        for talk in talks
    ]


def _other(request: Request, talk: Talk) -> str:
    return talk.member.name if talk.host_id == request.me.id else talk.host.name


def _activities(standing: Standing) -> list[Item]:
    life = standing.life
    items = [
        *((one, Item(_named(one), UNANSWERED, [_how_to_answer(one)], open=True)) for one in life.unanswered),
        *((one, Item(_named(one), JOINED)) for one in life.joined),
        *((one, Item(_named(one), EXCUSED)) for one in life.excused),
    ]
    items.sort(key=lambda pair: pair[0].start)
    return [item for _, item in items] or [Item(LIFE, NO_ACTIVITY)]


def _how_to_answer(activity: Activity) -> str:
    return HOW_TO_ANSWER.format(number=activity.number)


async def _placement(request: Request) -> list[Item]:
    """Where the member said they are; [] where a branch does not ask."""
    said = await Placement.get_or_none(claim=request.me.id)
    if said is not None:
        return [Item(PLACEMENT, place(said))]
    asked = request.my_branch.kind is BranchKind.MOBILE and request.me.is_party_member and not request.me.handed_over
    return [Item(PLACEMENT, PLACEMENT_NONE, open=True)] if asked else []


def _named(activity: Activity) -> str:
    start, kind = in_brackets(activity.start), activity.kind.label
    return ACTIVITY.format(number=activity.number, kind=kind, start=start, topic=activity.topic).rstrip()
