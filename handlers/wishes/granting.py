"""心愿墙，认领、放弃、完成、感谢。"""

from __future__ import annotations

from bot.anonymity import to_author
from bot.by_words import ByWords, of_wish, wishes_open
from bot.commands import Ask, Notice, Refusal, Reply, Request, ToGroup, ToMember, command, undo
from bot.understanding.values import Number, Text
from bot.wording import GroupText, Public, in_group, lines_in_group
from handlers.wishes.which import concerning_me, held_by_me, which_of
from handlers.wishes.wording import in_secret, is_mine, numbered, published, refuse_gone, refuse_in_group, title
from models import Wish, WishState

SHOWN = 10  # wishes on the wall, as many as a phone shows

NONE_OPEN = in_group("现在没有等人认领的微心愿。许一个请发：微心愿 想借本行测书")
WALL = "微心愿（等人认领 {open}，已认领 {claimed}）：\n{lines}{more}\n想帮忙请发：认领 {number}"
WALL_CLAIMED = "微心愿都有人认领了（{claimed} 个）：\n{lines}{more}"
LINE = "· {number}号：{text}{claimed}"
CLAIMED = in_group("（已认领）")
MORE = "\n还有 {count} 个"
BY = "（{name}许的）"

CLAIMED_DONE = "已认领{title}。办好了请发：心愿 {number} 完成；办不了了请发：放弃认领 {number}"
REALLY_CLAIM = "认领{what}吗？"
BY_NAME = "许愿的是{name}，已告诉对方您认领了，请私下联系。"
BY_NOBODY = "这是匿名心愿，已告诉对方您认领了，对方愿意的话会联系您。"
TO_AUTHOR_CLAIMED = "{name}认领了您的{title}，可以私下联系。办好了可以发：感谢心愿 {number} 谢谢您"
TAKEN = "{title}已经有人认领了，谢谢您。发送“看看微心愿”看别的。"
HELD_ALREADY = "{title}您已经认领了。"
OWN = "{title}是您自己许的，请等别的同志认领。"
NOT_HELD = "{title}不是您认领的。"
CLAIM_AGAIN = "放弃认领不能撤销。要再认领请发：认领 {number}"
GIVEN_BACK = "已放弃认领{title}，别的同志可以认领了。"
TO_AUTHOR_BACK = "{name}办不了您的{title}，已放弃认领，请等别的同志。"

DONE = "【心愿实现】{title}实现了，谢谢帮忙的同志！"
DONE_TOLD = "已登记{title}实现了，已在群里告诉大家。"
DONE_TO = "{title}已登记为实现。"
NOT_YOURS = "{number}号心愿请许愿的人、认领的人或支部委员来登记完成。"
REOPENED = "已改回：{title}还没有实现。"

THANKS = "【感谢】许{number}号心愿的同志说：{text}"
THANKS_STAY = in_group("感谢已经发出去了，不能撤销。")
THANKED = "已在群里替您感谢认领{number}号心愿的同志。"
THANKED_YOU = "您认领的{title}，许愿的同志说：{text}"
THANK_YOU = "谢谢您！"
NOBODY_TO_THANK = "{title}还没有人认领。"
AUTHOR_THANKS = "{number}号心愿请许愿的人来感谢。"


@command(
    "wish.list",
    "(看|看看|查看|浏览|查) (微心愿|心愿|心愿墙|心愿单)",
    "(心愿墙|心愿列表|微心愿列表|微心愿墙)",
    "(有|有哪些|有什么|还有哪些)(微心愿|心愿)",
    "(微心愿|心愿)有哪些",
    "@(大家|同学们) 有(什么|哪些)(微心愿|心愿)",
    "@(大家|同学们|同志们|别人)[的](微心愿|心愿)",
    "@(大家|同学们) [许|发|提]了<什么> (微心愿|心愿)",
    "@<有没有> (微心愿|心愿) [可以|能]认领",
    "@<什么> (微心愿|心愿) (没人|没|未|待|可以|能)[人|被](认领|领)",
    "@(待认领|未认领|没人认领|可认领)[的](微心愿|心愿)",
    "@<看> (微心愿|心愿|心愿墙|心愿单)",
    "@(墙上|心愿墙|心愿墙上) & [有|有没有]人(认领|接|领)[了]<吗>",
    "@(墙上|心愿墙|心愿墙上)[还|还有]<有没有>[没人|没](接|认领|领)的",
    changes=False,
    help="看看微心愿 — 看有哪些心愿等人认领",
)
async def wall(request: Request) -> Reply:
    """What is wished for, unclaimed first; the committee sees privately who wished, where they gave their name."""
    wanted = Wish.filter(branch_id=request.my_branch.id, state__in=(WishState.OPEN, WishState.CLAIMED))
    wishes = await wanted.order_by("number").select_related("author")
    wishes.sort(key=lambda wish: wish.state is WishState.CLAIMED)
    if not wishes:
        return Reply(NONE_OPEN)
    free = sum(wish.state is WishState.OPEN for wish in wishes)
    template = WALL if free else WALL_CLAIMED
    more = in_group(MORE, count=len(wishes) - SHOWN) if len(wishes) > SHOWN else in_group("")
    counts = {"open": free, "claimed": len(wishes) - free, "number": wishes[0].number}
    lines = [_line(wish) for wish in wishes]
    said = in_group(template, lines=lines_in_group(lines[:SHOWN]), more=more, **counts)
    if not request.in_private:
        return Reply(said)
    named = [line + _by(request, wish) for line, wish in zip(lines, wishes, strict=True)]
    subjects = [wish.author_id for wish in wishes if request.me.in_committee and wish.author_id is not None]
    private = template.format(lines="\n".join(named), more="", **counts)
    return Reply(said, private, subjects=sorted({*subjects} - {request.me.id}))


