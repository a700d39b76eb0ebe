"""A stretch that ends in free text: values first, then the text, with other values cut out of it."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import Enum

from bot.understanding import courtesy
from bot.understanding.filling import Filling
from bot.understanding.forms import REASONS
from bot.understanding.found import Found
from bot.understanding.identifiers import find_urls
from bot.understanding.naming import keep_name, name_end
from bot.understanding.people import read_placed_name
from bot.understanding.single_words import own_word, title, token_end
from bot.understanding.slot_readers import SlotReader
from bot.understanding.values import Minutes, Name, Number, Places, Text, Url, Word

_SAYS = re.compile(r"(?:你|那)?就(?:说|写)[\s,:]*(?=\w)")  # 答复意见 2 就说在安排了


def read_text(filling: Filling, at: int, end: int) -> None:
    """Read a stretch that ends in free text: values first, then the text, with other values cut out of it."""
    slot = filling.form.free_text
    assert slot is not None
    asked = None if filling.context.strict else courtesy.TRAILING_NOT.match(filling.text, at)
    filling.text_at = at = _values_before_text(filling, asked.end() if asked else at, end)
    longer = end == len(filling.text) < len(filling.message.text)
    if longer or (at < end and (slot.required or not courtesy.only_courtesy(filling.text, at, end))):
        pieces = _cut(filling, at, end)
        said = " ".join(piece for start, stop in pieces if (piece := _trimmed(filling, start, stop)))
        if said and (slot.required or slot.name in REASONS or not _is_own_word(filling, said)):
            filling.values[slot.name] = Text(said)


def _is_own_word(filling: Filling, said: str) -> bool:
    """Whether a text only says what the command is: 约书记周六上午9点聊聊吗."""
    word = courtesy.SENTENCE_END.sub("", said)
    return len(word) > 1 and word in filling.form.wording


def _values_before_text(filling: Filling, at: int, end: int) -> int:
    while True:
        start = courtesy.TEXT_LEAD.match(filling.text, at, end)
        at = start.end() if start else at
        if at >= end:
            return at
        following = _value_before_text(filling, at, end) or _value_after_courtesy(filling, at, end)
        if following is None and filling.text[at] == "的":
            following = _value_before_text(filling, at + 1, end) if at + 1 < end else None
        if following is None:
            following = _own_word_before_text(filling, at, end)
        if following is None:
            return at
        at = following


def _own_word_before_text(filling: Filling, at: int, end: int) -> int | None:
    """主题党日我去不了，请假，公司团建: the reason stands behind the second word."""
    slot = filling.form.free_text
    if slot is None or slot.required or filling.context.strict:
        return None
    stop = own_word(filling, at, end)
    return stop if stop is not None and courtesy.skip_separators(filling.text, stop, end) < end else None


def _value_after_courtesy(filling: Filling, at: int, end: int) -> int | None:
    """就周六下午两点吧: superfluous words before a value, where the text beside it is no main matter."""
    slot = filling.form.free_text
    if slot is None or slot.required or filling.context.strict:
        return None
    start = at
    while (filler := courtesy.FILLER.match(filling.text, start, end)) is not None:
        start = courtesy.skip_separators(filling.text, filler.end(), end)
    return _value_before_text(filling, start, end) if at < start < end else None


def _value_before_text(filling: Filling, at: int, end: int) -> int | None:
    best = filling.typed(at, end)
    if best is not None and _stands_alone(filling, best, end):
        filling.take(best[0], at, best[1])
        return best[1].end
    named = filling.open_slot(Name)
    if named is not None:
        stop = name_end(filling, at, token_end(filling, at, end))
        found = read_placed_name(filling.text[:stop], at, stop, filling.context) if stop > at else None
        if found is not None:
            return keep_name(filling, named, at, found)
    slot = filling.form.free_text
    # Why is said in free words: a word that is called by its phrase is none of them.
    tells_why = slot is not None and slot.name in REASONS
    if filling.open_slot(Word) is not None and not tells_why and not filling.text.startswith(("http", "www."), at):
        label = "标题" if filling.text.startswith("标题", at) else ""
        start = courtesy.skip_separators(filling.text, at + len(label), end) if label else at
        return title(filling, start, end)
    return None


def _stands_alone(filling: Filling, best: tuple[SlotReader, Found], end: int) -> bool:
    """A number or an enum's word is a value only where the word ends; a time is one anywhere."""
    reader, found = best
    if reader.kind is Number:
        return found.end >= end or not filling.text[found.end].isalnum() or filling.text[found.end] > "\u4e00"
    if reader.kind is bool or issubclass(reader.kind, Enum):
        if found.end >= end or not filling.text[found.end].isalnum() or filling.typed(found.end, end) is not None:
            return True
        return _reason_follows(filling, reader, found.end)
    return True


