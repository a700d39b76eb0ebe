"""What stands around and inside a phrase, read by the types of the form's slots."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from functools import partial

from bot.understanding import courtesy
from bot.understanding.faults import FaultFinder, fault_of_money, fault_of_months, fault_of_time
from bot.understanding.forms import Form
from bot.understanding.found import Context, Fault, Found
from bot.understanding.identifiers import (
    find_urls,
    read_city,
    read_code,
    read_organisation,
    read_student_number,
    read_url,
)
from bot.understanding.matching import enum_words, folded
from bot.understanding.moments import (
    DATE_PAST,
    names_whole_days,
    read_clock,
    read_date,
    read_hourless,
    read_moment,
    read_span,
)
from bot.understanding.months import near, read_month, read_months, read_period, read_recent_months, read_stretch
from bot.understanding.normal import Normal
from bot.understanding.people import TITLES, read_any_name, read_name, read_placed_name, read_whole_name, sounds_like
from bot.understanding.phrases import Fixed
from bot.understanding.quantities import read_minutes, read_money, read_number, read_places
from bot.understanding.values import (
    City,
    Code,
    Minutes,
    Money,
    Month,
    Months,
    Name,
    Number,
    Organisation,
    PastDay,
    Period,
    Places,
    RecentMonths,
    StudentNumber,
    Text,
    Url,
    Word,
)

Recogniser = Callable[[str, int, Context], Found | None]
State = tuple[dict[str, object], tuple[str, ...], int, int, bool]
NO_HOURS = "请写明几点到几点"
NOT_PLACED = "没有说“替”"
READ = 400  # characters in which values stand; what is longer is free text or nothing
_LONGEST_NAME = 5  # characters behind which no word is looked for
_JOINS = "和与跟及"
FORGIVEN = 2  # characters not understood, at most, in a message that is a command nevertheless
WORK = ("实习", "工作", "上班", "就业", "单位", "公司名称", "城市", "地点", "公司:", "报到", "入职")


_WITHOUT_YEAR = re.compile(r"\d{1,2}[月./-]\d")


@dataclass(frozen=True, slots=True)
class SlotReader:
    """Reads the values of one slot, or of the two that belong together, where none of `unless` has a value."""

    names: tuple[str, ...]
    read: Recogniser
    kind: type
    unless: tuple[str, ...] = ()


def _read_day(text: str, at: int, context: Context) -> Found | None:
    """A day, with an hour behind it that is not kept."""
    found = read_date(text, at, context)
    clock = read_clock(text, found.end) if found and found.end < len(text) else None
    return Found(clock.end, found.value, found.doubt) if found and clock else found


def _read_past_day(text: str, at: int, context: Context) -> Found | None:
    """That it is past is what was expected; one that was read as ahead is last year's, where no year is said."""
    found = _read_day(text, at, context)
    if found is None:
        return None
    day: date = found.value  # type: ignore[assignment]
    if day > context.now.date() and _WITHOUT_YEAR.match(text, at) and (day.month, day.day) != (2, 29):
        day = day.replace(year=day.year - 1)
    return Found(found.end, PastDay.fromordinal(day.toordinal()), "" if found.doubt == DATE_PAST else found.doubt)


def _read_moment_or_day(text: str, at: int, context: Context) -> Found | None:
    return read_moment(text, at, context) or read_hourless(text, at, context)


def _read_stretch_of_time(text: str, at: int, context: Context) -> Found | None:
    """A span that is said as one: 周五下午, 周四14-16点; no moment."""
    found = read_span(text, at, context)
    return found if found and isinstance(found.value, tuple) and found.value[1] is not None else None


def _read_word(words: dict[str, object], text: str, at: int, context: Context) -> Found | None:
    for word, value in words.items():
        if text.startswith(word, at):
            return Found(at + len(word), value)
    return None


def _read_passing(text: str, at: int, context: Context) -> Found | None:
    found = read_months(text, at, context) or read_date(text, at, context) or read_money(text, at, context)
    return found and Found(found.end, None)