def _line(wish: Wish) -> GroupText:
    claimed = CLAIMED if wish.state is WishState.CLAIMED else in_group("")
    return in_group(LINE, number=wish.number, text=Public(wish.text), claimed=claimed)


def _by(request: Request, wish: Wish) -> str:
    return BY.format(name=wish.author.name) if request.me.in_committee and wish.author is not None else ""


@command(
    "wish.claim",
    "认领{number}",
    "认领 (微心愿|心愿)",
    "@(我来|我要|我想) 认领",
    "@认领",
    "@(微心愿|心愿){number}我来(实现|办|完成|帮忙)",
    "@(领|接){number} (微心愿|心愿)",
    "@{number}[微]心愿我(领|认领|来)",
    "@(微心愿|心愿){number}[由|让]我(来|领|认领|接|帮)[了|吧]",
    "@{number}[的][个][微]心愿[由|让]我(来|领|认领|接|帮)[了|吧]",
    "@{number}[的|个][微]心愿 & 认领",
    missing=which_of(wishes_open, "wish.claim"),
    help="认领 3 — 认领一个心愿，帮忙实现它",
)
async def claim(request: Request, number: Number) -> Reply:
    """Take a wish on; of several at once one gets it."""
    wish = await numbered(request, number)
    refuse_gone(wish)
    if is_mine(request, wish):
        raise Refusal(in_group(OWN, title=title(wish)))
    if wish.holder_id == request.me.id:
        raise Refusal(in_group(HELD_ALREADY, title=title(wish)))
    if isinstance(number, ByWords) and wish.state is WishState.OPEN and not request.confirmed:
        raise Ask(in_group(REALLY_CLAIM, what=of_wish(wish).label))
    free = Wish.filter(id=wish.id, state=WishState.OPEN, holder_id=None)
    if not await free.update(state=WishState.CLAIMED, holder_id=request.me.id, claimed_at=request.now):
        raise Refusal(in_group(TAKEN, title=title(wish)))
    said = in_group(CLAIMED_DONE, title=title(wish), number=wish.number)
    by = BY_NAME.format(name=wish.author.name) if wish.author else BY_NOBODY
    text = TO_AUTHOR_CLAIMED.format(name=request.me.name, title=title(wish), number=wish.number)
    told = await to_author(request.settings.anonymity, wish, text)
    subjects = [wish.author_id] if wish.author_id else []
    return Reply(said, f"{said}\n{by}", notices=told, record=wish.id, subjects=subjects)


@command(
    "wish.give_back",
    "(放弃|取消|退掉|撤回) 认领",
    "@认领 (取消|放弃|不要了|办不了)",
    "@[微]心愿 & <办不了>",
    "@[微]心愿 & (不认领了|放弃认领|取消认领)",
    "@不认领了",
    before_consent=True,
    missing=which_of(held_by_me, "wish.give_back"),
    help="放弃认领 3 — 放弃认领的心愿，让别的同志认领",
)
async def give_back(request: Request, number: Number) -> Reply:
    """Let somebody else claim it."""
    return await _give_back(request, await numbered(request, number))


@undo(claim)
async def claim_back(request: Request, record: int) -> Reply:
    """The same, for who has just claimed it."""
    return await _give_back(request, await Wish.get(id=record).select_related("branch"))


async def _give_back(request: Request, wish: Wish) -> Reply:
    refuse_gone(wish)
    held = Wish.filter(id=wish.id, state=WishState.CLAIMED, holder_id=request.me.id)
    if not await held.update(state=WishState.OPEN, holder_id=None, claimed_at=None):
        raise Refusal(in_group(NOT_HELD, title=title(wish)))
    text = TO_AUTHOR_BACK.format(name=request.me.name, title=title(wish))
    told = await to_author(request.settings.anonymity, wish, text)
    return Reply(in_group(GIVEN_BACK, title=title(wish)), notices=told, record=wish.id)


