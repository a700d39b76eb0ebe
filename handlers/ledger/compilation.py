"""What an export holds: a branch's tables of some months as one workbook, whoever asks for it and wherever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.settings import Settings
from bot.understanding.values import Month, Months
from handlers.ledger.dues_tables import dues_table, payments_table
from handlers.ledger.life_tables import attendance_table, held_in, life_table
from handlers.ledger.placement_tables import handover_table, placement_table
from handlers.ledger.received_table import received_table
from handlers.ledger.report_table import report_table
from handlers.ledger.roster_table import roster_table
from handlers.ledger.service_table import service_table
from handlers.ledger.talk_table import talk_table
from handlers.ledger.workbook import Table, xlsx
from models import Branch, Member, Term


class Exportable(Term):
    LEDGER = "ledger", "台账", "总表", "台帐"
    DUES = "dues", "党费", "党费表", "党费台账", "党费记录"
    REPORT = "report", "思想汇报", "汇报"
    TALK = "talk", "谈心", "谈话", "谈心谈话", "谈心记录", "谈话记录"
    LIFE = "life", "组织生活", "考勤", "活动"
    SERVICE = "service", "公益", "公益服务", "公益时长", "志愿服务"
    PLACEMENT = "placement", "去向", "去向表", "实习去向"


@dataclass(frozen=True, slots=True)
class Export:
    """The content of an .xlsx file, how many sheets it has, and whose records are in it, those who have left too."""

    content: bytes
    sheets: int
    members: tuple[Member, ...]

    @property
    def active(self) -> int:
        return sum(member.active for member in self.members)


async def compiled(branch: Branch, what: Exportable, months: Months, settings: Settings, now: datetime) -> Export:
    """The tables of `what` for `months`, as they stand at `now`."""
    members = await Member.filter(branch_id=branch.id).order_by("id")
    tables = await _tables(branch, members, what, months, settings, now)
    return Export(xlsx(tables), len(tables), tuple(members))


def usual_months(what: Exportable, now: datetime) -> Months:
    """Where none are named: the present month for the whole ledger, this year up to now for a single table."""
    this = Month.of(now)
    first = this.month if what is Exportable.LEDGER else 1
    return Months(Month(this.year, number) for number in range(first, this.month + 1))


def lies_ahead(what: Exportable, months: Months, now: datetime) -> bool:
    """Whether nothing can have been recorded for `months` yet; dues can be paid ahead."""
    return months[0] > Month.of(now) and what is not Exportable.DUES


async def _tables(
    branch: Branch, members: list[Member], what: Exportable, months: Months, settings: Settings, now: datetime
) -> list[Table]:
    everything = what is Exportable.LEDGER
    tables = []
    if everything:
        tables.append(await roster_table(branch, members))
    if everything or what is Exportable.DUES:
        tables.append(await dues_table(branch, members, months, settings, now))
        tables.append(await received_table(members, months))
        tables.append(await payments_table(members, months))
    if everything or what is Exportable.REPORT:
        tables.append(await report_table(members, months, settings, now))
    if everything or what is Exportable.TALK:
        tables.append(await talk_table(branch, months))
    if everything or what is Exportable.LIFE:
        activities = await held_in(branch, months, now)
        tables += [life_table(activities), attendance_table(members, activities)]
    if everything or what is Exportable.SERVICE:
        tables.append(await service_table(branch, months, now))
    if everything or what is Exportable.PLACEMENT:
        tables += [await placement_table(members, months, now), await handover_table(members, months)]
    return tables
