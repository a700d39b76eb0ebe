"""微心愿的发布、查看自己的、撤下。"""

from __future__ import annotations

from tortoise.expressions import Q

from bot.access import closed
from bot.anonymity import is_by_sender, seal, sealed_by_sender, to_author
from bot.commands import Notice, Refusal, Reply, Request, ToGroup, ToMember, command, undo
from bot.understanding.values import Number, Text, Word
from bot.wording import Public, in_group
from handlers.wishes.which import posted_by_me, which_of
from handlers.wishes.wording import in_secret, is_mine, numbered, published, refuse_gone, refuse_in_group, title
from models import Room, Wish, WishState
from models.numbering import next_number

POSTED = "微心愿{number}号：{text}\n想帮忙请发：认领 {number}"
POSTED_DONE = "已发布{title}，已在群里告诉大家。有人认领时我私下告诉您；发送“撤销”可收回。"
POSTED_ANONYMOUS = (
    "已匿名发布{title}，已在群里告诉大家。书记和别人都不知道是您；有人认领时我私下告诉您。"
    "看进展请私聊发“我的心愿”，不要了私聊发“撤下心愿 {number}”。"
)
UNHEARD = "已登记{title}。本支部还没有绑定群，请您转告大家发“看看微心愿”。"
NOT_IN_GROUP = in_group(
    "匿名的心愿请私聊我发，在群里发大家就知道是您了。这条没有登记，建议两分钟内撤回，再私聊我发一次。"
)
NOTHING_MINE = "您还没有许过心愿，也没有认领。许一个请发：微心愿 想借本行测书（不想让人知道是您，就发“匿名微心愿 ……”）"
MINE = "您许的心愿：\n{lines}"
HELD = "您认领的心愿：\n{lines}\n完成了请发：心愿 {number} 完成；做不了了请发：放弃认领 {number}"
MINE_LINE = "· {of}{number}号{anonymous}：{text}（{state}）"
ANONYMOUSLY = "（匿名）"
OF_ANOTHER = "{branch}的"
CLAIMED_BY = "{name}认领了"
REMOVED_FOR = "书记撤下：{reason}"
SENT = in_group("已私聊发给您。")

REMOVED = "已撤下{title}。"
REMOVED_BY_OFFICE = "已撤下{number}号心愿，原因已私下告诉许愿的人。发送“撤销”可恢复。"
REASON_MISSING = in_group("撤下别人的心愿要写一句原因，我会私下告诉许愿的人，例如：撤下心愿 3 请改成能在学校里办到的")
NOT_YOURS = "{number}号心愿只有许愿的人和支部委员能撤下。"
TO_AUTHOR = "您的{title}被支部撤下了。原因：{reason}"
TO_HOLDER = "您认领的{title}已经撤下，不用再办了。"
PUT_BACK = "已恢复{title}。"
CLAIMED_ALREADY = "{title}已经有人认领了。不要了请发：撤下心愿 {number}"


@command(
    "wish.post",
    "微心愿",
    "{anonymous=匿名} (微心愿|心愿)",
    "@(发布|发|提|许|许个|发个|提个) (微心愿|心愿)",
    "@我的(微心愿|心愿)是",
    "@(微心愿|心愿) {anonymous=匿名}",
    "@[我]有[个|一个](微心愿|心愿)",
    "@(再|我再|想再|那再|那我|那我再|我|想)(许|发|提)(个|一个)[微心愿|心愿|愿望|愿]",
    "@(许愿|许个愿|心愿|我许愿)",
    "@有没有(人|谁|哪位|同学|同志)(愿意|能|可以|会|想|有空)",
    "@(提交|发表|登记|填写|发布|发|提|许|写) [个|一个|条|一条] (微心愿|心愿)",
    offices=False,
    help="微心愿 想借本行测书 — 许个小心愿；私聊发“匿名微心愿 ……”谁也不知道是您",
)
async def post(request: Request, text: Text, anonymous: bool | None = None) -> Reply:
    """Publish a wish in the branch's group, where asked without any trace of whose it is."""
    if anonymous and not request.in_private:
        raise Refusal(NOT_IN_GROUP)
    branch = request.my_branch
    wish = await Wish.create(
        branch=branch,
        number=await next_number(Wish, branch.id),
        text=published(text),
        author=None if anonymous else request.me,
        seal=seal(request.settings.anonymity, request.me.id) if anonymous else None,
        posted_at=request.now,
    )
    record = None if anonymous else wish.id
    if not await Room.exists(branch_id=branch.id, active=True):
        return Reply(in_group(UNHEARD, title=title(wish)), record=record)
    said = in_group(POSTED, number=wish.number, text=Public(wish.text))
    if not request.in_private:
        return Reply(said, record=record)
    done = in_group(POSTED_ANONYMOUS if anonymous else POSTED_DONE, title=title(wish), number=wish.number)
    return Reply(done, notices=[ToGroup(branch.id, said)], record=record)