@undo(give_back)
async def give_back_again(request: Request, record: int) -> Reply:
    """Somebody else may have claimed it since."""
    wish = await Wish.get(id=record)
    raise Refusal(in_group(CLAIM_AGAIN, number=wish.number))


@command(
    "wish.done",
    "[微]心愿{number}[已](完成|实现|搞定|办好|办完|做完|达成)[了]",
    "{number}[的][微]心愿[已](完成|实现|搞定|办好|办完|做完|达成)[了]",
    "@(完成|实现|办好)[了] [微]心愿{number}",
    "@(完成|实现|办好)[了] {number}[的][微]心愿",
    "@我(认领|领)的 [微]心愿{number} [已|已经](完成|实现|办好|办完)[了]",
    "@[微]心愿 & (完成|实现|圆|搞定|办好|办完|达成)了",
    "@[微]心愿{number}[现在](可以|能|能不能)[算|是](完成|实现|办好|达成)[了]",
    missing=which_of(concerning_me, "wish.done"),
    help="心愿 3 完成 — 登记心愿实现了",
)
async def done(request: Request, number: Number) -> Reply:
    """Granted: said by its author, its holder or the committee, and told to the group and to the other of the two."""
    wish = await numbered(request, number)
    mine, held = is_mine(request, wish), wish.holder_id == request.me.id
    if not (mine or held or request.me.in_committee):
        refuse_in_group(request, wish)
        raise Refusal(in_group(NOT_YOURS, number=wish.number))
    refuse_gone(wish)
    wish.state, wish.done_at = WishState.DONE, request.now
    await wish.save(update_fields=["state", "done_at"])
    text = DONE_TO.format(title=title(wish))
    told: list[Notice] = [] if mine else list(await to_author(request.settings.anonymity, wish, text))
    told += [ToMember(wish.holder_id, text)] if wish.holder_id and not held else []
    secret = in_secret(request, wish)
    record = None if secret else wish.id
    said = in_group(DONE, title=title(wish))
    if not request.in_private:
        return Reply(said, notices=told, record=record)
    told.append(ToGroup(wish.branch_id, said))
    return Reply(in_group(DONE_TOLD, title=title(wish)), notices=told, record=record, anonymous=secret)


@undo(done)
async def reopen(request: Request, record: int) -> Reply:
    """Not granted after all."""
    wish = await Wish.get(id=record)
    wish.state, wish.done_at = WishState.CLAIMED if wish.holder_id else WishState.OPEN, None
    await wish.save(update_fields=["state", "done_at"])
    said = in_group(REOPENED, title=title(wish))
    return Reply(said, notices=[ToGroup(wish.branch_id, said)] if request.in_private else [])


@command(
    "wish.thank",
    "(感谢|谢谢|答谢) [微]心愿",
    "@(感谢|谢谢|答谢){number}",
    "@(替我|帮我|代我)[说声|说一声](感谢|谢谢|谢)[一下|下](人家|他|她|那位|那位同志|对方)",
    "@(感谢|谢谢|答谢)帮[我|忙][完成|实现|办|办好][了|的]{number}[的|个][微]心愿",
    help="感谢心愿 3 太谢谢了 — 在群里感谢认领您心愿的同志，不提名字",
)
async def thank(request: Request, number: Number, text: Text | None = None) -> Reply:
    """Say thanks in the group, without a name of either."""
    wish = await numbered(request, number)
    refuse_in_group(request, wish)
    if not is_mine(request, wish):
        raise Refusal(in_group(AUTHOR_THANKS, number=wish.number))
    if wish.holder_id is None:
        raise Refusal(in_group(NOBODY_TO_THANK, title=title(wish)))
    words = Public(published(text or THANK_YOU))
    said = in_group(THANKS, number=wish.number, text=words)
    told: list[Notice] = [ToMember(wish.holder_id, THANKED_YOU.format(title=title(wish), text=words))]
    # Whose an anonymous wish is must not be found by what 撤销 remembers.
    record = None if wish.anonymous else wish.id
    if not request.in_private:
        return Reply(said, notices=told, record=record)
    told.append(ToGroup(wish.branch_id, said))
    return Reply(in_group(THANKED, number=wish.number), notices=told, record=record, anonymous=wish.anonymous)


@undo(thank)
async def thank_back(request: Request, record: int) -> Reply:
    """The group and the holder have read it."""
    raise Refusal(THANKS_STAY)
