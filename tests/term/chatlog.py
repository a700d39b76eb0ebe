"""The term as a log: no group hears a word that is not expected there; private messages are kept to be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.gateway.control import Heard
from tests.month.chatlog import PRIVATE, ChatLog, Text, Told, holds

__all__ = ["PRIVATE", "TermLog", "each"]


class TermLog(ChatLog):
    """Row by row as the month's, but for private messages, of which hundreds come at once: `letters` keeps them all.

    `groups` counts, by group, the messages that were expected there and came.
    """

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.letters: list[tuple[str, str]] = []
        self.groups: Counter[str] = Counter()

    def _check(self, row: str, place: str | None, answered: Text | None, told: Told) -> None:
        heard = self.sent[self._read :]
        self._read = len(self.sent)
        self.letters += [(self.cast.place(one), _text(one)) for one in heard if not one.room]
        wanted = [(place, answered)] if place is not None and answered is not None else []
        wanted += [(where, text) for where, text in told.items()]  # type: ignore[misc]
        left, missing = list(heard), []
        for where, text in wanted:
            found = next((one for one in left if self.cast.place(one) == where and holds(one, text)), None)
            if found is None:
                missing.append((where, text))
            else:
                left.remove(found)
                self.groups[where] += bool(found.room)
        too_much = [one for one in left if one.room]
        said = [f"  {self.cast.place(one)}：{_text(one)}" for one in heard if one.room or self.cast.place(one) == place]
        assert not missing and not too_much, "\n".join([row, *said, f"missing: {missing}", f"too much: {too_much}"])

    def letters_with(self, *parts: str) -> list[str]:
        """Who got a private message that holds all of `parts`, once for each time."""
        return [who for who, text in self.letters if all(part in text for part in parts)]

    async def whisper(self, who: str, said: str, *answered: str) -> str:
        """Privately; returns the answer."""
        before = len(self.letters)
        await self.say(PRIVATE, who, said, answered or "")
        return next(text for name, text in self.letters[before:] if name == who)


def each(groups: Sequence[str], text: Text) -> dict[str, Text]:
    """The same to each of these groups."""
    return dict.fromkeys(groups, text)


def _text(heard: Heard) -> str:
    return heard.card.title if heard.card else heard.text
