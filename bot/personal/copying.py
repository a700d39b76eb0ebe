"""All that is kept of a member, or some of it, as one zip: a Word file to read, the same as JSON, and the files.

There is a limit to the files together: the zip is built in memory, stored until it is sent, and has to get through
WeChat. What does not fit is never read; the Word file lists it.
"""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from docx.document import Document
from tortoise.expressions import Q
from tortoise.functions import Length
from tortoise.models import Model

from bot import word
from bot.messages import File
from bot.personal.kinds import KINDS, Kind
from bot.personal.selecting import sealed_by, theirs, told
from bot.personal.titles import FEN, INTERNAL, TITLES
from bot.settings import PrivacySettings, Settings
from bot.storable import clean
from bot.understanding.values import SHANGHAI, Money
from models import Branch, Member, ReportFile
from models.report import period_label

MEDIA_TYPE = "application/zip"
READABLE, DATA, FOLDER = "{name}的信息.docx", "{name}的信息.json", "附件/{number}_{name}"
TITLE = "{name}在鸿雁里的信息（{day:%Y-%m-%d}）"
NOTHING = "没有"
WHY = "说明：{why}。"
LEFT_OUT = "没有放进来的文件"
HOW_TO_GET = (
    "文件一共最多放 {megabytes} MB，下面这些放不下。"
    "要拿到它们，请找支部书记：书记发送“看汇报 {name}”加上时间，就能调出来。"
)
NAMED = "{name}（{period}的思想汇报）"


@dataclass(frozen=True, slots=True)
class Copy:
    """The file, and how many rows of how many kinds are in it."""

    file: File
    rows: int
    kinds: int


@dataclass(frozen=True, slots=True)
class _Section:
    kind: Kind
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Files:
    """What goes into the zip, by name; and what does not fit, as it is named to a person."""

    put_in: Sequence[tuple[str, bytes]]
    left_out: Sequence[str]
    limit: int  # megabytes


async def copy_for(member: Member, settings: Settings, now: datetime, file_name: str) -> Copy:
    """For the member: everything, by kind, but what somebody else has taken back."""
    selected = []
    for kind in KINDS:
        mine = await told(kind, member.id)
        nameless = Q(id__in=await sealed_by(kind, member.id, settings))
        selected.append((kind, mine | nameless if mine is not None else None))
    return await _copy(member, selected, settings, now, file_name)


async def copy_for_others(member: Member, settings: Settings, now: datetime, file_name: str) -> Copy:
    """For another branch that looks after the member: what it has to know, of that what holds."""
    selected = []
    for kind in KINDS:
        if kind.handed_over:
            # Their own alone: not the dues that they handed in for a colleague.
            mine = await theirs(kind, member.id, kind.of[:1])
            kept = replace(kind, hidden=(*kind.hidden, *kind.kept_here))
            selected.append((kept, mine & kind.standing if mine is not None else None))
    return await _copy(member, selected, settings, now, file_name)


async def _copy(
    member: Member, selected: Sequence[tuple[Kind, Q | None]], settings: Settings, now: datetime, file_name: str
) -> Copy:
    sections = [await _section(kind, rows, member) for kind, rows in selected]
    filled = [section for section in sections if section.rows]
    attached = next((rows for kind, rows in selected if kind.model is ReportFile), None)
    files = await _files(attached, settings.privacy)
    # Pressing megabytes takes seconds, in which nobody else would be answered.
    content = await asyncio.to_thread(_zip, member, filled, files, now)
    rows = sum(len(section.rows) for section in filled)
    return Copy(File(file_name, MEDIA_TYPE, content), rows, len(filled))


async def _section(kind: Kind, selected: Q | None, member: Member) -> _Section:
    # Files stand in columns that are not shown, megabytes of them.
    wanted = kind.model.all().only("id", *_columns(kind.model)).order_by("id")
    found = await wanted.filter(selected) if selected is not None else []
    names = await _names(found)
    shown = [
        {key: value for key, value in _plain(row, names).items() if key not in _hidden(kind, row, member)}
        for row in found
    ]
    rows = [{TITLES[key]: value for key, value in row.items()} for row in shown]
    return _Section(kind, rows)


