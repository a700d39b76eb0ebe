"""What would be understood, line by line, without running anything: the contract of the utterances' README."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.understanding.reader import Reader
from bot.understanding.reading import Reading
from bot.understanding.serialise import dump, echo
from bot.understanding.values import SHANGHAI


class BadLine(ValueError):
    """A line of input that is no message; says what is wrong with it."""


def explain_line(reader: Reader, line: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The reading of one message as JSON. `now` is used where the line names none. Raises `BadLine`."""
    reading = reading_of(reader, line, now)
    return {"command": reading.command, "values": dump(reading.values), "confirm": reading.confirm}


def reading_of(reader: Reader, line: Mapping[str, Any], now: datetime) -> Reading:
    """Read one message of the contract. Raises `BadLine`."""
    text, scope, named = line.get("text"), line.get("scope", "group"), line.get("now")
    if not isinstance(text, str):
        raise BadLine("“text”应为文字")
    if scope not in ("group", "private"):
        raise BadLine("“scope”应为 group 或 private")
    return reader.read(
        text,
        now=now if named is None else _moment(named),
        private=scope == "private",
        addressed=bool(line.get("addressed", False)),
        open=tuple(line.get("open", ())),
    )


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise BadLine(f"“now”不是时间：{text}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def explain_json(reader: Reader, lines: Iterable[str], clock: Callable[[], datetime]) -> Iterator[str]:
    """One JSON line for each line of input, in order; blank lines are passed over. Raises `BadLine` with its number."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            message = json.loads(line)
            if not isinstance(message, dict):
                raise BadLine("每行应为一个 JSON 对象")
            yield json.dumps(explain_line(reader, message, clock()), ensure_ascii=False)
        except json.JSONDecodeError as fault:
            raise BadLine(f"第{number}行第 {fault.colno} 个字附近不是 JSON，请检查引号、逗号和括号") from None
        except BadLine as fault:
            raise BadLine(f"第{number}行：{fault}") from None


def explain_text(reader: Reader, lines: Iterable[str], clock: Callable[[], datetime]) -> Iterator[str]:
    """One line for each line of plain text, read as if it had been written to the bot privately; for people."""
    for line in lines:
        if text := line.rstrip("\n"):
            reading = reader.read(text, now=clock(), private=True)
            form = reader.forms.get(reading.command or "")
            values = echo(form, reading.values) if form else f"可能是：{'、'.join(reading.suggestions) or '无'}"
            question = "（会先问一句再登记）" if reading.confirm else ""
            yield f"{text} → {reading.command}　{values}{question}".rstrip()
