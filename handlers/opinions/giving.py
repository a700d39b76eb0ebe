"""提意见：给支部、给学院，具名或匿名；看自己的，撤回。"""

from __future__ import annotations

from tortoise.expressions import Q

from bot.access import closed
from bot.anonymity import is_by_sender, seal, sealed_by_sender
from bot.by_words import Family, Thing, meant
from bot.commands import Refusal, Reply, Request, ToMember, command, undo
from bot.understanding.values import Number, Text, Word
from bot.wording import in_brackets, in_group, when
from handlers.opinions.wording import ANONYMOUS, answering, due_on, time_left, today
from models import Branch, Opinion, OpinionState

LONGEST = 2000  # characters

RECEIVED = "已收到您的意见（{number}号），{branch}的全体委员都能看到，最迟{due}答复，我私下转告您。{more}"
WITH_NAME = "发送“撤回意见 {number}”可收回。"
PAST_THE_BRANCH = "关于书记、委员的意见可以发：给学院提意见 ……"
WITHOUT_NAME = "记录里没有您的名字，委员们看不到是谁提的。看进展请私聊发“我的意见”，收回请私聊发“撤回意见 {number}”。"
RECEIVED_IN_GROUP = (
    "已收到您的意见（{number}号），委员们会答复，答复私下告诉您。内容不会在群里重复；"
    "建议您在两分钟内撤回刚才那条消息（不影响登记），下次私聊发给我。要收回请私聊发“撤回意见 {number}”。"
)
NOT_IN_GROUP = in_group("匿名的意见请私聊我发，在群里发大家就知道是您了。这条没有登记，建议两分钟内撤回。")
TOO_LONG = "意见请写在 {most} 字以内，现在有 {length} 字。"
NOBODY_ABOVE = in_group("学院党委还没有人用鸿雁，请先把意见提给支部，或直接联系学院。")
NOBODY_HERE = in_group("支部还没有委员用鸿雁，请发：给学院提意见 ……，或直接联系书记。")
TOLD = "收到{number}号意见（{by}），最迟{due}答复。\n看：看意见 {number}；答复：答复意见 {number} ……"

SENT = in_group("已私聊发给您。")
NOTHING_MINE = "您还没有提过意见。提意见请私聊发：提意见 ……；不想留名字就发：匿名意见 ……"
MINE = "您提的意见：\n{lines}"
MINE_LINE = "· {number}号（{to}{anonymous}，{day}）：{text}\n  {state}"
ANSWER = "答复（{day}）：{answer}"

NOT_FOUND = "没有找到您的{number}号意见。发送“我的意见”看编号；匿名的请私聊我发。"
ANSWERED_ALREADY = "{number}号意见已经答复了，不能收回。"
SUBMIT_AGAIN = "{number}号意见已经收回，不能撤销。要再提请发：提意见 加内容"
WITHDRAWN = "已收回{number}号意见。"

GIVE = "提意见|提建议|提个意见|提个建议"


@command(
    "opinion.submit",
    "(提意见|提建议|提个意见|提个建议|意见建议|意见)",
    "@(建议|意见箱|我有意见|我有建议|我的建议是|我有个建议|我有个意见)",
    "{anonymous=匿名} (意见|建议|提意见|提建议|提个意见|提个建议)",
    "@(提意见|提建议|意见) {anonymous=匿名}",
    "@提[一条|一个|条|点] (意见|建议)",
    "@[那|那就|那我][就]提[个|一个|一条|条]{anonymous=匿名}的[意见|建议]",
    "@(反映|反馈)[个|一个|一下|点](问题|情况|意见|建议)",
    "@[给|向|对]支部[提|提个|提点|提一个|提一条](意见|建议)",
    "@(反馈|建言)",
    help="提意见 通知能不能提前两天发 — 私聊提意见，委员们要答复；“匿名意见 ……”不留名字",
)
async def submit(request: Request, text: Text, anonymous: bool | None = None) -> Reply:
    """Give an opinion to one's own branch; posted in the group it is kept, and its author is advised to recall it."""
    return await _give(request, request.my_branch, text, anonymous=bool(anonymous), nobody=NOBODY_HERE)


@command(
    "opinion.above",
    f"(给|向|跟|对)[我们]学院[党委] ({GIVE})",
    "{anonymous=匿名} (给|向|跟|对)[我们]学院[党委] " + f"({GIVE})",
    "(给|向|跟|对)[我们]学院[党委] {anonymous=匿名} " + f"({GIVE})",
    help="给学院提意见 希望开放周末活动室 — 把意见直接提给学院党委；前面加“匿名”不留名字",
)
async def above(request: Request, text: Text, anonymous: bool | None = None) -> Reply:
    """Give an opinion past the branch to the college, else the school: it may be about the branch's own committee."""
    branch = request.my_branch
    while branch.parent_id is not None:
        branch = await Branch.get(id=branch.parent_id)
        if await answering([branch.id]):
            return await _give(request, branch, text, anonymous=bool(anonymous), nobody=NOBODY_ABOVE)
    raise Refusal(NOBODY_ABOVE)


