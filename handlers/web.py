"""网页：给本人一个只能用一次的链接，在浏览器里看自己的情况；以及从聊天里把打开的网页都退出。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.commands import Notice, Refusal, Reply, Request, Tick, command, job, undo
from bot.sessions import Sessions, end_all
from bot.wording import in_group
from models import Account, WebLink

OFF = in_group("网页还没有开通。发送“我的”，在这里就能看。")
LINK = (
    "您的页面（{minutes} 分钟内有效，只能用一次，不要转发给别人）：\n{address}\n"
    "打开后点“打开我的页面”。用完请点“退出”；不是您自己打开的，请马上发送“退出网页”。"
)
LINK_IN_GROUP = in_group("打开网页的链接已私聊发给您。")
TOO_MANY = "一小时内要的链接太多了，请用刚才那个，或者过一会儿再要。"
CLOSED = "已退出 {count} 处打开的网页，没用过的链接也作废了。"
NOTHING_OPEN = in_group("没有打开着的网页；没用过的链接也作废了。")
STAYS_CLOSED = in_group("退出网页不能撤销。要再看，请发送“我的页面”。")


@command(
    "web.open",
    "我的页面",
    "登录网页",
    "(打开|登录|进入|看|看看|给我)[我的](页面|网页|个人页面|网页版)",
    "@网页[版](登录|链接|地址|入口)",
    "@[我的](网页版|个人网页|个人页面)",
    "@(打开|看|进|进入|登录|上)[一下] 我[自己]的(页面|主页|网页)",
    "@(给|发)我[个|一个](网页|页面)[的|版][链接|地址]",
    changes=False,
    help="我的页面 — 给您一个链接，在浏览器里看自己的情况",
)
async def open_page(request: Request) -> Reply:
    """A link for the sender alone, by which one browser gets in once."""
    web = request.settings.web
    if not web.public_url:
        raise Refusal(OFF)
    made = await WebLink.filter(member_id=request.me.id, made_at__gt=request.checked_at - timedelta(hours=1)).count()
    if made >= web.links_per_hour:
        raise Refusal(TOO_MANY)
    account = await Account.get(channel=request.sender.channel, contact=request.sender.contact)
    address = await Sessions(web).link(account, request.me, request.checked_at)
    return Reply(LINK_IN_GROUP, LINK.format(minutes=web.link_minutes, address=address), fleeting=True)


@command(
    "web.close",
    "退出网页",
    "退出[我的](页面|网页登录|网页版)",
    "@(关闭|关掉|注销)[我的](网页|页面|网页登录)",
    before_consent=True,
    help="退出网页 — 把您打开的网页都退出，没用的链接作废",
)
async def close_pages(request: Request) -> Reply:
    """End the sender's sessions, wherever they are open."""
    count = await end_all(request.me.id, request.now)
    return Reply(in_group(CLOSED, count=count) if count else NOTHING_OPEN, record=request.me.id)


@undo(close_pages)
async def reopen(request: Request, record: int) -> Reply:
    """Whoever should not have been in must not come back."""
    raise Refusal(STAYS_CLOSED)


@job("web.sweep")
async def sweep(tick: Tick) -> Sequence[Notice]:
    """End sessions that nobody uses any more, and forget links and sessions of yesterday."""
    await Sessions(tick.settings.web).sweep(tick.now)
    return []
