"""The state of reading one message as one form: which values were found, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.understanding.forms import Form
from bot.understanding.found import Context, Fault, Found
from bot.understanding.moments import NO_HOUR
from bot.understanding.normal import Normal
from bot.understanding.slot_readers import PASSING_READER, TIME_IN_PASSING, SlotReader
from bot.understanding.values import Money, Organisation, Url

READ = 400  # characters in which values stand; what is longer is free text or nothing
FORGIVEN = 2  # characters not understood, at most, in a message that is a command nevertheless
State = tuple[dict[str, object], tuple[str, ...], int, int, bool, date | None, date | None]


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
    day: date | None = None  # said where a moment was wanted; its hour is still to be said
    passed_day: date | None = None  # said in passing; an hour alone behind it is of that day
    guessed: bool = False  # only its place makes a word a name
    asides: list[tuple[int, int]] = field(default_factory=list)  # clauses beside the command that were passed over
    named_to: int = -1  # where the name ends that was read last
    text_at: int | None = None  # where the free text begins
    words_at: dict[str, tuple[int, int]] = field(default_factory=dict)  # where a title or a company stands
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
            found = self.cached(reader, at, end)
            if found is not None and (best is None or found.end > best[1].end):
                best = (reader, found)
        return best

    def said_again(self, at: int, end: int) -> tuple[SlotReader, Found] | None:
        """A value that was said before and is said again: 这月党费，就11月的."""
        for reader in self.readers:
            if len(reader.names) == 1 and (said := self.values.get(reader.names[0])) is not None:
                found = self.cached(reader, at, end)
                if found is not None and found.value == said:
                    return SlotReader((), reader.read, reader.kind), found
        return None

    def cached(self, reader: SlotReader, at: int, end: int) -> Found | None:
        """What the reader finds; where that goes beyond `end`, what it finds before."""
        found = self._remembered(reader, self.text, at)
        # An organisation's name ends where the phrase begins, though no space stands there: 机电学院支部情况.
        if found.end > end if found is not None else reader.kind is Organisation:
            found = self._remembered(reader, self.text[:end], at)
        return found

    def _remembered(self, reader: SlotReader, text: str, at: int) -> Found | None:
        spoken_of = self._day_spoken_of()
        key = (text, reader.read, at, spoken_of)
        cache = self.context.cache
        if key not in cache:
            context = self.context if spoken_of is None else replace(self.context, day=spoken_of)
            cache[key] = reader.read(text, at, context)
        return cache[key]  # type: ignore[return-value]

    def _day_spoken_of(self) -> date | None:
        """周四的谈心改到三点: the day that was said before, of which an hour alone is meant."""
        said = (value for value in self.values.values() if isinstance(value, date) and not isinstance(value, datetime))
        return self.day or self.passed_day or next(said, None)

    def take(self, reader: SlotReader, at: int, found: Found) -> None:
        """Keep a value."""
        if not reader.names:
            self.passed_day = found.day or self.passed_day
            return
        self.explained += found.end - at
        if found.doubt:
            self.doubts.append(found.doubt)
        self.day = found.day or self.day
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
            if reader.kind is datetime:
                self._drop_day()
        if self.day is not None and reader.kind is datetime and reader.names[0] in self.values:
            # 12月8日，线上，19:30: the hour is of the day that was said before it.
            self.day = None
            self.doubts.remove(NO_HOUR)

    def _drop_day(self) -> None:
        """明天谈话去不成了，改到后天两点: the moment says its day, another one was when it should have been."""
        for slot in self.form.slots:
            if slot.type is date:
                self.values.pop(slot.name, None)

    def state(self) -> State:
        """All that reading on may change and `restore` takes back."""
        values, doubts = dict(self.values), tuple(self.doubts)
        return values, doubts, self.unread, self.explained, self.each, self.day, self.passed_day

    def restore(self, state: State) -> None:
        """Go back to what `state` said."""
        values, doubts, self.unread, self.explained, self.each, self.day, self.passed_day = state
        self.values, self.doubts = dict(values), list(doubts)

    def takes(self, kind: type) -> bool:
        """Whether the command has a slot of this type."""
        return any(slot.type is kind for slot in self.form.slots)

    def open_slot(self, kind: type) -> str | None:
        """The first slot of a type that has no value yet."""
        return next((slot.name for slot in self.form.slots if slot.type is kind and slot.name not in self.values), None)

    def without_words(self, at: int, end: int | None) -> str:
        """What stands there, but for titles and companies: their words are not the command's."""
        stretch = list(self.text)
        for slot, (start, stop) in self.words_at.items():
            if slot in self.values:
                stretch[start:stop] = " " * (stop - start)
        return "".join(stretch[at:end])


# Begins to read a message as a form.
Fill = Callable[[Form, Normal, Context], Filling]


def filled_by(readers: Mapping[str, tuple[SlotReader, ...]]) -> Fill:
    """A new filling of a form, with the readers of its command."""
    return lambda form, message, context: Filling(form, readers[form.command], message, context)