def _hidden(kind: Kind, row: Model, member: Member) -> tuple[str, ...]:
    another = kind.hidden_of_another and getattr(row, kind.of[0]) != member.id
    return kind.hidden + kind.hidden_of_another if another else kind.hidden


async def _files(selected: Q | None, privacy: PrivacySettings) -> _Files:
    """The newest of the selected first, as many as fit."""
    if selected is None:
        return _Files((), (), privacy.export_megabytes)
    newest = ReportFile.filter(selected).order_by("-report_id", "position")
    sized = newest.annotate(size=Length("data")).values_list("id", "name", "report__period", "size")
    left, put_in, left_out = privacy.export_bytes, [], []
    for id_, name, period, size in await sized:
        if size > left:
            left_out.append(NAMED.format(name=name, period=period_label(period)))
            continue
        left -= size
        put_in.append((name, (await ReportFile.get(id=id_)).data))
    return _Files(put_in, left_out, privacy.export_megabytes)


async def _names(rows: Sequence[Model]) -> dict[tuple[str, int], str]:
    """By the column and id, of the members and branches that rows refer to."""
    found: dict[tuple[str, int], str] = {}
    for model in (Member, Branch):
        columns = {column for row in rows[:1] for column in _references(row, model)}
        ids = {value for row in rows for column in columns if (value := getattr(row, column)) is not None}
        known = {one.id: one.name for one in await model.filter(id__in=list(ids))} if ids else {}
        found |= {(column, id_): name for column in columns for id_, name in known.items()}
    return found


def _references(row: Model, model: type[Model]) -> list[str]:
    fields = row._meta.fields_map
    return [
        str(fields[name].source_field)
        for name in (*row._meta.fk_fields, *row._meta.o2o_fields)
        if fields[name].related_model is model  # type: ignore[attr-defined]
    ]


def _plain(row: Model, names: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    """Its columns as JSON, without those that say nothing to a person."""
    return {name: _value(name, getattr(row, name), names) for name in _columns(type(row))}


def _columns(model: type[Model]) -> list[str]:
    return sorted(model._meta.db_fields - INTERNAL, key=list(TITLES).index)


def _value(column: str, value: Any, names: Mapping[tuple[str, int], str]) -> Any:
    if isinstance(value, int) and (column, value) in names:
        return names[column, value]
    if isinstance(value, Enum):
        return getattr(value, "label", value.value)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(" ", "minutes")[:16]
    if isinstance(value, date):
        return value.isoformat()
    if column in FEN and isinstance(value, int):
        return Money(value).yuan
    return value


def _zip(member: Member, sections: Sequence[_Section], files: _Files, now: datetime) -> bytes:
    held = {section.kind.label: list(section.rows) for section in sections}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(READABLE.format(name=member.name), _document(member, sections, files, now))
        archive.writestr(DATA.format(name=member.name), json.dumps(held, ensure_ascii=False, indent=1, default=str))
        for number, (name, data) in enumerate(files.put_in, 1):
            safe = name.replace("/", "_").replace("\\", "_")
            archive.writestr(FOLDER.format(number=number, name=safe), data)
    return made.getvalue()


def _document(member: Member, sections: Sequence[_Section], files: _Files, now: datetime) -> bytes:
    made = word.document(TITLE.format(name=member.name, day=now), "鸿雁")
    for section in sections:
        made.add_heading(f"{section.kind.label}（{len(section.rows)}）", level=2)
        if section.kind.why:
            made.add_paragraph(WHY.format(why=section.kind.why))
        for row in section.rows:
            _add(made, row)
    if files.left_out:
        made.add_heading(LEFT_OUT, level=2)
        made.add_paragraph(HOW_TO_GET.format(megabytes=files.limit, name=member.name))
        made.add_paragraph("\n".join(clean(name) for name in files.left_out))
    return word.content(made)


def _add(to: Document, row: Mapping[str, Any]) -> None:
    said = [f"{title}：{clean(_said(value))}" for title, value in row.items() if value not in (None, "", [], {})]
    to.add_paragraph("\n".join(said))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
