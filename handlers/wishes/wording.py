"""How a wish is spoken of, and which one a number means."""

from __future__ import annotations

from bot.anonymity import is_by_sender
from bot.commands import Refusal, Request
from bot.voice import PERSONAL_NUMBER
from bot.wording import GroupText, Public, in_group
from models import Wish, WishState

LONGEST = 100  # characters: a phone shows it at one look

TITLE = "{number}号心愿“{text}”"
NO_SUCH = "没有{number}号心愿。发送“看看微心愿”看有哪些。"
GONE = "{number}号心愿{state}。"
TOO_LONG = "请写在 {most} 字以内，现在有 {length} 字。"
NO_NUMBERS = in_group("请不要写手机号：心愿是全支部都看得到的。去掉号码再发一次，有人认领时我会私下告诉您。")
IN_PRIVATE = "{number}号是匿名心愿。如果是您许的，请私聊我再说一次，群里说就不匿名了。"


def title(wish: Wish) -> GroupText:
    """3号心愿“想借本行测书”"""
    return in_group(TITLE, number=wish.number, text=Public(wish.text))


def published(text: str) -> str:
    """`text`, where it may be shown to the whole branch; raises Refusal."""
    if PERSONAL_NUMBER.search(text):
        raise Refusal(NO_NUMBERS)
    if len(text) > LONGEST:
        raise Refusal(in_group(TOO_LONG, most=LONGEST, length=len(text)))
    return text


async def numbered(request: Request, number: int, of: int | None = None) -> Wish:
    """The wish of that number, of the sender's branch or of the branch with the id `of`; locked, with `branch`,
    `author` and `holder`. Raises Refusal."""
    branch_id = request.my_branch.id if of is None else of
    if not await Wish.select_for_update(no_key=True).get_or_none(branch_id=branch_id, number=number):
        raise Refusal(in_group(NO_SUCH, number=number))
    return await Wish.get(branch_id=branch_id, number=number).select_related("branch", "author", "holder")


def refuse_gone(wish: Wish) -> None:
    """Raises Refusal where it has been granted or taken down."""
    if wish.state in (WishState.DONE, WishState.REMOVED):
        raise Refusal(in_group(GONE, number=wish.number, state=wish.state))


def is_mine(request: Request, wish: Wish) -> bool:
    """Whether the sender posted it; in a group nobody is told that they did so anonymously."""
    return not (wish.anonymous and not request.in_private) and is_by_sender(request, wish)


def in_secret(request: Request, wish: Wish) -> bool:
    """Whether the sender speaks as the author of an anonymous wish, of which nothing may be kept."""
    return wish.anonymous and is_mine(request, wish)


def refuse_in_group(request: Request, wish: Wish) -> None:
    """Everybody in the group gets this answer about an anonymous wish, its author as well; raises Refusal."""
    if wish.anonymous and not request.in_private:
        raise Refusal(in_group(IN_PRIVATE, number=wish.number))
