"""撤销：收回最近一条登记。"""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Ask, Instead, Refusal, Reply, Request, TakeBack, command
from bot.wording import Public, in_group
from models import AuditEntry, Deed, MatterKind

WITHIN = timedelta(hours=24)
JUST_NOW = timedelta(minutes=10)
NOTHING_RECORDED = in_group("好的，没有登记什么。")
TAKE_IT_BACK = "刚才登记了：{what}（{when}）。要收回吗？"
NOTHING = in_group(
    "最近 24 小时里没有可以撤销的登记。更早的请找书记更正；匿名的请私聊发“我的心愿”“我的意见”，看怎么收回。"
)
WHICH = "要收回的是这一条吗：{what}（{when}）？匿名的没有留名，撤销收不回，请私聊按编号收回：“撤下心愿 3”“撤回意见 3”。"
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
    "@(发错|打错|写错|弄错|搞错|填错)了 [快|赶紧|马上|帮我](撤销|撤回|撤了|撤掉)",
    "@手滑[了] (撤销|撤回|不算|作废)",
    "@<那笔> (不算|不算数|作废|不要了)[了]",
    "@[啊|哎|诶|额|不是|没|没有|没啊|不不] [我]"
    "{only_asked=就问问|就问一下|就问下|只是问问|只是问一下|只是问下|就是问问|就是问一下|就是问下|先问问}[而已]",
    "@[我]{only_asked=没让你|没叫你|没说要|没要|没让|没叫}(登记|记|报名|报|约|交|请假|记上|登)[啊|呀]",
    answers={"confirmation": ("撤销", "撤消")},
    before_consent=True,
    help="撤销 — 收回您最近一条登记（24 小时内）",
)
async def undo_last(request: Request, only_asked: bool | None = None) -> TakeBack | Reply | Instead:
    """Take back the last deed of this member; where a question is open, that is what is not wanted.

    `only_asked`: its author says that they only asked; that is about what was recorded in these minutes, or nothing.
    """
    if request.matter is not None and request.matter.kind is MatterKind.CONFIRMATION:
        await request.matter.delete()
        if not request.matter.content["settled"]:
            return Reply(DROPPED)
    deed = await Deed.last_of(request.me.id, request.now - (JUST_NOW if only_asked else WITHIN))
    if deed is None and only_asked:
        return Reply(NOTHING_RECORDED)
    if deed is not None and only_asked and not request.confirmed:
        raise Ask(in_group(TAKE_IT_BACK, what=_worded(request, deed), when=deed.done_at))
    if deed is None and request.in_private and await _looked_at_own_report(request):
        return Instead("report.withdraw", {})  # 那先撤回来吧, of what was handed in longer ago
    if deed is None:
        raise Refusal(NOTHING)
    if not request.confirmed and await _somebody_acted_without_a_name(request, deed):
        raise Ask(in_group(WHICH, what=_worded(request, deed), when=deed.done_at))
    return TakeBack(deed)


async def _looked_at_own_report(request: Request) -> bool:
    last = await AuditEntry.lately(request.me.id, request.now - JUST_NOW).first()
    return last is not None and last.command == "report.mine"


async def _somebody_acted_without_a_name(request: Request, deed: Deed) -> bool:
    """Whether something anonymous was done since, by whomever: it left no deed, so it may be what is meant.

    Not whether the sender did it: what is asked here must tell nobody that.
    """
    changing = [one.name for one in request.commands if one.changes]
    since = AuditEntry.filter(member_id=None, conversation="", at__gt=deed.done_at, command__in=changing)
    return await since.filter(channel=request.sender.channel, outcome="done").exists()


def _worded(request: Request, deed: Deed) -> Public:
    return Public(next((one.purpose for one in request.commands if one.name == deed.command), deed.command))