def _read_time_in_passing(text: str, at: int, context: Context) -> Found | None:
    found = read_months(text, at, context) or read_date(text, at, context)
    return found and Found(found.end, None)


PASSING_READER = SlotReader((), _read_passing, type(None))
TIME_IN_PASSING = SlotReader((), _read_time_in_passing, type(None))

_FAULTS: dict[type, FaultFinder] = {
    datetime: fault_of_time,
    date: fault_of_time,
    PastDay: fault_of_time,
    Months: fault_of_months,
    RecentMonths: fault_of_months,
    Month: fault_of_months,
    Period: fault_of_months,
    Money: fault_of_money,
}
_SIMPLE: dict[type, Recogniser] = {
    Months: read_months,
    RecentMonths: read_recent_months,
    Period: read_period,
    Money: read_money,
    Minutes: read_minutes,
    Number: read_number,
    Places: read_places,
    City: read_city,
    Organisation: read_organisation,
    Code: read_code,
    StudentNumber: read_student_number,
    Url: read_url,
}


def slot_readers(form: Form) -> tuple[SlotReader, ...]:
    """The readers of a form's slots; people, single words and free text are read apart."""
    readers: list[SlotReader] = []
    for kind, pair, single in ((datetime, read_span, None), (Month, read_stretch, read_month)):
        names = tuple(slot.name for slot in form.slots if slot.type is kind)
        if len(names) == 3 and kind is datetime:
            # What is listed says its time by its number.
            numbers = tuple(slot.name for slot in form.slots if slot.type is Number)
            readers.append(SlotReader(names[:1], read_moment, kind, unless=names[1:]))
            readers.append(SlotReader(names[1:], _read_stretch_of_time, kind, unless=(*names[:1], *numbers)))
        elif len(names) == 2:
            readers.append(SlotReader(names, _ended(form, names, pair), kind))
        elif names:
            days = any(slot.type is date for slot in form.slots)
            readers.append(SlotReader(names, single or (read_moment if days else _read_moment_or_day), kind))
    for slot in form.slots:
        if slot.type is date:
            readers.append(SlotReader((slot.name,), _read_day, date))
        elif slot.type is PastDay:
            readers.append(SlotReader((slot.name,), _read_past_day, PastDay))
        elif slot.type in _SIMPLE:
            readers.append(SlotReader((slot.name,), _SIMPLE[slot.type], slot.type))
        elif issubclass(slot.type, Enum):
            words: dict[str, object] = dict(enum_words(slot.type))
            readers.append(SlotReader((slot.name,), partial(_read_word, words), slot.type))
        elif slot.type is bool:
            flags: dict[str, object] = dict.fromkeys(_flag_words(form, slot.name), True)
            readers.append(SlotReader((slot.name,), partial(_read_word, flags), bool))
    return tuple(_with_faults(reader) for reader in readers)


def _with_faults(reader: SlotReader) -> SlotReader:
    """The reader that also knows what only looks like its values."""
    fault = _FAULTS.get(reader.kind)
    if fault is None:
        return reader

    def read(text: str, at: int, context: Context) -> Found | None:
        return fault(text, at, context) or reader.read(text, at, context)

    return replace(reader, read=read)


def _flag_words(form: Form, name: str) -> list[str]:
    words = {
        folded(word)
        for phrase in form.parsed()
        for node in phrase.nodes()
        if isinstance(node, Fixed) and node.slot == name
        for word in node.words
    }
    return sorted(words, key=len, reverse=True)


def _ended(form: Form, names: tuple[str, ...], pair: Recogniser) -> Recogniser:
    """Where only a moment is said, a span that is optional ends an hour later; a required end is asked for."""
    if pair is not read_span:
        return pair
    if form.slot(names[1]).required:
        return _read_hours_of_day

    def read(text: str, at: int, context: Context) -> Found | None:
        found = read_span(text, at, context)
        if found is None or not isinstance(found.value, tuple) or found.value[1] is not None:
            return found
        start = found.value[0]
        return Found(found.end, (start, start.replace(hour=min(start.hour + 1, 23))), found.doubt)

    return read


