"""意见的查看、答复、公开：for the committee it was given to."""

from __future__ import annotations

from bot import questions
from bot.anonymity import to_author
from bot.by_words import Family, Thing, meant
from bot.commands import Ask, AskFor, Instead, Refusal, Reply, Request, Role, ToGroups, command, undo
from bot.people import find_member
from bot.reach import groups_below
from bot.understanding.values import Name, Number, Text
from bot.voice import PERSONAL_NUMBER
from bot.wording import Public, in_brackets, in_group
from handlers.opinions.wording import by, time_left, today
from models import Account, Opinion, OpinionState, OutboxMessage

SHORT = 60  # characters of an opinion in a list
SHOWN = 20
LONGEST_ANSWER = 2000
KEY = "opinion.published:{id}"

NO_SUCH = "没有{number}号意见。发送“看意见”看有哪些。"
NONE_WAITING_OF_THEIRS = in_group("没有这位同志署名的、等着答复的意见。发送“看意见”看有哪些。")
NONE_WAITING = in_group("没有等着答复的意见。")
WAITING = "有 {count} 条意见等着答复，内容已私聊发给您。"
LIST = "等着答复的意见 {count} 条：\n{lines}\n看全文：看意见 {number}；答复：答复意见 {number} ……"
LINE = "· {number}号（{by}，{day}，{left}）：{text}"
ONE = "{number}号意见（{by}，{day}，{state}）：\n{text}"
ANSWER = "\n\n答复（{day}）：{answer}"
HOW_TO_ANSWER = "\n\n答复：答复意见 {number} ……"
HOW_TO_PUBLISH = "\n\n要让大家都看到，可以发：公开意见 {number}"
ONE_SENT = in_group("已私聊发给您。")

WHICH = "要答复哪一条？请回复编号，例如：{number}号。看有哪些：看意见"
OWN = in_group("自己的意见请别的委员答复。")
TOO_LONG = "答复请写在 {most} 字以内，现在有 {length} 字。"
ANSWERED_BEFORE = "{number}号意见已经答复过，提意见的人已经看到。要改成这次的答复吗？"
ANSWERED = "已答复{number}号意见，{told}发送“撤销”可收回；要让大家都看到，可以发：公开意见 {number}"
TOLD_BY_NAME = "已私下告诉提意见的人。"
# The same of each anonymous one, or it would tell of its author that they have left.
TOLD_NAMELESS = "会私下告诉提意见的人（已经离开或删除了信息的收不到）。"
ANSWERED_IN_GROUP = in_group("已答复 1 条意见，只告诉了提意见的人。以后请私聊我答复。")
UNREACHED = "对方还不是我的好友，收不到通知，请您转告。"
TO_AUTHOR = "您的{number}号意见有答复了：\n{answer}"
TAKEN_BACK = "对您{number}号意见的答复已收回，请等重新答复。"
ANSWER_UNDONE = "已收回对{number}号意见的答复，现在是待答复。"

NOT_ANSWERED = "{number}号意见还没有答复，先答复再公开。"
HAS_NUMBER = "{number}号意见或答复里有手机号，不能公开到群里。"
REALLY = "会把这段话发到群里（不提是谁提的）：\n{text}\n要公开吗？"
PUBLISHED_TEXT = "【意见答复】{number}号意见：{text}\n{branch}答复：{answer}"
PUBLISHED = "已公开{number}号意见和答复，通知 {groups} 个群。"
PUBLISHED_ALREADY = "{number}号意见已经公开过。"
UNPUBLISHED = "已撤下{number}号意见；已经发到群里的收不回来。"


async def numbered(request: Request, number: int) -> Opinion:
    """What was given to the sender's committee under that number, locked, with `branch` and `author`.

    Raises Refusal.
    """
    if await Opinion.select_for_update().get_or_none(id=number, branch_id=request.my_branch.id):
        opinion = await Opinion.get(id=number).select_related("branch", "author")
        if opinion.state is not OpinionState.WITHDRAWN:
            return opinion
    raise Refusal(in_group(NO_SUCH, number=number))


