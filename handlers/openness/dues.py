"""公开党费：the year's standard and what has come in. Counts are for the group, amounts for each privately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.commands import Refusal, Reply, Request, command
from bot.understanding.values import Money, Month, RecentMonths
from bot.wording import Public, in_group, join
from models import Branch, DuesStandard, Member, PaymentState
from models.dues import MonthSum, month_sums, owed_months

FEWEST = 3  # payers: a total of fewer would tell what one of them has paid

NOT_COLLECTED = in_group("本支部不收党费。")
COUNTS = "{branch}{year}年党费（到{month}）：应交 {owing} 人，已交齐 {paid} 人（以书记确认的为准）。"
FOLLOWS = "{counts}标准和合计已私聊告诉您。"
STANDARDS = "标准（每月）：{standards}{own}。"
STANDARD = "{category} {amount}"
OWN = "；另有个人标准 {count} 人"
TOTAL = "全年已确认合计 {total}，共 {payers} 人（不含自愿多交的）。"
TOO_FEW = "确认的还不到 {fewest} 人，合计先不公开。"


@command(
    "openness.dues",
    "(公开党费|党费公开)[情况]",
    "@党费(标准和合计|收了多少|一共收了多少|总共收了多少)",
    "@支部[今年][一共|总共]收了多少党费",
    changes=False,
    offices=False,
    help="公开党费 — 看全年党费标准和已交合计，金额只私聊说",
)
async def totals(request: Request, months: RecentMonths | None = None) -> Reply:
    """This year's, or that of the months named: how many owe and have paid up to now, the standard and the total."""
    branch = request.my_branch
    if not branch.collects_dues:
        raise Refusal(NOT_COLLECTED)
    now = Month.of(request.now)
    year = months[-1].year if months else now.year
    until = min(now, Month(year, 12))
    members = await Member.filter(branch_id=branch.id, active=True).order_by("id")
    sums = await month_sums([member.id for member in members], f"{year}-01", f"{year}-12")
    owing, paid = _counts(members, branch, sums, year, until)
    counts = in_group(COUNTS, branch=Public(branch.name), year=year, month=until, owing=owing, paid=paid)
    private = "\n".join([counts, await _standards(request, members, year), _total(sums)])
    return Reply(in_group(FOLLOWS, counts=counts), private)


def _counts(
    members: Sequence[Member], branch: Branch, sums: Mapping[int, Mapping[str, MonthSum]], year: int, until: Month
) -> tuple[int, int]:
    """How many owed something in the year up to `until`, and of how many all of it is confirmed."""
    owing = paid = 0
    for member in members:
        owed = [month for month in owed_months(member, branch, str(until)) if month >= f"{year}-01"]
        confirmed = {month for month, one in sums[member.id].items() if one.state is PaymentState.CONFIRMED}
        owing += bool(owed)
        paid += bool(owed) and confirmed.issuperset(owed)
    return owing, paid


async def _standards(request: Request, members: Sequence[Member], year: int) -> str:
    standards = join(
        STANDARD.format(category=category.label, amount=Money(fen).label)
        for category, fen in request.settings.dues.standards.items()
    )
    own = DuesStandard.filter(member_id__in=[member.id for member in members], year__lte=year)
    count = len({standard.member_id for standard in await own})
    return STANDARDS.format(standards=standards, own=OWN.format(count=count) if count else "")


def _total(sums: Mapping[int, Mapping[str, MonthSum]]) -> str:
    by_payer = [
        sum(one.amount for one in theirs.values() if one.state is PaymentState.CONFIRMED) for theirs in sums.values()
    ]
    payers = sum(amount > 0 for amount in by_payer)
    if payers < FEWEST:
        return TOO_FEW.format(fewest=FEWEST)
    return TOTAL.format(total=Money(sum(by_payer)).label, payers=payers)
