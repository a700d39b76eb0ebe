"""A stretch in which only values and superfluous words may stand."""

from __future__ import annotations

from bot.understanding import courtesy
from bot.understanding.filling import Filling, State
from bot.understanding.forms import REASONS
from bot.understanding.months import near
from bot.understanding.naming import joins_names, loose_name, placed_name
from bot.understanding.quantities import read_money
from bot.understanding.single_words import WORK, city_in_word, own_word, single_word, word_is_longer
from bot.understanding.values import City, Money, Months

_UNREAD = 2  # its place in a state


def read_closed(
    filling: Filling, at: int, end: int, *, passing: bool = False, named: str | None = None, words: bool = True
) -> None:
    """Read a stretch in which only values and superfluous words may stand."""
    if end == len(filling.text):
        filling.unread += len(filling.message.text) - end
    while not filling.hopeless and (at := courtesy.skip_separators(filling.text, at, end)) < end:
        at = _step(filling, at, end, passing, named, words)


def read_beside(
    filling: Filling, at: int, end: int, *, passing: bool = False, named: str | None = None, words: bool = True
) -> None:
    """The same before or behind a phrase, where a clause of its own may tell why: it is passed over."""
    if end == len(filling.text):
        filling.unread += len(filling.message.text) - end
    clause, apart, kept = at, at == 0, filling.state()
    reasoned = any(slot.name in REASONS for slot in filling.form.slots)
    while not filling.hopeless and (begin := courtesy.skip_separators(filling.text, at, end)) < end:
        if courtesy.BREAK.search(filling.text, at, begin):
            clause, apart, kept = begin, True, filling.state()
        unread, so_far = filling.unread, filling.state()
        at = _step(filling, begin, end, passing, named, words)
        if filling.unread > unread and apart and not filling.context.strict:
            stop, read = courtesy.clause_end(filling.text, at, end), filling.state()
            behind = stop < end or end == len(filling.message.text)
            # 周六加班去不了: why may run into the phrase.
            behind = behind or (reasoned and courtesy.WHY.match(filling.text, begin, stop) is not None)
            # 周六我要上夜班，去不了: what a clause says first may be a value, and the rest tell why.
            places = [(clause, kept)]
            if reasoned and so_far[_UNREAD] == kept[_UNREAD]:
                places.append((begin, so_far))
            for start, before in places if behind else ():
                aside = courtesy.is_aside(filling.text, start, stop, before=end < len(filling.text))
                if aside and not _holds_value(filling, before, start, stop):
                    filling.asides.append((start, stop))
                    at = stop
                    break
            else:
                filling.restore(read)


def _holds_value(filling: Filling, kept: State, at: int, end: int) -> bool:
    """Whether a clause says something that the command wants to know, or speaks of another matter."""
    filling.restore(kept)
    if any(matter not in filling.form.wording for matter in courtesy.MATTERS.findall(filling.text, at, end)):
        return True
    return any(filling.typed(start, end) is not None for start in range(at, end))


def _step(filling: Filling, at: int, end: int, passing: bool, named: str | None, words: bool) -> int:
    """Read what stands at `at`: where it ends, or the next character where it is not understood."""
    read = _value(filling, at, end, passing, named, words)
    if read is None:
        read = _passed_over(filling, at, end)
    if read is None:
        read = loose_name(filling, at, end)
    if read is None and words:
        read = single_word(filling, at, end)
    if read is None:
        filling.unread += 1
        return at + 1
    return read


def _value(filling: Filling, at: int, end: int, passing: bool, named: str | None, words: bool) -> int | None:
    """Keep a value of the command that stands at `at`."""
    month = _bare_month(filling, at, end)
    if month is not None:
        return month
    best = filling.typed(at, end, passing) or filling.said_again(at, end)
    whole = city_in_word(filling, at, end, best) if words else None
    if whole is not None:
        return whole
    if joins_names(filling, at, end):
        return at + 1
    polite = None if filling.context.strict else courtesy.POLITE.match(filling.text, at, end)
    if best is not None and (polite is None or polite.end() <= best[1].end):
        filling.take(best[0], at, best[1])
        return best[1].end
    return placed_name(filling, named, at, end) if named is not None and named not in filling.values else None


def _passed_over(filling: Filling, at: int, end: int) -> int | None:
    """Where superfluous words end that stand at `at`."""
    text, strict = filling.text, filling.context.strict
    negated = _negated(filling, at, end)
    if negated is not None:
        return negated
    if not strict and (repeated := own_word(filling, at, end)) is not None:
        return repeated
    if not filling.form.changes and not strict and (asked := courtesy.ASKED_AGAIN.match(text, at, end)):
        return asked.end()
    sparing = courtesy.SPARING_FILLER if strict else courtesy.FILLER
    filler = sparing.match(text, at, end) or (end == len(text) and courtesy.TRAILING_NOT.match(text, at))
    if filler and not word_is_longer(filling, at, end, filler.end()):
        return filler.end()
    if filling.open_slot(City) is not None or "city" in filling.values:
        work = next((word for word in WORK if text.startswith(word, at)), None)
        if work is not None:
            return at + len(work)
    vague = None if strict else courtesy.VAGUE_TIME.match(text, at, end)
    if vague is not None:
        filling.doubts.append(f"“{vague[0]}”没有算进去")
        return vague.end()
    return None


def _negated(filling: Filling, at: int, end: int) -> int | None:
    """不是11月: what is denied is passed over."""
    if not filling.text.startswith("不是", at) or at + 2 >= end:
        return None
    found = (filling.cached(reader, at + 2, end) for reader in filling.readers)
    return max((value.end for value in found if value is not None), default=None)


def _bare_month(filling: Filling, at: int, end: int) -> int | None:
    """交党费 11 0.2: a small number before an amount is a month, with a question."""
    slot = filling.open_slot(Months)
    if slot is None or filling.open_slot(Money) is None or not filling.text[at].isdigit():
        return None
    stop = at + 1
    while stop < min(end, at + 3) and filling.text[stop].isdigit():
        stop += 1
    number = int(filling.text[at:stop]) if stop - at <= 2 else 0
    gap = courtesy.skip_separators(filling.text, stop, end)
    if not 1 <= number <= 12 or gap >= end or filling.text[stop] != " ":
        return None
    amount = read_money(filling.text, gap, filling.context)
    if amount is None or amount.doubt or "." not in filling.text[gap : amount.end]:
        return None
    filling.values[slot] = Months((near(number, filling.context),))
    filling.doubts.append("“月”字没有写")
    filling.explained += stop - at
    return stop