@command(
    "opinion.list",
    "(看|看看|查看|查) (意见|建议|意见建议|意见列表)",
    "(意见列表|意见汇总|待答复的意见|待答复意见)",
    "@(有没有|有无|还有没有|有什么|有哪些|来了什么|收到什么|收到哪些|<看>) [新|新的|待答复|没答复] [的] (意见|建议)",
    "@{member}[提|说|发|写]的[那个|那条](意见|建议)[是|说|写][的][<什么>][内容]",
    "@(看|看看|看下|看一下){member}[提|说|发]的[那个|那条](意见|建议)",
    "@{number}[的|条|号](意见|建议)[是|说|写|提]的[是]<什么>[内容]",
    "@{number}[写|说|提]的[是]<什么> [全文] [我]<看>",
    "@{member}(那条|那个)(意见|建议)[呢]",
    "@{nameless=匿名|匿名的}[意见]那(条|个)[意见](说|写|提)[的|了][是]<什么>[来着]",
    "@[看|看看|看下]{nameless=匿名|匿名的}[意见]那(条|个)[意见][全文]",
    "@[那]{number}[的|条|号](意见|建议)(怎么|咋|如何|咋个|怎样)(答复|回复|回|处理|办)",
    "@[有|还有]<多少人>[条](意见|建议)[等着|要|没|待][回|答复|回复]",
    "@[有|还有](几|多少|几个)条(意见|建议)[等着|要|没|待][回|答复|回复][的]",
    role=Role.COMMITTEE,
    changes=False,
    help="看意见 — 私聊看等着答复的意见；“看意见 3”看全文",
)
async def waiting(
    request: Request, number: Number | None = None, member: Name | None = None, nameless: bool | None = None
) -> Reply:
    """What waits for an answer with the time left, that of a member or without a name alone, or one opinion in full.

    Privately.
    """
    if number is not None:
        return await _one(request, number)
    open_ones = Opinion.filter(branch_id=request.my_branch.id, state=OpinionState.WAITING)
    if member is not None or nameless:
        author_id = (await find_member(request.my_branch, member)).id if member is not None else None
        open_ones = open_ones.filter(author_id=author_id) if author_id else open_ones.filter(author_id=None)
        if (only := await open_ones.order_by("id")) and len(only) == 1:
            return await _one(request, only[0].id)
    opinions = await open_ones.order_by("given_on", "id").select_related("author")
    if not opinions:
        return Reply(NONE_WAITING)
    lines = [_line(request, opinion) for opinion in opinions[:SHOWN]]
    return Reply(
        in_group(WAITING, count=len(opinions)),
        LIST.format(count=len(opinions), lines="\n".join(lines), number=opinions[0].id),
        subjects=sorted({one.author_id for one in opinions if one.author_id is not None} - {request.me.id}),
    )


def _line(request: Request, opinion: Opinion) -> str:
    text = opinion.text if len(opinion.text) <= SHORT else opinion.text[: SHORT - 1] + "…"
    left = time_left(opinion, request.settings.opinions, today(request))
    return LINE.format(number=opinion.id, by=by(opinion), day=in_brackets(opinion.given_on), left=left, text=text)


async def _one(request: Request, number: int) -> Reply:
    opinion = await numbered(request, number)
    waits = opinion.state is OpinionState.WAITING
    left = time_left(opinion, request.settings.opinions, today(request))
    text = ONE.format(
        number=opinion.id,
        by=by(opinion),
        day=in_brackets(opinion.given_on),
        state=left if waits else opinion.state.label,
        text=opinion.text,
    )
    if opinion.answered_on is not None:
        text += ANSWER.format(day=in_brackets(opinion.answered_on), answer=opinion.answer)
    how = HOW_TO_ANSWER if waits else "" if opinion.published_at else HOW_TO_PUBLISH
    subjects = [opinion.author_id] if opinion.author_id not in (None, request.me.id) else []
    return Reply(
        ONE_SENT,
        text + how.format(number=opinion.id),
        subjects=[one for one in subjects if one],
        offer=Instead("opinion.answer", {"number": Number(opinion.id)}) if waits else None,
    )


