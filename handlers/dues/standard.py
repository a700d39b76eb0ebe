"""党费标准：what each member owes a month, set by the secretary for a year and those after it."""

from __future__ import annotations

import re

from bot.commands import Refusal, Reply, Request, Role, ToMember, command, undo
from bot.people import find_member
from bot.understanding.values import Money, Name, Word
from bot.wording import in_group
from handlers.dues.standards import monthly, yuan
from models import DuesStandard, Member

SET = "已设定：{name}的党费标准从{year}年起每月 {amount}（原来每月 {before}）。已经登记的不变。要改回可再发一次。"
SAME = "{name}的党费标准从{year}年起本来就是每月 {amount}，没有改动。"
TOLD = "书记把您的党费标准定为：从{year}年起每月 {amount}。如有疑问请联系书记。"
ALL = "{year}年党费标准（每月）：\n{lines}\n要调整可以发：党费标准 {name} {year}年 5元"
LINE = "· {name}（{category}）：{amount}{own}"
OWN = "，单独设定"
SET_AGAIN = in_group("党费标准已经告诉本人了。要改回去请再发一次，例如：党费标准 张三 2026年 5元")
NOBODY = in_group("本支部现在没有要交党费的党员。")
OWES_NOTHING = "{name}是{category}，不用交党费。"
WHOSE = in_group("请写明是谁的，例如：党费标准 张三 2026年 5元")
WHICH_YEAR = in_group("没看懂是哪一年。请写成：党费标准 张三 2026年 5元")
YEARS_AWAY = {"去年": -1, "今年": 0, "本年": 0, "明年": 1}


@command(
    "dues.standard",
    "党费标准",
    "(设置|设定|调整|修改|查看|看看) 党费标准",
    "@党费标准[是]<什么>",
    "@党费标准[要|给|都]<改正>",
    "@<改正> 党费标准",
    role=Role.COMMITTEE,
    offices=False,
    amended_by="dues.standard",
    help="党费标准 张三 2026年 5元 — 设定或查看党费标准",
)
async def standard(
    request: Request, member: Name | None = None, year: Word | None = None, amount: Money | None = None
) -> Reply:
    """Set a member's monthly standard from `year` (this year) on, or show the standards."""
    of_year = _year(year, request.now.year)
    if member is None:
        if amount is not None:
            raise Refusal(WHOSE)
        return await _shown(request, await Member.filter(branch=request.my_branch, active=True).order_by("id"), of_year)
    person = await find_member(request.my_branch, member)
    if not person.owes_dues:
        raise Refusal(OWES_NOTHING.format(name=person.name, category=person.category.label))
    if amount is None:
        return await _shown(request, [person], of_year)
    before = await monthly(person, of_year, request.settings.dues)
    words = {"name": person.name, "year": of_year, "amount": yuan(amount)}
    if await DuesStandard.exists(member_id=person.id, year=of_year, monthly=int(amount)):
        raise Refusal(SAME.format(**words))
    own, _ = await DuesStandard.update_or_create(
        {"monthly": int(amount), "set_by_id": request.me.id, "set_at": request.now}, member=person, year=of_year
    )
    return Reply(
        private=SET.format(before=yuan(before), **words),
        notices=[ToMember(person.id, TOLD.format(**words))] if person.id != request.me.id else (),
        record=own.id,
        subjects=[person.id],
    )


@undo(standard)
async def set_again(request: Request, record: int) -> Reply:
    """The member has read it; the figure before stands in the receipt."""
    raise Refusal(SET_AGAIN)


def _year(word: str | None, this: int) -> int:
    """2026年, 明年; this year where none is named. Raises Refusal."""
    if word is None:
        return this
    if found := re.search(r"20\d\d", word):
        return int(found[0])
    if word in YEARS_AWAY:
        return this + YEARS_AWAY[word]
    raise Refusal(WHICH_YEAR)


async def _shown(request: Request, members: list[Member], year: int) -> Reply:
    owing = [member for member in members if member.owes_dues]
    if not owing:
        raise Refusal(NOBODY)
    members_with_own = DuesStandard.filter(member_id__in=[member.id for member in owing], year__lte=year)
    own = {found.member_id for found in await members_with_own}
    lines = [
        LINE.format(
            name=member.name,
            category=member.category.label,
            amount=yuan(await monthly(member, year, request.settings.dues)),
            own=OWN if member.id in own else "",
        )
        for member in owing
    ]
    return Reply(
        private=ALL.format(year=year, lines="\n".join(lines), name=owing[0].name),
        subjects=[member.id for member in owing],
    )
