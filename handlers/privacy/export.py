"""导出我的信息：all that is kept of the sender, as one file, privately."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Refusal, Reply, Request, command
from bot.personal import copy_for
from bot.wording import in_group
from models import AuditEntry

READY = (
    "这是鸿雁里关于您的全部信息（{kinds} 类 {rows} 条），压缩包里有能直接看的 Word、同样内容的数据文件和您交的文件。"
    "里面都是个人信息，请自己收好。"
)
TOLD = in_group("您的信息已私聊发给您。")
FRIENDS_ONLY = in_group("个人信息只能私聊发。请加我为好友（点我的头像→添加到通讯录），再发一次。")
ENOUGH = "24 小时里最多导出 {most} 次。请用已经收到的那一份，或者明天再发“导出我的信息”。"
NAME = "privacy.export"
FILE_NAME = "{name}的信息_{day:%Y%m%d}.zip"


@command(
    NAME,
    "(导出|下载) 我的 (信息|数据|资料|个人信息|个人数据|记录)",
    "(导出|下载)[我的]个人(信息|数据|资料)",
    "@(你|你们|机器人|系统)(存|保存|记录|收集)了我[的](什么|哪些|啥)(信息|数据|资料)",
    "@我的(信息|数据|个人信息|资料) 导出",
    "@(导出|下载|查看|看看|要) 我 [所有|全部][的]个人(信息|数据|资料)",
    "@我的[个人](数据|信息|资料) (给我|发我|发给我)[一份]",
    "@(要|查看|看看|看) 我的[个人](数据|资料)",
    changes=False,
    own_secrets=True,
    help="导出我的信息 — 把登记的关于您的一切打包发给您",
)
async def export(request: Request) -> Reply:
    """One zip, to the sender alone; it says what they sent without a name, so nothing of it is kept."""
    if request.room is not None and not request.sender.friend:
        raise Refusal(FRIENDS_ONLY)
    await _refuse_too_many(request)
    name = FILE_NAME.format(name=request.me.name, day=request.now)
    copy = await copy_for(request.me, request.settings, request.now, name)
    return Reply(TOLD, READY.format(kinds=copy.kinds, rows=copy.rows), file=copy.file, fleeting=True)


async def _refuse_too_many(request: Request) -> None:
    """A copy is the dearest thing that a message can ask for; raises Refusal. What was given stands on the trail."""
    most = request.settings.privacy.exports_per_day
    given = AuditEntry.filter(
        member_id=request.me.id, at__gt=request.now - timedelta(days=1), command=NAME, outcome="done"
    )
    if await given.count() >= most:
        raise Refusal(in_group(ENOUGH, most=most))
