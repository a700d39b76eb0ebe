"""谈心谈话: when and who; never a topic or a record, which belong to the two."""

from __future__ import annotations

from bot.understanding.values import SHANGHAI, Month, Months
from handlers.ledger.workbook import Column, Table
from models import Branch, Member, Talk
from models.talk import held_in_year

COLUMNS = (Column("日期", 12), Column("时间", 14), Column("谈话人"), Column("谈话对象"), Column("形式", 14))


async def talk_table(branch: Branch, months: Months) -> Table:
    """The talks that were held in `months`, oldest first; 形式 is the pair that 支部工作条例 第十九条 speaks of."""
    talks = [
        talk for year in sorted({month.year for month in months}) for talk in await held_in_year([branch.id], year)
    ]
    asked = [talk for talk in talks if Month.of(talk.start) in months]
    await Talk.fetch_for_list(asked, "host", "member")
    rows = [
        (talk.start.astimezone(SHANGHAI).date(), _time(talk), talk.host.name, talk.member.name, _pair(talk))
        for talk in asked
    ]
    return Table("谈心谈话", COLUMNS, rows)


def _time(talk: Talk) -> str | None:
    """None for a talk that nobody had booked: only its day is known."""
    if talk.start == talk.end:
        return None
    return f"{talk.start.astimezone(SHANGHAI):%H:%M}–{talk.end.astimezone(SHANGHAI):%H:%M}"


def _pair(talk: Talk) -> str:
    return "与".join(sorted((_part(talk.host), _part(talk.member)), reverse=True))


def _part(member: Member) -> str:
    return "委员" if member.in_committee else "党员"