@command(
    "opinion.answer",
    "(答复|回复|回应) (意见|建议)",
    "@(答复|回复|回应){number}[的](意见|建议)",
    "@{number}[的|条|号](意见|建议) (答复|回复|回应)",
    "@[就|那就|那|你](答复|回复|回|跟|和)(他|她|ta|提的人|那位)(说|讲|说一声)",
    "@(匿名|匿名的)[意见]那(条|个)[意见] [我来] (答复|回复|回|回应)[一下|下][他|她] [就说|就写|说]",
    "@{number}[的|号](意见|建议)[你|也|帮我|给我|替我](答复|回复|回|回应)[一下|下][吧] (就说|就写|说|就回|内容是)",
    "@{number}[的|号](意见|建议)(回|回复|答复|回应)(一下|下)",
    "@(答复|回复|回)[一下|下](他|她|那个意见|这个意见|那条意见|这条意见|那条|这条)",
    role=Role.COMMITTEE,
    help="答复意见 3 以后提前三天通知 — 答复意见，只告诉提意见的人",
)
async def answer(request: Request, number: Number | None = None, *, text: Text) -> Reply | Instead:
    """Answer an opinion; its author is told privately, whoever that is. Without a number the only one that waits."""
    if number is None and (offered := await questions.offered(request, "opinion.answer")) is not None:
        return Instead("opinion.answer", {"number": Number(offered.content["values"]["number"]), "text": text})
    if number is None:
        waiting = (
            await Opinion.filter(branch_id=request.my_branch.id, state=OpinionState.WAITING)
            .order_by("id")
            .select_related("author")
        )
        said = await _by_its_words(request, waiting, text)
        if len(said) != 1:
            raise AskFor(in_group(WHICH, number=waiting[0].id) if waiting else NONE_WAITING)
        return Instead("opinion.answer", {"number": Number(said[0].id), "text": text})
    opinion = await numbered(request, number)
    if opinion.author_id == request.me.id:
        raise Refusal(OWN)
    if len(text) > LONGEST_ANSWER:
        raise Refusal(in_group(TOO_LONG, most=LONGEST_ANSWER, length=len(text)))
    if opinion.state is OpinionState.ANSWERED and not request.confirmed:
        raise Ask(in_group(ANSWERED_BEFORE, number=opinion.id))
    opinion.state, opinion.answer, opinion.answerer = OpinionState.ANSWERED, str(text), request.me
    opinion.answered_on, opinion.published_at = today(request), None
    await opinion.save()
    told = await to_author(request.settings.anonymity, opinion, TO_AUTHOR.format(number=opinion.id, answer=text))
    if opinion.author_id is None:
        telling = TOLD_NAMELESS
    else:
        telling = TOLD_BY_NAME + ("" if await Account.reaches(opinion.author_id) else UNREACHED)
    return Reply(
        ANSWERED_IN_GROUP,
        ANSWERED.format(number=opinion.id, told=telling),
        notices=told,
        record=opinion.id,
        subjects=[opinion.author_id] if opinion.author_id is not None else [],
        personal=True,
    )


async def _by_its_words(request: Request, waiting: list[Opinion], answer: str) -> list[Opinion]:
    """Those of `waiting` that are meant by what stands before the `answer`: by the author's name, then by words."""
    before = request.text.partition(answer[:8] or "\n")[0]
    named = [one for one in waiting if one.author is not None and one.author.name in before]
    if not named and "匿名" in before:
        named = [one for one in waiting if one.author is None]
    things = [Thing(Family.OPINION, one.id, in_group(""), one.text) for one in named or waiting]
    found = {thing.number for thing in meant(before, request.now, things)} if len(things) > 1 else set()
    return [one for one in named or waiting if not found or one.id in found]


