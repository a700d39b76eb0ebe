"""转人工：机器人不该回答的事，交给人。"""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, ToMember, command, undo
from bot.people import answering_for
from bot.wording import in_group

TOLD = in_group("已私下转告负责的同志，会有人直接联系您。机器人没有登记任何内容，也不作任何判断。")
NOBODY = in_group("现在没有能转告的人。请直接打电话或当面找支部书记；机器人没有登记任何内容。")
STRANGER = in_group("我还不知道您是谁，没法替您转告。请直接联系您所在支部的书记；机器人没有登记任何内容。")
ALREADY_TOLD = in_group("已经转告了，收不回来。不想谈了，对方联系您时说一声就行；机器人没有登记任何内容。")
NOTICE = (
    "{name}（{branch}）想直接和您谈，不想跟机器人说。请尽快私下联系本人，听本人说明。\n"
    "机器人没有登记内容，也没有得出任何结论。"
)


@command(
    "handoff",
    "我(要|想|想要)退党",
    "@退党",
    "转人工",
    "@[给我|帮我]转人工[吧] [我][不想|不愿意|不](跟|和)(机器人|机器|你)(说|聊|谈)[话]",
    "@[给我|帮我]转人工[吧]",
    "@(人工|人工服务|人工客服|转接人工|找人工)",
    "@(找|联系|转) (真人|老师|管理员|人工|组织委员)",
    "@(我要|我想)(申诉|投诉|举报)",
    "@有没有真人",
    "@[那][我](找|跟|和)书记当面(说|谈|聊) [你](帮我|替我)(转达|转告|说一声)[一下|下]",
    "@[你](帮我|替我)(转达|转告)[一下|下][书记]",
    "@(转|转接)书记",
    "@(申请|打算|想|要|准备|我要|我想)退党",
    "@[想]退党[怎么办|怎么弄|流程]",
    "@(我不想|不想)(当|做)党员[了]",
    "@脱党",
    "@(找|联系|转|转接|接)[个|一下|一个](真人|老师|管理员|人工|组织委员|人|客服|负责人)",
    "@(想|要)[和|跟|找](真人|人|老师)(聊|说话|沟通|说|谈)",
    "@(找|联系)[一下|下]书记",
    "@(脱|退出)党[组织]",
    "@(转|转接|接|找)人工(服务|客服)",
    "@<有没有> (真人|人工|人工客服)",
    "@(叫|喊) (人工|真人|老师)[来]",
    "@(要|想) 反映 找 (老师|书记|人工)",
    role=Role.GUEST,
    guessed=False,
    help="转人工 — 请负责的同志直接联系您",
)
async def hand_off(request: Request) -> Reply:
    """Tell a person, and only that somebody wants to talk: the reason is theirs to say."""
    if request.member is None:
        raise Refusal(STRANGER)
    people = await answering_for(request.member)
    if not people:
        raise Refusal(NOBODY)
    text = NOTICE.format(name=request.member.name, branch=request.my_branch.name)
    return Reply(TOLD, notices=[ToMember(person.id, text) for person in people], record=request.member.id)


@undo(hand_off)
async def hand_back(request: Request, record: int) -> Reply:
    """They have read it."""
    raise Refusal(ALREADY_TOLD)
