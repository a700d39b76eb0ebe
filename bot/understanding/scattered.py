"""A command's values wherever they stand in a message whose words no phrase knows; all else is passed over."""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum

from bot.understanding import courtesy
from bot.understanding.filling import Filling
from bot.understanding.forms import REASONS, Form, Slot
from bot.understanding.found import Found
from bot.understanding.naming import keep_name, loose_name
from bot.understanding.people import read_name, read_placed_name
from bot.understanding.single_words import city_in_word, token_end
from bot.understanding.slot_readers import SlotReader
from bot.understanding.values import Name, Number, Text

_LABELLED = re.compile(r"(?:主题|议题|内容|原因|理由|事由|评语|题目|如下)(?: *: *| +|是|为)(?=\S{2})")
_APART = re.compile(r"(?<![\d间点题])(?: *: *|\n+)(?=\S{2})")
_CLAUSE = re.compile(r"[^\s,。;!~]+")
_PAID_FOR = re.compile("[替帮代]")
_JOINS = "和与跟及"
_WHOLE_WORD = frozenset(" ,。;:!?~\n、")


def read_scattered(filling: Filling) -> int:
    """Read what the command wants to know; how many characters say what it is about.

    A text is read only where it stands apart: behind its label, behind a colon or a line break where the command is
    nothing without it, or as the one clause that holds nothing else where it tells why.
    """
    text, slot = filling.text, filling.form.free_text
    label = slot and (_LABELLED.search(text) or (_APART.search(text) if slot.required else None))
    end = label.start() if label else len(text)
    spans: list[tuple[int, int]] = []
    at = words = 0
    while (at := courtesy.skip_separators(text, at, end)) < end:
        stop = _value(filling, at, end)
        if stop is not None:
            spans.append((at, stop))
            words += _says_what(filling, at, stop)
        else:
            filler = courtesy.FILLER.match(text, at, end)
            stop = filler.end() if filler else at + 1
            own = stop > at + 1 and text[at:stop] in filling.form.wording
            words += own or (filler is None and "\u4e00" <= text[at] <= "\u9fff")
        at = stop
    filling.text_at = end
    if slot is not None and label:
        filling.values[slot.name] = Text(filling.message.typed_text(label.end(), len(filling.message.text)))
    elif slot is not None and _may_be_beside(filling.form, slot) and (clause := _own_clause(filling, spans)):
        filling.values[slot.name] = Text(filling.message.typed_text(*clause))
    return words


def _may_be_beside(form: Form, slot: Slot) -> bool:
    """Whether a clause beside the values is the text: why, or what is called in, whose time is needed."""
    return slot.name in REASONS or any(other.required and other.type is datetime for other in form.slots)


def _value(filling: Filling, at: int, end: int) -> int | None:
    """Keep a value that stands at `at`; where it ends."""
    best = filling.typed(at, end)
    if (whole := city_in_word(filling, at, end, best)) is not None:
        return whole
    if best is not None and _stands_for_itself(filling, at, best):
        filling.take(best[0], at, best[1])
        return best[1].end
    return _name(filling, at, end)


def _says_what(filling: Filling, at: int, stop: int) -> int:
    """How many characters of a value say what the command is about, as the kind of a meeting does and no time."""
    said = filling.text[at:stop]
    kinds = (reader.read(said, 0, filling.context) for reader in filling.readers if _is_of_words(reader))
    return stop - at if any(found is not None and found.end == stop - at for found in kinds) else 0


def _is_of_words(reader: SlotReader) -> bool:
    return reader.kind is bool or issubclass(reader.kind, Enum)


def _stands_for_itself(filling: Filling, at: int, best: tuple[SlotReader, Found]) -> bool:
    """A numeral in characters is the number of something listed only where it stands alone: 一 of 一下 is none."""
    reader, found = best
    if reader.kind is not Number or found.end - at > 1 or filling.text[at].isdigit():
        return True
    before, after = filling.text[at - 1 : at], filling.text[found.end : found.end + 1]
    return (not before or before in _WHOLE_WORD) and (not after or after in _WHOLE_WORD)


def _name(filling: Filling, at: int, end: int) -> int | None:
    """Somebody who is known, or whose name is one beyond doubt: other words begin with surnames too."""
    slot = filling.open_slot(Name)
    if slot is None:
        return None
    if slot == "for_":
        if not _PAID_FOR.match(filling.text, at) or at + 1 >= end:
            return None
        found = read_placed_name(filling.text, at + 1, token_end(filling, at, end), filling.context)
        return keep_name(filling, slot, at + 1, found) if found is not None else None
    if courtesy.FILLER.match(filling.text, at):
        return None
    joined = filling.text[at] in _JOINS and at + 1 < end and read_name(filling.text, at + 1, filling.context)
    return at + 1 if joined else loose_name(filling, at, end)


def _own_clause(filling: Filling, spans: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The one clause that holds no value and no word of the command's, or several in a row: why, or about what."""
    clauses = [match.span() for match in _CLAUSE.finditer(filling.text)]
    apart = [number for number, clause in enumerate(clauses) if _is_apart(filling, *clause, spans)]
    if not apart or apart[-1] - apart[0] >= len(apart):
        return None
    return clauses[apart[0]][0], clauses[apart[-1]][1]


def _is_apart(filling: Filling, at: int, stop: int, spans: list[tuple[int, int]]) -> bool:
    if any(start < stop and at < end for start, end in spans) or courtesy.unread(filling.text, at, stop) < 2:
        return False
    said = filling.text[at:stop]
    own = sum(said[place : place + 2] in filling.form.wording for place in range(len(said) - 1))
    return own * 3 < len(said) and courtesy.ASKING.search(said) is None
