"""谈心覆盖：一年里谁还没有谈过（支部工作条例 第十九条）。"""

from __future__ import annotations

from bot.commands import Reply, Request, Role, command
from bot.wording import in_group, join
from models import Member
from models.talk import coverage, held_in_year

NAMES = (
    "{year}年谈心谈话（条例要求委员之间、委员与党员、党员之间每年至少一次）：\n"
    "还没有委员谈过的党员（{members}）：{names}\n"
    "还没有谈过的委员之间（{pairs}）：{committee}\n"
    "还没有与其他党员谈过的党员（{peers}）：{alone}\n"
    "开放时段：开放时段 周四14-16点 每人20分钟；补记：谈心记录 张三 谈了实习情况"
)
COUNTS = "今年谈心谈话：{members} 名党员还没有委员谈过，{pairs} 对委员之间还没谈，{peers} 名党员还没有与其他党员谈过。"
ALL = in_group("今年的谈心谈话都已覆盖：委员之间、委员与党员、党员之间都谈过了。")


@command(
    "talk.coverage",
    "(谈心|谈话|谈心谈话)覆盖[情况|率]",
    "[今年](谁|哪些人|哪几个|还有谁|哪些同志) [还](没|没有|未)(谈心|谈话|谈过心|谈过话)[过]",
    "@[今年|本月|这个月|这学期]<谁>[还](没|没有|未)[来|找我|跟我]谈过[话|心]",
    "@[今年|本月|这个月|这学期]<谁>[还](没|没有|未)来谈[过][话|心]",
    "@(谈心|谈话) (谁|哪些人|还有谁|哪些同志) [还](没|没有|未)谈[过]",
    role=Role.COMMITTEE,
    changes=False,
    offices=False,
    help="谁还没谈心 — 看今年谈心谈话还差谁",
)
async def covered(request: Request) -> Reply:
    """Who has talked with nobody of the committee this year, and which pairs of it have not; in a group counts."""
    members = await Member.filter(branch_id=request.my_branch.id, active=True).order_by("id")
    left = coverage(members, await held_in_year([request.my_branch.id], request.now.year))
    figures = {
        "members": len(left.without_committee),
        "pairs": len(left.committee_pairs),
        "peers": len(left.without_peer),
    }
    if not any(figures.values()):
        return Reply(group=ALL)
    private = NAMES.format(
        year=request.now.year,
        names=join(member.name for member in left.without_committee),
        committee=join(f"{one.name}和{other.name}" for one, other in left.committee_pairs),
        alone=join(member.name for member in left.without_peer),
        **figures,
    )
    named = {*left.without_committee, *left.without_peer, *(member for pair in left.committee_pairs for member in pair)}
    subjects = sorted(member.id for member in named if member.id != request.me.id)
    return Reply(group=in_group(COUNTS, **figures), private=private, subjects=subjects)
