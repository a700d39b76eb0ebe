"""`run_bot.py export`: what 导出台账 sends in the chat, as a file on the machine; on the trail as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tortoise.transactions import in_transaction

from bot import private_file
from bot.audit import note_operator
from bot.settings import Settings
from bot.understanding.values import Month, Months
from bot.wording import join
from handlers.ledger.compilation import Exportable, compiled, lies_ahead, usual_months
from models import Branch, Level

NO_SUCH_TABLE = "--what 不认识“{said}”，可以写：{choices}"
NO_MONTH = "--month 不认识“{said}”，请写成 2026-11 这样"
AHEAD = "{month}还没有开始，没有可以导出的记录"
NO_BRANCH = "没有名为“{said}”的支部。现有的支部：{branches}"
SEVERAL = "有几个支部叫“{said}”，请写全：{branches}"
NO_WORKBOOK = "“{file}”不是 Excel 文件名，请以 .xlsx 结尾，例如：台账.xlsx"
UNWRITABLE = "{file} 写不了（{why}），请检查文件夹在不在、权限和剩余空间。没有导出。"


class ExportFaulty(Exception):
    """Nothing was written; the text is one Chinese sentence that tells the operator what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the words for it, and how much it is."""

    label: str
    sheets: int
    members: int


async def export_to(
    file: Path, branch: str, month: str | None, what: str, settings: Settings, now: datetime
) -> Written:
    """Write the tables of one branch into `file`, which only its owner may read. Raises ExportFaulty."""
    table = _table(what)
    months = _months(month, table, now)
    if file.suffix.lower() != ".xlsx":
        raise ExportFaulty(NO_WORKBOOK.format(file=file))
    found = await _branch(branch)
    made = await compiled(found, table, months, settings, now)
    async with in_transaction():
        members = [member.id for member in made.members]
        await note_operator("export", now, branch_id=found.id, subjects=members)
        _write(file, made.content)
    return Written(f"{found.name}{table.label}（{months.label}）", made.sheets, made.active)


def _table(said: str) -> Exportable:
    for what in Exportable:
        if said == what.value or said in what.words:
            return what
    choices = join(f"{what.value}（{what.label}）" for what in Exportable)
    raise ExportFaulty(NO_SUCH_TABLE.format(said=said, choices=choices))


def _months(said: str | None, what: Exportable, now: datetime) -> Months:
    if said is None:
        return usual_months(what, now)
    try:
        months = Months([Month.parse(said)])
    except ValueError:
        raise ExportFaulty(NO_MONTH.format(said=said)) from None
    if lies_ahead(what, months, now):
        raise ExportFaulty(AHEAD.format(month=months.label))
    return months


async def _branch(said: str) -> Branch:
    """The branch by its name, or by its path where two colleges have one of that name."""
    branches = await Branch.filter(level=Level.BRANCH).order_by("path")
    fitting = [branch for branch in branches if said in (branch.name, branch.path)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ExportFaulty(SEVERAL.format(said=said, branches=join(branch.path for branch in fitting)))
    raise ExportFaulty(NO_BRANCH.format(said=said, branches=join(branch.name for branch in branches)))


def _write(file: Path, content: bytes) -> None:
    try:
        with private_file.replaced(file) as stream:
            stream.write(content)
    except OSError as error:
        raise ExportFaulty(UNWRITABLE.format(file=file, why=error.strerror or type(error).__name__)) from None
