"""How a service is spoken of, and which one a number means."""

from __future__ import annotations

from bot.commands import Refusal, Request
from bot.voice import PERSONAL_NUMBER
from bot.wording import GroupText, in_brackets, in_group
from models import Service

TITLE = "{number}号{kind}（{start}）"
OF = "{count}/{places} 人"
OPEN_END = "{count} 人"
NO_SUCH = "没有{number}号公益。发送“公益活动有哪些”看有哪些。"
CANCELLED = "{title}已经取消了。"
PROPOSED = "{title}还在等支部同意，同意以后在群里通知。"
NO_NUMBERS = in_group("请不要写手机号，这段话全支部都看得到。去掉号码再发一次。")
TOO_LONG = "请写在 {most} 字以内，现在有 {length} 字。"


def title(service: Service) -> GroupText:
    """2号公益（11月28日周六09:00）"""
    return in_group(TITLE, number=service.number, kind=service.kind, start=in_brackets(service.start))


def taken(service: Service, count: int) -> GroupText:
    """8/10 人, or 8 人 where there is no limit."""
    if service.places is None:
        return in_group(OPEN_END, count=count)
    return in_group(OF, count=count, places=service.places)


def published(text: str, most: int) -> str:
    """`text`, where it may be shown to the whole branch; raises Refusal."""
    if PERSONAL_NUMBER.search(text):
        raise Refusal(NO_NUMBERS)
    if len(text) > most:
        raise Refusal(in_group(TOO_LONG, most=most, length=len(text)))
    return text


async def numbered(request: Request, number: int) -> Service:
    """The branch's announced service of that number, locked, which was not cancelled; raises Refusal."""
    service = await standing(request, number)
    if service.proposed:
        raise Refusal(in_group(PROPOSED, title=title(service)))
    return service


async def standing(request: Request, number: int) -> Service:
    """The branch's service of that number, announced or proposed, locked, which was not cancelled; raises Refusal."""
    found = Service.select_for_update(no_key=True).get_or_none(branch_id=request.my_branch.id, number=number)
    service = await found
    if service is None:
        raise Refusal(in_group(NO_SUCH, number=number))
    if service.cancelled_at is not None:
        raise Refusal(in_group(CANCELLED, title=title(service)))
    return service
