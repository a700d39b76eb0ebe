"""What was said in the sandbox and where its clock stood, in a file beside its database: a restart goes on from there.

A phone keeps its chats as well. The file is of the make-believe WeChat; the bot's own records know nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from bot.sandbox import Message, World
from bot.understanding.values import SHANGHAI

SUFFIX: Final = ".sandbox.jsonl"
FOLDER: Final = Path("data")  # for a database that is no file


class _Line(BaseModel):
    """What was said, or where the clock stood where nothing was."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    at: datetime
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What was said, oldest first, and what the sandbox's clock showed last; None where it never ran."""

    messages: tuple[Message, ...] = ()
    stood_at: datetime | None = None


class History:
    """A line for each message and for each move of the clock."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def beside(cls, database: str) -> History:
        """The history of the sandbox on the database at that address."""
        where = urlsplit(database)
        if where.scheme == "sqlite":
            return cls(Path(database.removeprefix("sqlite://").partition("?")[0]).with_suffix(SUFFIX))
        return cls(FOLDER / f"{where.path.strip('/')}{SUFFIX}")

    def forget(self) -> None:
        """Begin anew, with a database that is empty."""
        self._path.unlink(missing_ok=True)

    def read(self) -> Past:
        """Everything that was kept. A line that a crash broke off is dropped, also from the file."""
        if not self._path.exists():
            return Past()
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            self._path.write_bytes(whole)
        lines = [_Line.model_validate_json(line) for line in whole.splitlines()]
        messages = tuple(line.message for line in lines if line.message is not None)
        return Past(messages, lines[-1].at.astimezone(SHANGHAI) if lines else None)

    async def keep(self, world: World) -> None:
        """Write down what is said in `world`, until cancelled, and then where its clock stands."""
        try:
            with world.listen() as events:
                async for event in events:
                    if isinstance(event, Message):
                        self._write(_Line(at=event.sent_at, message=event))
        finally:
            self.stands(world.now())

    def stands(self, moment: datetime) -> None:
        """Write down what the clock shows: it was moved there, or stops there."""
        self._write(_Line(at=moment))

    def _write(self, line: _Line) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line.model_dump_json(exclude_none=True)}\n")
