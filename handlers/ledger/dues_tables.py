"""党费收缴: what each owed and paid month by month, and every declaration behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.settings import Settings
from bot.understanding.values import SHANGHAI, Money, Month, Months
from bot.wording import join
from handlers.ledger.workbook import Column, Table, Value
from models import Branch, DuesPayment, DuesShare, Member, PaymentState
from models.dues import monthly_standard, owed_months, paid_to, settled

VOID_REASONS = {"undone": "本人撤销", "amended": "已更正", "recalled": "消息撤回", "rejected": "书记未收到"}

PAYMENT_COLUMNS = (
    Column("登记时间", 18),
    Column("姓名", 12),
    Column("学号", 16),
    Column("月份", 24),
    Column("金额（元）", 12),
    Column("其中自愿多交（元）", 18),
    Column("代交人", 12),
    Column("状态", 10),
    Column("确认人", 12),
    Column("确认时间", 18),
    Column("作废原因", 14),
)


@dataclass(frozen=True, slots=True)
class Account:
    """One member's side of the sheet: what was owed, and the shares that stand for the months of the sheet."""

    member: Member
    owed: Mapping[Month, int]
    shares: Mapping[Month, DuesShare]
    extra: int
    paid_to: Month | None

    @property
    def confirmed(self) -> list[DuesShare]:
        return [share for share in self.shares.values() if share.payment.state is PaymentState.CONFIRMED]

    @property
    def payments(self) -> list[DuesPayment]:
        """The payments behind the shares, each once, in the order in which they were declared."""
        return sorted({share.payment_id: share.payment for share in self.shares.values()}.values(), key=lambda p: p.id)

    def sum_of(self, *, late: bool) -> int:
        """Fen declared after the end of the month they are for (补交), or before its beginning (预交)."""
        return sum(
            share.amount
            for month, share in self.shares.items()
            if (_declared_in(share) > month if late else _declared_in(share) < month)
        )


def _declared_in(share: DuesShare) -> Month:
    return Month.of(share.payment.declared_at)


async def dues_table(
    branch: Branch, members: Sequence[Member], months: Months, settings: Settings, now: datetime
) -> Table:
    """A row for each member who owes dues or paid some; amounts in yuan, as values.

    应交 counts the months of the sheet up to the present one. A month's cell is
    what stands for it, confirmed or not; 实交 is what the secretary confirmed.
    """
    accounts = await _accounts(branch, members, months, settings, now)
    columns = (
        Column("姓名"),
        Column("学号", 16),
        Column("类别", 12),
        *(Column(month.label, 12) for month in months),
        *(Column(title) for title in ("应交（元）", "实交（元）", "待确认（元）", "补交（元）", "预交（元）")),
        Column("自愿多交（元）", 14),
        Column("交至", 12),
        Column("经手人"),
        Column("确认日期", 14),
    )
    return Table("党费收缴", columns, [_row(account, months) for account in accounts], fixed=2)


def _row(account: Account, months: Months) -> list[Value]:
    confirmed = sum(share.amount for share in account.confirmed)
    standing = sum(share.amount for share in account.shares.values())
    cells = (account.shares.get(month) for month in months)
    confirmed_at = [payment.confirmed_at for payment in account.payments if payment.confirmed_at]
    return [
        account.member.name,
        account.member.student_no,
        account.member.category.label,
        *(Money(share.amount) if share else None for share in cells),
        Money(sum(account.owed.values())),
        Money(confirmed),
        Money(standing - confirmed),
        Money(account.sum_of(late=True)),
        Money(account.sum_of(late=False)),
        Money(account.extra),
        str(account.paid_to) if account.paid_to else None,
        _names(payment.confirmer.name for payment in account.payments if payment.confirmer),
        max(confirmed_at).astimezone(SHANGHAI).date() if confirmed_at else None,
    ]


def _names(names: Iterable[str]) -> str | None:
    once = dict.fromkeys(names)
    return join(once) if once else None


async def _accounts(
    branch: Branch, members: Sequence[Member], months: Months, settings: Settings, now: datetime
) -> list[Account]:
    until = str(min(months[-1], Month.of(now)))
    states = await settled(member.id for member in members)
    shares = await _shares(members, months)
    accounts = []
    for member in members:
        owed = owed_months(member, branch, until)
        theirs = shares.get(member.id, {})
        if not theirs and not (owed and member.active):
            continue
        last = paid_to(owed, states[member.id])
        account = Account(
            member=member,
            owed=await _owed(member, [month for month in months if str(month) in owed], theirs, settings),
            shares=theirs,
            extra=sum(payment.extra for payment in {s.payment_id: s.payment for s in theirs.values()}.values()),
            paid_to=Month.parse(last) if last else None,
        )
        accounts.append(account)
    return accounts


async def _shares(members: Sequence[Member], months: Months) -> dict[int, dict[Month, DuesShare]]:
    rows = DuesShare.filter(
        claim__isnull=False,
        payment__member_id__in=[member.id for member in members],
        month__in=[str(month) for month in months],
    )
    found: dict[int, dict[Month, DuesShare]] = {}
    for share in await rows.order_by("month").select_related("payment__confirmer"):
        found.setdefault(share.payment.member_id, {})[Month.parse(share.month)] = share
    return found


async def _owed(
    member: Member, months: Sequence[Month], shares: Mapping[Month, DuesShare], settings: Settings
) -> dict[Month, int]:
    """Fen by month: what was due when the month was declared, else the standard of now."""
    default = settings.dues.standard(member.category)
    by_year = {year: await monthly_standard(member, year, default) for year in {month.year for month in months}}
    return {month: shares[month].amount if month in shares else by_year[month.year] for month in months}


async def payments_table(members: Sequence[Member], months: Months) -> Table:
    """Every declaration made in `months` or for one of them, those that were voided too: nothing is lost."""
    begin = datetime.combine(months[0].first_day, datetime.min.time(), SHANGHAI)
    end = datetime.combine((months[-1] + 1).first_day, datetime.min.time(), SHANGHAI) - timedelta(microseconds=1)
    asked = {str(month) for month in months}
    payments = DuesPayment.filter(member_id__in=[member.id for member in members]).order_by("declared_at", "id")
    rows = []
    for payment in await payments.select_related("member", "payer", "confirmer").prefetch_related("shares"):
        paid_for = sorted(share.month for share in payment.shares)
        if begin <= payment.declared_at <= end or asked.intersection(paid_for):
            rows.append(_payment_row(payment, Months(Month.parse(month) for month in paid_for)))
    return Table("党费明细", PAYMENT_COLUMNS, rows, fixed=2)


def _payment_row(payment: DuesPayment, months: Months) -> list[Value]:
    return [
        payment.declared_at,
        payment.member.name,
        payment.member.student_no,
        months.label,
        Money(payment.amount),
        Money(payment.extra),
        payment.payer.name if payment.payer_id != payment.member_id else None,
        payment.state.label,
        payment.confirmer.name if payment.confirmer else None,
        payment.confirmed_at,
        VOID_REASONS.get(payment.void_reason, payment.void_reason) if payment.void_reason else None,
    ]
