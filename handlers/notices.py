"""通知：书记、学院、学校发一次，自己和下属各支部的群都收到。"""

from __future__ import annotations

from bot.commands import Ask, Refusal, Reply, Request, Role, ToGroups, command, undo
from bot.reach import groups_below
from bot.understanding.values import SHANGHAI, Text
from bot.wording import GroupText, Public, in_group, lines_in_group
from models import OutboxMessage, PublishedNotice

LONGEST = 1500  # characters
KEY = "notice:{id}"
SHOWN = 5
SHORT = 60  # characters of a notice in a list

SAID = "【通知】{name}\n{text}"
PUBLISHED = "已发布，通知 {count} 个群，按微信允许的快慢逐个发出。发送“撤销”可收回还没发出的。"
REALLY = "这条通知会发到 {count} 个群。现在发吗？"
NO_GROUPS = in_group("本级和下属支部还没有绑定群，没有地方可发。请各支部书记在群里发送“绑定本群”。")
EMPTY = in_group("请写上通知的内容，例如：发通知 周五下午3点交材料")
TOO_LONG = in_group("通知太长了，请写在 1500 字以内，详细内容放在链接里。")
WITHDRAWN = in_group("已收回，一个群都没有发出。")
WITHDRAWN_LATE = in_group("还没发出的已收回；已经发到群里的收不回来，可以再发一条更正。")
NONE = in_group("还没有发过通知。")
LISTED = "最近的通知：\n{lines}"
LINE = "· {day} {name}：{text}"


@command(
    "notice.publish",
    "@(发|发布|下发|群发|转发|发个|发一个|发条) 通知",
    "@通知(大家|各位|同志们|各位同志)",
    "@(告诉|告知)大家",
    "@(跟|和|给|帮我跟|帮我给|替我跟|替我给)(大家|大伙|同志们|同学们|大家伙)(说|讲|说下|说一下|讲一下|讲下|说一声|说声)",
    role=Role.COMMITTEE,
    help="发通知 周五下午3点前交材料 — 发通知到群里，学院和学校发到下属各支部的群",
)
async def publish(request: Request, text: Text) -> Reply:
    """Tell every group of the sender's branch, college or school and of all below it, once."""
    if not text.strip():
        raise Refusal(EMPTY)
    if len(text) > LONGEST:
        raise Refusal(TOO_LONG)
    rooms = await groups_below(request.my_branch, request.settings)
    if not rooms:
        raise Refusal(NO_GROUPS)
    if len(rooms) > 1 and not request.confirmed:
        raise Ask(in_group(REALLY, count=len(rooms)))
    notice = await PublishedNotice.create(
        branch=request.my_branch, author=request.me, text=text, published_at=request.now
    )
    said = in_group(SAID, name=Public(request.my_branch.name), text=Public(text))
    to_groups = ToGroups([room.branch_id for room in rooms], said, KEY.format(id=notice.id))
    return Reply(in_group(PUBLISHED, count=len(rooms)), notices=[to_groups], record=notice.id)


@undo(publish)
async def withdraw(request: Request, record: int) -> Reply:
    """Take back what has not gone out."""
    await PublishedNotice.filter(id=record).update(withdrawn_at=request.now)
    in_time = await OutboxMessage.withdraw(f"{KEY.format(id=record)}:")
    return Reply(WITHDRAWN if in_time else WITHDRAWN_LATE)


@command(
    "notice.list",
    "@(看|看看|查|查看|最近的|最新的|最近|最新|近期) 通知",
    "@通知",
    "通知列表",
    "@<看> 通知",
    "@[有|发|发了|出了|都发了]<什么>[新|新的]通知",
    "@<有没有> [新|新的] 通知",
    "@[刚才的|刚才那个|那个][通知][在|到]群里[都](发出去|发出去了|发到|发了|发没发)[了][<吗>]",
    "@通知 [在|去]<哪里>[能|可以]看",
    changes=False,
    help="看通知 — 看本支部和上级最近发的通知",
)
async def recent(request: Request) -> Reply:
    """The last notices for the sender's branch; in private with all their words."""
    notices = PublishedNotice.filter(withdrawn_at=None, branch__path__in=request.my_branch.lineage)
    found = await notices.order_by("-id").limit(SHOWN).select_related("branch")
    if not found:
        return Reply(NONE)
    return Reply(in_group(LISTED, lines=lines_in_group(_line(each, whole=request.in_private) for each in found)))


def _line(notice: PublishedNotice, *, whole: bool) -> GroupText:
    text = notice.text if whole or len(notice.text) <= SHORT else notice.text[: SHORT - 1] + "…"
    day = notice.published_at.astimezone(SHANGHAI).date()
    return in_group(LINE, day=day, name=Public(notice.branch.name), text=Public(text))
