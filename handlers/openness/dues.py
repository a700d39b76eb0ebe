"""公开党费：the year's standard and what has come in. Counts are for the group, amounts for each privately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.commands import Refusal, Reply, Request, command
from bot.understanding.values import SHANGHAI, Money, Month, RecentMonths
from bot.wording import Public, in_group, join
from models import Branch, DuesStandard, Member, PaymentState
from models.dues import Confirmed, MonthSum, confirmed_in, month_sums, owed_months

FEWEST = 3  # payers: a total of fewer, or one that grew by fewer, would tell what one of them has paid

NOT_COLLECTED = in_group("本支部不收党费。")
COUNTS = "{branch}{year}年党费（到{month}）：应交 {owing} 人，已交齐 {paid} 人（以书记确认的为准）。"
FOLLOWS = "{counts}标准和合计已私聊告诉您。"
STANDARDS = "标准（每月）：{standards}{own}。"
STANDARD = "{category} {amount}"
OWN = "；另有个人标准 {count} 人"
TOTAL = "全年已确认合计 {total}，共 {payers} 人（到{month}底，不含自愿多交的）。"
TOO_FEW = "合计每月月底结一次，新确认的满 {fewest} 人才公开；现在还没有可以公开的。"


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
    """This year's, or that of the months named: how many owe and have paid up to now, the standard and the total of
    what was confirmed before the present month."""
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
    confirmed = await confirmed_in(branch.id, f"{year}-01", f"{year}-12")
    private = "\n".join([counts, await _standards(request, members, year), _total(confirmed, now)])
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


def _total(confirmed: Sequence[Confirmed], now: Month) -> str:
    """Up to the end of the last month by which enough others had been confirmed since the total before: whoever asks
    again and again must not learn from the difference what one has paid."""
    months = [Month.of(one.at.astimezone(SHANGHAI)) for one in confirmed]
    told, until, since = 0, None, set[int]()
    for number, (one, month) in enumerate(zip(confirmed, months, strict=True), 1):
        if month >= now:
            break
        since.add(one.member_id)
        ends = number == len(confirmed) or months[number] > month
        if ends and len(since) >= FEWEST:
            told, until, since = number, month, set()
    if until is None:
        return TOO_FEW.format(fewest=FEWEST)
    payers = len({one.member_id for one in confirmed[:told]})
    total = Money(sum(one.amount for one in confirmed[:told])).label
    return TOTAL.format(total=total, payers=payers, month=until.label)
