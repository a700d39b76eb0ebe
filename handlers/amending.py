"""不对，周五三点：刚登记的说错了时间，换成对的那一条指令。"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.commands import Instead, Refusal, Request, command
from bot.understanding.values import SHANGHAI, Number
from bot.wording import in_group
from models import Activity, Deed

WITHIN = timedelta(hours=24)
NOTHING = in_group("最近 24 小时里没有可以改时间的登记。要登记，请把整句话再发一次，例如：约谈心 周五下午3点")
TAKE_BACK_FIRST = in_group("刚登记的这条不能直接改时间。发送“撤销”收回，再按对的时间发一次。")

BOOKINGS = ("talk.book", "talk.change")
ANNOUNCEMENTS = ("life.create", "life.change")
WRONG = "不对|不是的|错了|说错了|搞错了|弄错了|打错了|写错了"


@command(
    "amend",
    f"@({WRONG})[时间] [应该|应该是|是|改成]{{start}}",
    f"@({WRONG})[时间] [应该|应该是|是|改成]{{day}}",
    "@[时间]<改到>{start}",
    "@[时间]<改到>{day}",
    listed=False,
    puts_right=True,
    help="不对，周五三点 — 改刚登记的时间",
)
async def amend(request: Request, start: datetime | None = None, day: date | None = None) -> Instead:
    """Say with which command the sender's last deed is put to another time, or to the same hour of another `day`."""
    deed = await Deed.last_of(request.me.id, request.now - WITHIN)
    if deed is None or (start is None and day is None):
        raise Refusal(NOTHING)
    if deed.command in BOOKINGS:
        return Instead("talk.change", {"start": start} if start else {"day": day, "same_time": True})
    activity = await Activity.get_or_none(id=deed.record) if deed.command in ANNOUNCEMENTS else None
    if activity is None or activity.branch_id != request.my_branch.id:
        raise Refusal(TAKE_BACK_FIRST)
    if start is None and day is not None:
        start = datetime.combine(day, activity.start.astimezone(SHANGHAI).timetz())
    return Instead("life.change", {"number": Number(activity.number), "start": start})
