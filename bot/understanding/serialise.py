"""Values as JSON and back, and as the words in which they are repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from bot.understanding.forms import Form
from bot.understanding.values import (
    SHANGHAI,
    Minutes,
    Money,
    Month,
    Months,
    Number,
    Period,
    Places,
    Text,
)

_WEEKDAYS = "一二三四五六日"


def dump(values: Mapping[str, object]) -> dict[str, Any]:
    """Values as JSON: months ``["2026-11"]``, amounts ``"0.20"``, times ``YYYY-MM-DDTHH:MM`` (Asia/Shanghai), codes."""
    return {name.rstrip("_"): _dumped(value) for name, value in values.items()}


def _dumped(value: object) -> Any:
    if isinstance(value, Months):
        return [str(month) for month in value]
    if isinstance(value, Money):
        return value.yuan
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, date | Month):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool):
        return value
    return int(value) if isinstance(value, int) else str(value)


def load(form: Form, raw: Mapping[str, Any]) -> dict[str, object]:
    """What `dump` wrote, with its types. Raises ValueError and KeyError on what it cannot have written."""
    slots = {slot.json_name: slot for slot in form.slots}
    return {slots[name].name: _loaded(slots[name].type, value) for name, value in raw.items()}


def _loaded(kind: Any, value: Any) -> object:
    if issubclass(kind, Months):
        return kind(Month.parse(month) for month in value)
    if kind is Money:
        yuan, _, fen = str(value).partition(".")
        return Money(int(yuan) * 100 + int(fen))
    if kind is datetime:
        return datetime.fromisoformat(value).replace(tzinfo=SHANGHAI)
    if issubclass(kind, date):
        return kind.fromisoformat(value)
    if kind is Month:
        return Month.parse(value)
    return kind(value)


def echo(form: Form, values: Mapping[str, object]) -> str:
    """The values in full, in the order of the command's parameters; what it says is read back the same."""
    said = [
        _flag(form, slot.name) if values[slot.name] is True else values[slot.name]
        for slot in form.slots
        if values.get(slot.name) is not None
    ]
    words: list[str] = []
    for before, value in zip([None, *said], said, strict=False):
        hour = _end_of_span(before, value)
        if hour:
            words[-1] += f"到{hour}"
        else:
            words.append(worded(value))
    return "，".join(words)


def _flag(form: Form, name: str) -> str:
    """The command's own word for a flag: 全部, 匿名."""
    marked = re.search(rf"{{{name}=([^|}}]+)", form.wording)
    return marked[1] if marked else "是"


def _end_of_span(first: object, last: object) -> str:
    """The hour of a moment that follows another one of the same day."""
    if not (isinstance(first, datetime) and isinstance(last, datetime)):
        return ""
    first, last = first.astimezone(SHANGHAI), last.astimezone(SHANGHAI)
    return f"{last:%H:%M}" if first.date() == last.date() and first < last else ""


def worded(value: object) -> str:
    """One value in full: dates with their weekday, months with their year."""
    if isinstance(value, Months | Money | Month):
        return value.label
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI)
        return f"{_day(value)}{value:%H:%M}"
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, Enum):
        return str(getattr(value, "words", (value.value,))[0])
    return _counted(value)


def _counted(value: object) -> str:
    if isinstance(value, Number):
        return f"{value}号"
    if isinstance(value, Minutes):
        return f"{value}分钟"
    if isinstance(value, Places):
        return f"{value}人"
    if isinstance(value, Period):
        return _period(value)
    return f"“{value}”" if isinstance(value, Text) else str(value)


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日（周{_WEEKDAYS[value.weekday()]}）"


def _period(value: Period) -> str:
    year, _, part = value.partition("-")
    return f"{year}年第{'一二三四'[int(part[1]) - 1]}季度" if part.startswith("Q") else Month.parse(value).label