@undo(post)
async def take_back(request: Request, record: int) -> Reply:
    """Take a wish back that nobody has claimed."""
    wish = await Wish.get(id=record)
    if wish.state is WishState.CLAIMED:
        raise Refusal(in_group(CLAIMED_ALREADY, title=title(wish), number=wish.number))
    refuse_gone(wish)
    wish.state, wish.removed_at = WishState.REMOVED, request.now
    await wish.save(update_fields=["state", "removed_at"])
    return Reply(in_group(REMOVED, title=title(wish)))


@command(
    "wish.mine",
    "(我的|我许的|我发的|我认领的)[微]心愿",
    "@(看|看看|查|查看) 我的[微]心愿",
    "@[我][的|那个|许的][微][心愿] [现在|到底](有|有没有)人(认领|接|领|帮忙|愿意帮)[了]<吗>",
    "@我(许|发|提|认领|领)[过|了][的|哪些|什么|几个] [微]心愿",
    "@我[的|那个|许的]{about}[的|那个]心愿 [现在|到底][有|有没有]人(认领|接|领|理|理我|帮|帮忙|愿意帮)[了]<吗>",
    "@我那个{about}[的] [现在|到底](有|有没有)人(认领|接|领|理|理我|帮|帮忙|愿意帮)[了]<吗>",
    "@我那个{about}[的] [现在|到底](有|有没有)人(认领|接|领|理|理我|帮|帮忙|愿意帮)[了]",
    "@[上次|之前|前几天](有个|那个|有一个){about}的 [现在|到底](有|有没有)人(认领|接|领|帮|帮忙)[了]<吗>",
    "@[现在|那个|那]{about}(那个|的那个|的)[心愿][现在|到底|应该](有|有没有)人[接|认领|理|要|帮忙|来]了[吧|呢|<吗>]",
    "@[现在|那个|那]{about}(那个|的那个|的)[心愿][现在|到底|应该](有|有没有)人(接|认领|理|要|帮忙|来)[了][吧|呢|<吗>]",
    "@(认领|认)(成|成功|上|到)了<吗>",
    "@[现在|到底][有|有没有]人(陪我|帮我|借我|教我){about}[了]<吗>",
    changes=False,
    help="我的心愿 — 私聊看自己许的和认领的心愿，匿名的也在",
)
async def mine(request: Request, about: Word | None = None) -> Reply:
    """One's own wishes, the anonymous ones and those of a branch before this one too, and those one has claimed.

    Always without a trace: who looks for their anonymous wish would show on it.
    """
    nameless = await sealed_by_sender(request, Wish)
    ours = Wish.filter(Q(author_id=request.me.id) | Q(id__in=nameless))
    own = await ours.order_by("branch_id", "number").select_related("branch", "holder")
    claimed = Wish.filter(branch_id=request.my_branch.id, holder_id=request.me.id, state=WishState.CLAIMED)
    held = await claimed.order_by("number").select_related("branch", "holder")
    parts = []
    if own:
        parts.append(MINE.format(lines="\n".join(_line(request, wish) for wish in own)))
    if held:
        parts.append(HELD.format(lines="\n".join(_line(request, wish) for wish in held), number=held[0].number))
    said = [*(parts or [NOTHING_MINE]), closed(request)]
    return Reply(SENT, "\n\n".join(filter(None, said)), anonymous=True)