async def _give(request: Request, branch: Branch, text: Text, *, anonymous: bool, nobody: str) -> Reply:
    if anonymous and not request.in_private:
        raise Refusal(NOT_IN_GROUP)
    if len(text) > LONGEST:
        raise Refusal(in_group(TOO_LONG, most=LONGEST, length=len(text)))
    readers = await answering([branch.id])
    if not readers:
        raise Refusal(nobody)
    opinion = await Opinion.create(
        branch=branch,
        text=str(text),
        author=None if anonymous else request.me,
        seal=seal(request.settings.anonymity, request.me.id) if anonymous else None,
        given_on=today(request),
    )
    due = when(due_on(opinion, request.settings.opinions))
    told = TOLD.format(number=opinion.id, by=ANONYMOUS if anonymous else request.me.name, due=due)
    more = (WITHOUT_NAME if anonymous else WITH_NAME).format(number=opinion.id)
    if branch.id == request.my_branch.id and not anonymous:
        more += PAST_THE_BRANCH
    return Reply(
        in_group(RECEIVED_IN_GROUP, number=opinion.id),
        RECEIVED.format(number=opinion.id, branch=branch.name, due=due, more=more) if request.in_private else None,
        # Of an anonymous one its author hears like all others of the committee: leaving them out would tell.
        notices=[ToMember(reader.id, told) for reader in readers if anonymous or reader.id != request.me.id],
        # In the group its author is asked to recall the message, which shall not take the opinion back.
        record=opinion.id if request.in_private and not anonymous else None,
    )


@undo(submit)
async def submit_back(request: Request, record: int) -> Reply:
    """撤销 after 提意见."""
    return await _withdraw(await Opinion.select_for_update().get(id=record))


@undo(above)
async def above_back(request: Request, record: int) -> Reply:
    """撤销 after 给学院提意见."""
    return await _withdraw(await Opinion.select_for_update().get(id=record))


@command(
    "opinion.withdraw",
    "(撤回|撤下|收回|撤销) (意见|建议)",
    "@[我|我的|我提的] {number}[的|条|号](意见|建议) <撤回>",
    before_consent=True,
    help="撤回意见 3 — 答复以前收回自己的意见",
)
async def withdraw(request: Request, number: Number) -> Reply:
    """Take one's own opinion back before it is answered; an anonymous one in private only, without a trace."""
    opinion = await Opinion.select_for_update().get_or_none(id=number)
    secret = opinion is not None and opinion.anonymous
    mine = opinion is not None and is_by_sender(request, opinion)
    if opinion is None or not mine or (secret and not request.in_private):
        said = in_group(NOT_FOUND, number=number)
        raise Refusal(f"{said}\n{closed(request)}" if request.closed_until and request.in_private else said)
    return await _withdraw(opinion)


async def _withdraw(opinion: Opinion) -> Reply:
    if opinion.state is OpinionState.ANSWERED:
        raise Refusal(in_group(ANSWERED_ALREADY, number=opinion.id))
    opinion.state = OpinionState.WITHDRAWN
    await opinion.save(update_fields=["state"])
    # Whoever took an anonymous one back must not be found by what 撤销 remembers.
    record = None if opinion.anonymous else opinion.id
    return Reply(in_group(WITHDRAWN, number=opinion.id), record=record, anonymous=opinion.anonymous)


@undo(withdraw)
async def withdraw_back(request: Request, record: int) -> Reply:
    """It is read no more, and its time to be answered has gone on."""
    raise Refusal(in_group(SUBMIT_AGAIN, number=record))


@command(
    "opinion.mine",
    "@我[提]的(意见|建议)[答复|回复|进度]",
    "@(看|看看|查|查看) 我[提]的(意见|建议)",
    "@我的(意见|建议) (答复|回复|有回复|有答复)[了|没有]",
    "@我[的|提的|提] (意见|建议) (有|有没有|得到)[了](结果|回音|答复|回复|下文|反馈)",
    "@我[的|提的|提] (意见|建议) (答复|回复|处理|办理|办)[了]<吗>",
    "@[上次|之前|前几天|上回]{about}(那个|的那个|那条)[意见|建议][有](回音|回复|答复|下文|消息|结果)[了]<吗>",
    changes=False,
    help="我的意见 — 私聊看自己提的意见和答复，匿名的也在",
)
async def mine(request: Request, about: Word | None = None) -> Reply:
    """One's own opinions and their answers, those `about` something where there are such.

    Always without a trace: who looks for an anonymous one would show on it.
    """
    nameless = await sealed_by_sender(request, Opinion)
    ours = Q(author_id=request.me.id) | Q(id__in=nameless)
    own = await Opinion.filter(ours).exclude(state=OpinionState.WITHDRAWN).order_by("id").select_related("branch")
    if about is not None:
        things = [Thing(Family.OPINION, one.id, in_group(""), one.text) for one in own]
        meant_ones = {thing.number for thing in meant(about, request.now, things)}
        own = [one for one in own if not meant_ones or one.id in meant_ones]
    said = MINE.format(lines="\n".join(_line(request, one) for one in own)) if own else NOTHING_MINE
    return Reply(SENT, "\n".join(filter(None, [said, closed(request)])), anonymous=True)


def _line(request: Request, opinion: Opinion) -> str:
    if opinion.state is OpinionState.ANSWERED and opinion.answered_on is not None:
        state = ANSWER.format(day=in_brackets(opinion.answered_on), answer=opinion.answer)
    else:
        state = f"{opinion.state.label}，{time_left(opinion, request.settings.opinions, today(request))}"
    return MINE_LINE.format(
        number=opinion.id,
        to=opinion.branch.level.label,
        anonymous=f"，{ANONYMOUS}" if opinion.anonymous else "",
        day=in_brackets(opinion.given_on),
        text=opinion.text,
        state=state,
    )