def _read_hours_of_day(text: str, at: int, context: Context) -> Found | None:
    """A span that is needed has hours: a day alone is no offer of all of it."""
    found = read_span(text, at, context)
    return Found(found.end, Fault(NO_HOURS)) if found and names_whole_days(text, at, found, context) else found


@dataclass(slots=True)
class Filling:
    """The state of reading one message as one form."""

    form: Form
    readers: tuple[SlotReader, ...]
    message: Normal
    context: Context
    values: dict[str, object] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    unread: int = 0
    explained: int = 0
    each: bool = False  # the amount is said per month
    guessed: bool = False  # only its place makes a word a name
    asides: int = 0  # clauses beside the command that were passed over
    named_to: int = -1  # where the name ends that was read last
    text_at: int | None = None  # where the free text begins
    text: str = field(init=False)  # the beginning of the message, in which values are looked for

    def __post_init__(self) -> None:
        self.text = self.message.text[:READ]

    @property
    def hopeless(self) -> bool:
        """Whether so much is not understood that no more need be read."""
        return self.unread > (0 if self.context.strict else FORGIVEN)

    def typed(self, at: int, end: int, passing: bool = False) -> tuple[SlotReader, Found] | None:
        """The longest value of a slot still open that stands at `at`."""
        best: tuple[SlotReader, Found] | None = None
        readers = self.readers
        if passing:
            readers = (PASSING_READER, *readers)
        elif not (self.form.changes or self.context.strict):
            readers = (*readers, TIME_IN_PASSING)
        for reader in readers:
            if any(name in self.values for name in (*reader.names, *reader.unless)):
                continue
            found = self._cached(reader, at, end)
            if found is not None and (best is None or found.end > best[1].end):
                best = (reader, found)
        return best

    def _said_again(self, at: int, end: int) -> tuple[SlotReader, Found] | None:
        """A value that was said before and is said again: 这月党费，就11月的."""
        for reader in self.readers:
            if len(reader.names) == 1 and (said := self.values.get(reader.names[0])) is not None:
                found = self._cached(reader, at, end)
                if found is not None and found.value == said:
                    return SlotReader((), reader.read, reader.kind), found
        return None

    def _cached(self, reader: SlotReader, at: int, end: int) -> Found | None:
        """What the reader finds; where that goes beyond `end`, what it finds before."""
        found = self._remembered(reader, self.text, at)
        if found is not None and found.end > end:
            found = self._remembered(reader, self.text[:end], at)
        return found

    def _remembered(self, reader: SlotReader, text: str, at: int) -> Found | None:
        key = (text, reader.read, at)
        cache = self.context.cache
        if key not in cache:
            cache[key] = reader.read(text, at, self.context)
        return cache[key]  # type: ignore[return-value]

    def take(self, reader: SlotReader, at: int, found: Found) -> None:
        """Keep a value."""
        if not reader.names:
            return
        self.explained += found.end - at
        if found.doubt:
            self.doubts.append(found.doubt)
        if isinstance(found.value, Fault):
            self.values.update(dict.fromkeys(reader.names, found.value))
        elif len(reader.names) == 2:
            assert isinstance(found.value, tuple)
            pairs = zip(reader.names, found.value, strict=True)
            self.values.update({name: value for name, value in pairs if value is not None})
        elif reader.kind is Money and isinstance(found.value, tuple):
            self.each = True
            self.values[reader.names[0]] = found.value[0]
        elif reader.kind is Url:
            self.values[reader.names[0]] = Url(self.message.typed(at, found.end))
        elif found.value is not None:
            self.values[reader.names[0]] = found.value

    def closed(self, at: int, end: int, *, passing: bool = False, named: str | None = None, words: bool = True) -> None:
        """Read a stretch in which only values and superfluous words may stand."""
        if end == len(self.text):
            self.unread += len(self.message.text) - end
        while not self.hopeless and (at := courtesy.skip_separators(self.text, at, end)) < end:
            at = self._step(at, end, passing, named, words)

    def beside(self, at: int, end: int, *, passing: bool = False, named: str | None = None, words: bool = True) -> None:
        """The same before or behind a phrase, where a clause of its own may tell why: it is passed over."""
        if end == len(self.text):
            self.unread += len(self.message.text) - end
        clause, apart, kept = at, at == 0, self._state()
        while not self.hopeless and (begin := courtesy.skip_separators(self.text, at, end)) < end:
            if courtesy.BREAK.search(self.text, at, begin):
                clause, apart, kept = begin, True, self._state()
            unread = self.unread
            at = self._step(begin, end, passing, named, words)
            if self.unread > unread and apart and not self.context.strict:
                stop, read = courtesy.clause_end(self.text, at, end), self._state()
                behind = stop < end or end == len(self.message.text)
                if behind and courtesy.is_aside(self.text, clause, stop) and not self._holds_value(kept, clause, stop):
                    self.asides += 1
                    at = stop
                else:
                    self._restore(read)

    def _holds_value(self, kept: State, at: int, end: int) -> bool:
        """Whether a clause says something that the command wants to know, or speaks of another matter."""
        self._restore(kept)
        if any(matter not in self.form.wording for matter in courtesy.MATTERS.findall(self.text, at, end)):
            return True
        return any(self.typed(start, end) is not None for start in range(at, end))

    def _state(self) -> State:
        return dict(self.values), tuple(self.doubts), self.unread, self.explained, self.each

    def _restore(self, state: State) -> None:
        values, doubts, self.unread, self.explained, self.each = state
        self.values, self.doubts = dict(values), list(doubts)

    def _step(self, at: int, end: int, passing: bool, named: str | None, words: bool) -> int:
        text = self.text
        month = self._bare_month(at, end)
        if month is not None:
            return month
        best = self.typed(at, end, passing) or self._said_again(at, end)
        whole = self._city_in_word(at, end, best) if words else None
        if whole is not None:
            return whole
        if self._joins_names(at, end):
            return at + 1
        polite = None if self.context.strict else courtesy.POLITE.match(text, at, end)
        if best is not None and (polite is None or polite.end() <= best[1].end):
            self.take(best[0], at, best[1])
            return best[1].end
        if named is not None and named not in self.values:
            stop = self._name_end(at, end)
            found = read_placed_name(text[:stop], at, stop, self.context)
            if found is not None and not self._only_polite(at, found.end):
                sure = read_name(text[:end], at, self.context) is not None
                return self._name(named, at, found, sure)
        negated = self._negated(at, end)
        if negated is not None:
            return negated
        words_of_courtesy = courtesy.SPARING_FILLER if self.context.strict else courtesy.FILLER
        if not self.form.changes and not self.context.strict and (asked := courtesy.ASKED_AGAIN.match(text, at, end)):
            return asked.end()
        filler = words_of_courtesy.match(text, at, end) or (end == len(text) and courtesy.TRAILING_NOT.match(text, at))
        if filler and not self._word_is_longer(at, end, filler.end()):
            return filler.end()
        if self.open_slot(City) is not None or "city" in self.values:
            work = next((word for word in WORK if text.startswith(word, at)), None)
            if work is not None:
                return at + len(work)
        vague = courtesy.VAGUE_TIME.match(text, at, end)
        if vague is not None and not self.context.strict:
            self.doubts.append(f"“{vague[0]}”没有算进去")
            return vague.end()
        loose = self.loose_name(at, end)
        if loose is not None:
            return loose
        taken = self._single_word(at, end) if words else None
        if taken is not None:
            return taken
        self.unread += 1
        return at + 1

    def _only_polite(self, at: int, end: int) -> bool:
        """辛苦 is no name, 书记 can be meant."""
        polite = courtesy.FILLER.match(self.text, at)
        return polite is not None and polite.end() >= end and self.text[at:end] not in TITLES

    def _negated(self, at: int, end: int) -> int | None:
        """不是11月: what is denied is passed over."""
        if not self.text.startswith("不是", at) or at + 2 >= end:
            return None
        found = (self._cached(reader, at + 2, end) for reader in self.readers)
        return max((value.end for value in found if value is not None), default=None)

    def open_slot(self, kind: type) -> str | None:
        """The first slot of a type that has no value yet."""
        return next((slot.name for slot in self.form.slots if slot.type is kind and slot.name not in self.values), None)

    def _name(self, slot: str, at: int, found: Found, sure: bool = True) -> int:
        """Keep a name; one that only its place makes a name speaks against the reading."""
        self.values[slot] = self._as_known(found)
        self.named_to = found.end
        self.guessed = self.guessed or not sure
        self.explained += found.end - at if sure else -2
        return found.end

    def _as_known(self, found: Found) -> object:
        """Nobody's name, where it sounds as somebody's does, is that one's, with a question: 张委, 张伟."""
        person = sounds_like(str(found.value), self.context)
        if person is None:
            return found.value
        self.doubts.append(f"“{found.value}”读作“{person}”")
        return Name(person)

    def _joins_names(self, at: int, end: int) -> bool:
        """The word between two names: 王静和赵磊."""
        if self.named_to != at or self.text[at] not in _JOINS or self.open_slot(Name) is None or at + 1 >= end:
            return False
        return read_name(self.text[:end], at + 1, self.context) is not None

    def _name_end(self, at: int, end: int) -> int:
        """Where a word of the command's own ends a name: 批阅张伟合格 is no 张伟合."""
        for stop in range(at + 2, min(at + _LONGEST_NAME, end)):
            best = self.typed(stop, end)
            if best is not None and isinstance(best[0].kind, type) and issubclass(best[0].kind, Enum):
                return stop
        return end

    def loose_name(self, at: int, end: int) -> int | None:
        """A person named outside the phrase."""
        slot = self.open_slot(Name)
        if slot is None:
            return None
        end = self._name_end(at, end)
        sure = found = read_name(self.text[:end], at, self.context)
        if (
            found is None
            and slot != "for_"
            and not self.context.strict
            and self.text[at - 1 : at] in ("", " ", ",", ":")
        ):
            found = read_whole_name(self.text, at, end)
        if found is None and any(reader.kind is StudentNumber for reader in self.readers):
            found = read_any_name(self.text, at, end, self.context)
        if found is None:
            return None
        if slot == "for_":
            self.doubts.append(NOT_PLACED)
        return self._name(slot, at, found, sure is not None)

    def _bare_month(self, at: int, end: int) -> int | None:
        """交党费 11 0.2: a small number before an amount is a month, with a question."""
        slot = self.open_slot(Months)
        if slot is None or self.open_slot(Money) is None or not self.text[at].isdigit():
            return None
        stop = at + 1
        while stop < min(end, at + 3) and self.text[stop].isdigit():
            stop += 1
        number = int(self.text[at:stop]) if stop - at <= 2 else 0
        gap = courtesy.skip_separators(self.text, stop, end)
        if not 1 <= number <= 12 or gap >= end or self.text[stop] != " ":
            return None
        amount = read_money(self.text, gap, self.context)
        if amount is None or amount.doubt or "." not in self.text[gap : amount.end]:
            return None
        self.values[slot] = Months((near(number, self.context),))
        self.doubts.append("“月”字没有写")
        self.explained += stop - at
        return stop

    def token_end(self, at: int, end: int) -> int:
        """Where the word at `at` ends."""
        stop = at
        while stop < end and not self.text[stop].isspace() and self.text[stop] not in ",。;!?:、":
            stop += 1
        return stop

    def _word_is_longer(self, at: int, end: int, filler_end: int) -> bool:
        """在线科技 is a word, 在 before it is not."""
        if self.open_slot(Word) is None:
            return False
        stop = self.token_end(at, end)
        return stop > filler_end and self.text[at] not in "在我的" and courtesy.unread(self.text, at, stop) > 0

    def _single_word(self, at: int, end: int) -> int | None:
        slot = self.open_slot(Word)
        if slot is None:
            return None
        stop = self.token_end(at, end)
        for cut in range(at + 1, stop):
            leaves = self.text.startswith(WORK[:3], cut) and "city" in self.values
            if leaves or (self.text[cut] in "到从自" and self.typed(cut, end) is not None):
                stop = cut
                break
        self.values[slot] = Word(self.message.typed(at, stop))
        return stop

    def _city_in_word(self, at: int, end: int, best: tuple[SlotReader, Found] | None) -> int | None:
        """苏州XX公司 in one word is a company and its city."""
        if best is None or best[0].kind is not City or not best[0].names or self.open_slot(Word) is None:
            return None  # without names: the same city once more
        city = best[1]
        stop = self.token_end(at, end)
        rest = self.text[city.end : stop]
        if not rest or rest.startswith(WORK) or courtesy.only_courtesy(self.text, city.end, stop):
            return None
        if self.typed(city.end, end) is not None:
            return None
        self.values[best[0].names[0]] = city.value
        return self._single_word(at, end)

    def open(self, at: int, end: int) -> None:
        """Read a stretch that ends in free text: values first, then the text, with other values cut out of it."""
        slot = self.form.free_text
        assert slot is not None
        self.text_at = at = self._values_before_text(at, end)
        longer = end == len(self.text) < len(self.message.text)
        if longer or (at < end and (slot.required or not courtesy.only_courtesy(self.text, at, end))):
            pieces = self._cut(at, end)
            said = " ".join(piece for start, stop in pieces if (piece := self._trimmed(start, stop)))
            if said:
                self.values[slot.name] = Text(said)

    def _values_before_text(self, at: int, end: int) -> int:
        while True:
            start = courtesy.TEXT_LEAD.match(self.text, at, end)
            at = start.end() if start else at
            if at >= end:
                return at
            following = self._value_before_text(at, end) or self._value_after_courtesy(at, end)
            if following is None and self.text[at] == "的":
                following = self._value_before_text(at + 1, end) if at + 1 < end else None
            if following is None:
                return at
            at = following

    def _value_after_courtesy(self, at: int, end: int) -> int | None:
        """就周六下午两点吧: superfluous words before a value, where the text beside it is no main matter."""
        slot = self.form.free_text
        if slot is None or slot.required or self.context.strict:
            return None
        start = at
        while (filler := courtesy.FILLER.match(self.text, start, end)) is not None:
            start = courtesy.skip_separators(self.text, filler.end(), end)
        return self._value_before_text(start, end) if at < start < end else None

    def _value_before_text(self, at: int, end: int) -> int | None:
        best = self.typed(at, end)
        if best is not None and self._stands_alone(best, end):
            self.take(best[0], at, best[1])
            return best[1].end
        named = self.open_slot(Name)
        if named is not None:
            stop = self._name_end(at, self.token_end(at, end))
            found = read_placed_name(self.text[:stop], at, stop, self.context)
            if found is not None:
                return self._name(named, at, found)
        if self.open_slot(Word) is not None and not self.text.startswith(("http", "www."), at):
            label = "标题" if self.text.startswith("标题", at) else ""
            start = courtesy.skip_separators(self.text, at + len(label), end) if label else at
            return self._titled(start, end)
        return None

    def _titled(self, at: int, end: int) -> int | None:
        """A title: between 《》, or up to a space."""
        slot = self.open_slot(Word)
        if slot is None or at >= end:
            return None
        link = next((at + start for start, _ in find_urls(self.text[at:end])), end)
        end = courtesy.past_label(self.text, at, link) if link > at else end
        stop = at
        close = self.text.find("》", at, end) if self.text[at] == "《" else -1
        while stop < end and not (self.text[stop].isspace() if close < 0 else stop > close):
            stop += 1
        self.values[slot] = Word(self.message.typed(at, stop).rstrip(",，;；。"))
        self.explained += stop - at
        return stop

    def _stands_alone(self, best: tuple[SlotReader, Found], end: int) -> bool:
        """A number or an enum's word is a value only where the word ends; a time is one anywhere."""
        reader, found = best
        if reader.kind is Number:
            return found.end >= end or not self.text[found.end].isalnum() or self.text[found.end] > "\u4e00"
        if reader.kind is bool or issubclass(reader.kind, Enum):
            return found.end >= end or not self.text[found.end].isalnum() or self.typed(found.end, end) is not None
        return True

    def _cut(self, at: int, end: int) -> list[tuple[int, int]]:
        """The pieces of free text: without links, and without values that stand as words of their own."""
        cuts: list[tuple[int, int]] = []
        url = self.open_slot(Url)
        last = len(self.message.text) if end == len(self.text) else end
        for start, stop in find_urls(self.message.text[at:last]):
            if url is not None and url not in self.values:
                self.values[url] = Url(self.message.typed(at + start, at + stop))
                cuts.append((courtesy.past_label(self.message.text, at, at + start), at + stop))
        slot = self.form.free_text
        if slot is not None and not slot.required:
            cuts += self._separate_values(at, end)
        cuts += self._required_values(at, end, cuts)
        pieces = []
        for start, stop in sorted(cuts):
            pieces.append((at, start))
            at = stop
        return [(start, stop) for start, stop in [*pieces, (at, last)] if start < stop]

    def _separate_values(self, at: int, end: int) -> list[tuple[int, int]]:
        """Words between spaces or commas that are values and nothing else."""
        cuts = []
        for start, stop in self._tokens(at, end):
            begin = start
            while (filler := courtesy.FILLER.match(self.text, begin, stop)) and filler.end() < stop:
                begin = filler.end()
            best = self.typed(start, stop) or self.typed(begin, stop)
            if best is None or (best[0].kind is Number and (stop < end or "start" in self.values)):
                continue
            if courtesy.only_courtesy(self.text, best[1].end, stop):
                self.take(best[0], start, best[1])
                cuts.append((start, stop))
        if end - at <= 40:
            tokens = self._tokens(at, end)
            if len(tokens) > 1 and courtesy.only_courtesy(self.text, *tokens[-1]):
                cuts.append(tokens[-1])
        return cuts

    def _tokens(self, at: int, end: int) -> list[tuple[int, int]]:
        tokens = []
        while at < end:
            start = courtesy.TEXT_LEAD.match(self.text, at, end)
            at = start.end() if start else at
            stop = at
            while stop < end and not self.text[stop].isspace() and self.text[stop] not in ",。;!":
                stop += 1
            if stop > at:
                tokens.append((at, stop))
            at = max(stop, at + 1)
        return tokens

    def _required_values(self, at: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """What the command cannot do without is looked for inside the text too."""
        cuts: list[tuple[int, int]] = []
        for slot in self.form.slots:
            if not slot.required or slot.name in self.values or slot.type not in (datetime, date, Places, Minutes):
                continue
            for start in range(at, min(end, at + 200)):
                best = self.typed(start, end)
                overlaps = any(low <= start < high for low, high in (*taken, *cuts))
                if best is not None and not overlaps and slot.name in best[0].names and best[1].value is not None:
                    self.take(best[0], start, best[1])
                    label = courtesy.TIME_LABEL.search(self.text, at, start)
                    cuts.append((label.start() if label else start, best[1].end))
                    break
        return cuts

    def _trimmed(self, start: int, stop: int) -> str:
        text = self.message.text
        lead = courtesy.TEXT_LEAD.match(text, start, stop)
        start = lead.end() if lead else start
        slot = self.form.free_text
        if slot is not None and not slot.required and (label := courtesy.TEXT_LABEL.match(text, start, stop)):
            start = label.end()
        while stop > start and (text[stop - 1].isspace() or text[stop - 1] == ","):
            stop -= 1
        return self.message.typed(start, stop)