def _line(request: Request, wish: Wish) -> str:
    state = wish.state.label
    if wish.state is WishState.CLAIMED and wish.holder is not None:
        state = CLAIMED_BY.format(name=wish.holder.name)
    elif wish.state is WishState.REMOVED and wish.reason:
        state = REMOVED_FOR.format(reason=wish.reason)
    anonymous = ANONYMOUSLY if wish.anonymous else ""
    # Numbers are each branch's own.
    of = "" if wish.branch_id == request.my_branch.id else OF_ANOTHER.format(branch=wish.branch.name)
    return MINE_LINE.format(number=wish.number, of=of, anonymous=anonymous, text=wish.text, state=state)


@command(
    "wish.remove",
    "(撤下|下架|删除|撤回|收回) (微心愿|心愿)",
    "@(撤下|下架|删除){number}[的](微心愿|心愿)",
    "@[微]心愿 & (撤下|撤下来|下架|删除|删掉|撤掉|撤了|不要了)",
    "@我(许|发)的[那个]{_}[的|那个](心愿|愿望)(不要了|不用了|撤了|撤掉|撤下|取消|取消了|删了|删掉)",
    before_consent=True,
    missing=which_of(posted_by_me, "wish.remove"),
    help="撤下心愿 3 — 撤下自己的心愿；书记撤下别人的要写原因",
)
async def remove(request: Request, number: Number, reason: Text | None = None) -> Reply:
    """Take a wish down: its author without a word, the committee with a reason that the author is told."""
    wish = await numbered(request, number, await _of_another_branch(request, number))
    mine = is_mine(request, wish)
    if not mine and not request.me.in_committee:
        refuse_in_group(request, wish)
        raise Refusal(in_group(NOT_YOURS, number=wish.number))
    refuse_gone(wish)
    if not mine and not reason:
        raise Refusal(REASON_MISSING)
    told: list[Notice] = [ToMember(wish.holder_id, TO_HOLDER.format(title=title(wish)))] if wish.holder_id else []
    wish.state, wish.removed_at = WishState.REMOVED, request.now
    if not mine:
        wish.remover, wish.reason = request.me, str(reason)
        text = TO_AUTHOR.format(title=title(wish), reason=reason)
        told += await to_author(request.settings.anonymity, wish, text)
    await wish.save(update_fields=["state", "removed_at", "remover_id", "reason"])
    said = in_group(REMOVED, title=title(wish)) if mine else in_group(REMOVED_BY_OFFICE, number=wish.number)
    secret = in_secret(request, wish)
    return Reply(said, notices=told, record=None if secret else wish.id, anonymous=secret)


async def _of_another_branch(request: Request, number: int) -> int | None:
    """The branch in which the sender posted the standing wish of that number before they came to this one; None where
    the number can mean one of this branch, or more than one of theirs."""
    here = await Wish.get_or_none(branch_id=request.my_branch.id, number=number)
    if not request.in_private or (here and (request.me.in_committee or is_mine(request, here))):
        return None
    nameless = await sealed_by_sender(request, Wish)
    own = Wish.filter(Q(author_id=request.me.id) | Q(id__in=nameless), number=number)
    found = await own.exclude(branch_id=request.my_branch.id).exclude(state=WishState.REMOVED)
    return found[0].branch_id if len(found) == 1 else None


@undo(remove)
async def put_back(request: Request, record: int) -> Reply:
    """As it was before it was taken down; a holder goes on holding it."""
    wish = await Wish.get(id=record).select_related("branch")
    wish.state = WishState.CLAIMED if wish.holder_id else WishState.OPEN
    wish.removed_at, wish.remover, wish.reason = None, None, ""
    await wish.save(update_fields=["state", "removed_at", "remover_id", "reason"])
    said = in_group(PUT_BACK, title=title(wish))
    told: list[Notice] = [ToMember(wish.holder_id, said)] if wish.holder_id else []
    if not is_by_sender(request, wish):
        told += await to_author(request.settings.anonymity, wish, said)
    return Reply(said, notices=told)