def _reason_follows(filling: Filling, reader: SlotReader, at: int) -> bool:
    """请假周六主题党日要加班: the kind ends where a reason begins, the only text such a command has."""
    text = filling.form.free_text
    if text is None or text.required or filling.form.slot(reader.names[0]).required or filling.takes(Word):
        return False
    return courtesy.REASON.match(filling.text, at) is not None


def _cut(filling: Filling, at: int, end: int) -> list[tuple[int, int]]:
    """The pieces of free text: without links, and without values that stand as words of their own."""
    cuts: list[tuple[int, int]] = []
    url = filling.open_slot(Url)
    last = len(filling.message.text) if end == len(filling.text) else end
    for start, stop in find_urls(filling.message.text[at:last]):
        if url is not None and url not in filling.values:
            filling.values[url] = Url(filling.message.typed(at + start, at + stop))
            cuts.append((courtesy.past_label(filling.message.text, at, at + start), at + stop))
    slot = filling.form.free_text
    if slot is not None and not slot.required:
        cuts += _separate_values(filling, at, end)
    cuts += _required_values(filling, at, end, cuts)
    pieces = []
    for start, stop in sorted(cuts):
        pieces.append((at, start))
        at = stop
    return [(start, stop) for start, stop in [*pieces, (at, last)] if start < stop]


def _separate_values(filling: Filling, at: int, end: int) -> list[tuple[int, int]]:
    """Words between spaces or commas that are values and nothing else."""
    cuts = []
    for start, stop in _tokens(filling, at, end):
        begin = start
        while (filler := courtesy.FILLER.match(filling.text, begin, stop)) and filler.end() < stop:
            begin = filler.end()
        best = filling.typed(start, stop) or filling.typed(begin, stop)
        if best is None or (best[0].kind is Number and (stop < end or "start" in filling.values)):
            continue
        if courtesy.only_courtesy(filling.text, best[1].end, stop):
            filling.take(best[0], start, best[1])
            cuts.append((start, stop))
    if end - at <= 40:
        tokens = _tokens(filling, at, end)
        last = slice(*tokens[-1]) if tokens else slice(0)
        own = filling.text[last] in filling.form.wording  # 感谢心愿 8 收到了，谢谢: the thanks are the matter
        if len(tokens) > 1 and not own and courtesy.only_courtesy(filling.text, *tokens[-1]):
            cuts.append(tokens[-1])
    return cuts


def _tokens(filling: Filling, at: int, end: int) -> list[tuple[int, int]]:
    tokens = []
    while at < end:
        start = courtesy.TEXT_LEAD.match(filling.text, at, end)
        at = start.end() if start else at
        stop = at
        while stop < end and not filling.text[stop].isspace() and filling.text[stop] not in ",。;!":
            stop += 1
        if stop > at:
            tokens.append((at, stop))
        at = max(stop, at + 1)
    return tokens


def _required_values(filling: Filling, at: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What the command cannot do without is looked for inside the text too."""
    cuts: list[tuple[int, int]] = []
    for slot in filling.form.slots:
        if not slot.required or slot.name in filling.values or slot.type not in (datetime, date, Places, Minutes):
            continue
        for start in range(at, min(end, at + 200)):
            best = filling.typed(start, end)
            overlaps = any(low <= start < high for low, high in (*taken, *cuts))
            if best is not None and not overlaps and slot.name in best[0].names and best[1].value is not None:
                filling.take(best[0], start, best[1])
                label = courtesy.TIME_LABEL.search(filling.text, at, start)
                cuts.append((label.start() if label else start, best[1].end))
                break
    return cuts


def _trimmed(filling: Filling, start: int, stop: int) -> str:
    text = filling.message.text
    lead = courtesy.TEXT_LEAD.match(text, start, stop)
    start = lead.end() if lead else start
    slot = filling.form.free_text
    if said := _SAYS.match(text, start, stop):
        start = said.end()
    if slot is not None and not slot.required and (label := courtesy.TEXT_LABEL.match(text, start, stop)):
        start = label.end()
    while stop > start and (text[stop - 1].isspace() or text[stop - 1] == ","):
        stop -= 1
    return filling.message.typed_text(start, stop)
