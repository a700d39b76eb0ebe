"""预备期还有多久、谁快转正了：from the roster, to oneself and to the committee; what is decided is the meeting's."""

from __future__ import annotations

from bot.commands import Reply, Request, command
from bot.understanding.values import SHANGHAI
from bot.wording import in_group
from models import Category, Member

PRIVATELY = in_group("已私聊发给您。")
MINE = "按名册，您的预备期到{end:%Y-%m-%d}（{left}）。"
LEFT, OVER = "还有 {days} 天", "已经期满"
UNKNOWN_END = "名册里没有您的入党日期，预备期到哪天请问书记。"
HOW = "期满前写好转正申请书交给书记；能不能按期转正由支部大会讨论决定，我不能替组织下结论。想当面谈谈可以发送“约谈心”。"
NOT_PROBATIONARY = "名册上您是{category}，没有预备期。怎么发展、转正由组织决定，请问书记，或发送“约谈心”。"
THEIRS = "预备党员 {count} 人：\n{lines}\n支部大会通过后发送“转正 {name} 12月1日”（写开会的日子）"
LINE = "· {name}：预备期到{end:%Y-%m-%d}"
LINE_UNKNOWN = "· {name}：名册里没有入党日期"
NOBODY = in_group("支部里现在没有预备党员。")


@command(
    "member.probation",
    "@[我][的]预备期[还|到|是](有|到|剩|差)(多久|多长时间|什么时候|啥时候|几月|哪天|几天|几个月)",
    "@[我](什么时候|啥时候|何时|多久|哪天|几月)[才|能|可以](转正|预备期满|预备期到|预备期结束)",
    "@[我]预备期(什么时候|啥时候|何时|哪天|几月)(满|到|结束|期满)",
    "@[我][的]预备期[快|要|快要](满|到|结束)了<吗>",
    "@[我](能|能不能|可以|可不可以|还能|会)(按期|按时)[转正]<吗>",
    "@[我](能|可以|会)转正[不|吗|么]",
    "@[我]转正[要|需要|得|该|都要|都需要] (准备|交|写|弄)<什么>[材料|东西]",
    "@[我]转正[的](流程|材料|手续|步骤|条件)[是|有|要]<什么>",
    "@<谁>[快|快要|要|该|可以|能](转正|预备期满)[了]",
    "@[支部][现在][有]<多少人>[是]预备党员",
    changes=False,
    listed=False,
    offices=False,
    help="预备期还有多久 — 看自己的预备期到哪天",
)
async def probation(request: Request) -> Reply:
    """The end of the sender's probation, or for the committee of everybody's; always private, and no conclusion."""
    if request.me.in_committee and request.me.category is Category.FULL:
        return await _of_all(request)
    if request.me.category is not Category.PROBATIONARY:
        return Reply(PRIVATELY, NOT_PROBATIONARY.format(category=request.me.category.label))
    end = request.me.probation_ends
    if end is None:
        return Reply(PRIVATELY, f"{UNKNOWN_END}\n{HOW}")
    days = (end - request.now.astimezone(SHANGHAI).date()).days
    left = LEFT.format(days=days) if days > 0 else OVER
    return Reply(PRIVATELY, f"{MINE.format(end=end, left=left)}\n{HOW}")


async def _of_all(request: Request) -> Reply:
    rows = Member.filter(branch_id=request.my_branch.id, category=Category.PROBATIONARY, active=True)
    people = await rows.filter(handed_over_on=None).order_by("id")
    if not people:
        return Reply(NOBODY)
    lines = [
        LINE_UNKNOWN.format(name=person.name)
        if person.probation_ends is None
        else LINE.format(name=person.name, end=person.probation_ends)
        for person in sorted(people, key=lambda person: (person.probation_ends is None, person.probation_ends))
    ]
    said = THEIRS.format(count=len(people), lines="\n".join(lines), name=people[0].name)
    return Reply(PRIVATELY, said, subjects=[person.id for person in people])
