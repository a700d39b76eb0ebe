"""撤销：收回最近一条登记。"""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Refusal, Reply, Request, TakeBack, command
from bot.wording import in_group
from models import Deed, MatterKind

WITHIN = timedelta(hours=24)
NOTHING = in_group("最近 24 小时里没有可以撤销的登记。更早的请找书记更正。")
DROPPED = in_group("好的，刚才问的那条没有登记。要收回更早登记的，请再发一次“撤销”。")


@command(
    "undo",
    "(撤销|撤消)",
    "@(撤销|撤消|撤回|收回)(刚才|上一条|上一个|刚刚|上条|上一步)[的][操作|记录|那条|那个|那笔]",
    "@撤回",
    "(刚才|刚刚|上一条|上面|前面)[的][那](条|个|笔)(不算|不算数|作废|取消|撤销|撤回|撤掉|不要|不要了|删掉|不作数)[了]",
    "@(刚才|刚刚)[的](不算|作废|撤销|不作数)",
    "@(上一条|上条)(不算|作废|撤销|不作数|取消)",
    "@<刚才>[发|说|登记|记|交|填|弄|操作|提交][的]<那笔>[记录|登记|操作|消息] <撤回>",
    "@<刚才>[发|说|登记|记|交|填|弄|操作|提交]的 (不算|不算数|作废|取消|撤销|撤回|撤掉|撤了|不要了|不作数)",
    "@<撤回>[掉|了] <刚才>[发|说|登记|记|交|填|弄|操作|提交][的][<那笔>|操作|记录]",
    "@<刚才>[的]<那笔>[记录|登记|操作] (不算|不算数|作废|取消|撤销|撤回|撤掉|不要|不要了|删掉|删了|不作数|收回)[了]",
    "@<记错>[了] (撤销|撤回|不算|作废)",
    "@(退回|批阅|审批|确认|发布|公开|撤下)错了",
    "@手滑[了] (撤销|撤回|不算|作废)",
    "@<那笔> (不算|不算数|作废|不要了)[了]",
    answers={"confirmation": ("撤销", "撤消")},
    help="撤销 — 收回您最近一条登记（24 小时内）",
)
async def undo_last(request: Request) -> TakeBack | Reply:
    """Take back the last deed of this member; where a question is open, that is what is not wanted."""
    if request.matter is not None and request.matter.kind is MatterKind.CONFIRMATION:
        await request.matter.delete()
        return Reply(DROPPED)
    deed = await Deed.last_of(request.me.id, request.now - WITHIN)
    if deed is None:
        raise Refusal(NOTHING)
    return TakeBack(deed)
