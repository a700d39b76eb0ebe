"""People named around a phrase."""

from __future__ import annotations

import re
from enum import Enum

from bot.understanding import courtesy
from bot.understanding.filling import Filling
from bot.understanding.found import Found
from bot.understanding.people import (
    TITLES,
    familiarly,
    read_any_name,
    read_name,
    read_placed_name,
    read_whole_name,
    sounds_like,
)
from bot.understanding.values import Name, StudentNumber

NOT_PLACED = "没有说“替”"
_LONGEST_NAME = 5  # characters behind which no word is looked for
_JOINS = "和与跟及"
_RECEIVED = re.compile(r"[转交付打发]给了?\Z")  # 转给李芳书记了: who received the money, not who paid


def placed_name(filling: Filling, slot: str, at: int, end: int) -> int | None:
    """Keep a name where the phrase has one; where it ends."""
    stop = name_end(filling, at, end)
    if _is_joined(filling, at, stop):
        at += 1
    found = read_placed_name(filling.text[:stop], at, stop, filling.context)
    if found is None or _only_polite(filling, at, found.end):
        return None
    sure = read_name(filling.text[:end], at, filling.context) is not None
    return keep_name(filling, slot, at, found, sure)


def _is_joined(filling: Filling, at: int, end: int) -> bool:
    """和马超的: behind 和 a whole name stands, and nobody of the branch has the surname 和."""
    if filling.text[at] not in _JOINS or at + 1 >= end:
        return False
    if any(person.startswith(filling.text[at]) for person in filling.context.people):
        return False
    return read_name(filling.text[:end], at + 1, filling.context) is not None


def _only_polite(filling: Filling, at: int, end: int) -> bool:
    """辛苦 is no name, 书记 can be meant."""
    polite = courtesy.FILLER.match(filling.text, at)
    return polite is not None and polite.end() >= end and filling.text[at:end] not in TITLES


def keep_name(filling: Filling, slot: str, at: int, found: Found, sure: bool = True) -> int:
    """Keep a name; one that only its place makes a name speaks against the reading."""
    filling.values[slot] = _as_known(filling, found)
    filling.named_to = found.end
    filling.guessed = filling.guessed or not sure
    filling.explained += found.end - at if sure else -2
    return found.end


def _as_known(filling: Filling, found: Found) -> object:
    """Nobody's name, where it sounds as somebody's does or is a familiar one, is that one's, with a question: 张委."""
    familiar = familiarly(str(found.value), filling.context)
    person = familiar[1] if familiar else sounds_like(str(found.value), filling.context)
    if person is None:
        return Name(familiar[0]) if familiar else found.value
    filling.doubts.append(f"“{found.value}”读作“{person}”")
    return Name(person)


def joins_names(filling: Filling, at: int, end: int) -> bool:
    """The word between two names: 王静和赵磊."""
    if filling.named_to != at or filling.text[at] not in _JOINS or filling.open_slot(Name) is None or at + 1 >= end:
        return False
    return read_name(filling.text[:end], at + 1, filling.context) is not None


def name_end(filling: Filling, at: int, end: int) -> int:
    """Where a word of the command's own ends a name: 批阅张伟合格 is no 张伟合."""
    for stop in range(at + 2, min(at + _LONGEST_NAME, end)):
        best = filling.typed(stop, end)
        if best is not None and isinstance(best[0].kind, type) and issubclass(best[0].kind, Enum):
            return stop
    return end


def loose_name(filling: Filling, at: int, end: int) -> int | None:
    """A person named outside the phrase."""
    slot = filling.open_slot(Name)
    if slot is None:
        return None
    end = name_end(filling, at, end)
    sure = found = read_name(filling.text[:end], at, filling.context)
    if (
        found is None
        and slot != "for_"
        and not filling.context.strict
        and filling.text[at - 1 : at] in ("", " ", ",", ":")
    ):
        found = read_whole_name(filling.text, at, end)
    if found is None and any(reader.kind is StudentNumber for reader in filling.readers):
        found = read_any_name(filling.text, at, end, filling.context)
    if found is None:
        return None
    if slot == "for_" and _RECEIVED.search(filling.text, max(0, at - 3), at):
        return found.end
    if slot == "for_":
        filling.doubts.append(NOT_PLACED)
    return keep_name(filling, slot, at, found, sure is not None)