@command(
    "opinion.answer_to",
    "@(答复|回复|回|回应)[一下|下]{member}[的|提的|那条|的那条](意见|建议)",
    "@{member}(那条|那个|的那条|提的那条|提的那个)[意见|建议] [我来] "
    "(答复|回复|回|回应)[一下|下][他|她] [就说|就写|说]",
    role=Role.COMMITTEE,
    changes=False,
    listed=False,
    offices=False,
    help="答复孙倩的意见 已经联系了 — 按提意见的人答复",
)
async def answer_to(request: Request, member: Name, text: Text) -> Instead:
    """Say with which number the only opinion that waits under the name of `member` is answered."""
    author = await find_member(request.my_branch, member)
    waiting = Opinion.filter(branch_id=request.my_branch.id, state=OpinionState.WAITING, author_id=author.id)
    found = await waiting.order_by("id")
    if len(found) != 1:
        raise AskFor(in_group(WHICH, number=found[0].id) if found else NONE_WAITING_OF_THEIRS)
    return Instead("opinion.answer", {"number": Number(found[0].id), "text": text})


@undo(answer)
async def answer_back(request: Request, record: int) -> Reply:
    """Waiting again; the author is told, who has read the answer."""
    opinion = await Opinion.get(id=record).select_related("branch", "author")
    opinion.state, opinion.answer, opinion.answerer = OpinionState.WAITING, "", None
    opinion.answered_on, opinion.published_at = None, None
    await opinion.save()
    told = await to_author(request.settings.anonymity, opinion, TAKEN_BACK.format(number=opinion.id))
    return Reply(in_group(ANSWER_UNDONE, number=opinion.id), notices=told)


@command(
    "opinion.publish",
    "(公开|公布) (意见|建议)",
    "@{number}[的|条|号](意见|建议) (公开|公布)[了|一下|出去]",
    role=Role.COMMITTEE,
    help="公开意见 3 — 把意见和答复发到群里，不提是谁提的",
)
async def publish(request: Request, number: Number) -> Reply:
    """Show an opinion and its answer to everybody; never who gave it."""
    opinion = await numbered(request, number)
    if opinion.state is not OpinionState.ANSWERED:
        raise Refusal(in_group(NOT_ANSWERED, number=opinion.id))
    if opinion.published_at is not None:
        raise Refusal(in_group(PUBLISHED_ALREADY, number=opinion.id))
    if PERSONAL_NUMBER.search(f"{opinion.text} {opinion.answer}"):
        raise Refusal(in_group(HAS_NUMBER, number=opinion.id))
    said = in_group(
        PUBLISHED_TEXT,
        number=opinion.id,
        text=Public(opinion.text),
        branch=Public(opinion.branch.name),
        answer=Public(opinion.answer),
    )
    if not request.confirmed:
        # What is not yet public is asked about privately, also where it was asked for in the group.
        raise Ask(REALLY.format(text=str(said)))
    opinion.published_at = request.now
    await opinion.save(update_fields=["published_at"])
    rooms = await groups_below(opinion.branch, request.settings)
    return Reply(
        in_group(PUBLISHED, number=opinion.id, groups=len(rooms)),
        notices=[ToGroups([room.branch_id for room in rooms], said, KEY.format(id=opinion.id))],
        record=opinion.id,
    )


@undo(publish)
async def unpublish(request: Request, record: int) -> Reply:
    """Off the list again; what waits to be sent is not."""
    await Opinion.filter(id=record).update(published_at=None)
    await OutboxMessage.withdraw(f"{KEY.format(id=record)}:")
    return Reply(in_group(UNPUBLISHED, number=record))
