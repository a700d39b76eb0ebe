"""One way to read a message among others, and what it comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.understanding import courtesy, tone
from bot.understanding.filling import Filling
from bot.understanding.forms import Form
from bot.understanding.found import Context, Fault
from bot.understanding.reading import Reading
from bot.understanding.values import City, Money, Months, Text, Word

MOST_ASIDES = 4  # clauses that a command may have beside it
_AHEAD = 6  # months; paying further ahead is the secretary's decision
NOT_WHOLE = "金额不是月数的整数倍"
FAR_AHEAD = "有的月份在六个月以后"
RUN_ON = "正文和指令连在一起"
BEFORE = "前面的话算作内容"
_SHORTEST_BEFORE = 5  # characters
ASIDE = "有一句话没有看懂"
NAMELESS = "听起来像是不想留名字"
_NAMELESS = "anonymous"
_NO_NAME = re.compile(
    r"(?:别|不要|不用|不想|不)(?:再)?(?:写|留|署|提|显示|让人知道)我?的?(?:名字|姓名|名)|匿名[的哈吧啊呀]{0,2}\W*\Z|不署名"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read a message: `unread` characters were not understood, `explained` ones were."""

    form: Form
    values: dict[str, object]
    doubts: tuple[str, ...]
    unread: int
    explained: int
    literal: int  # characters of the phrase's own words
    asked: bool = False  # said as a question, though the command records
    asides: int = 0
    guessed: bool = False  # a name is one only by its place
    day: date | None = None  # of which the hour is still to be said

    @property
    def rank(self) -> tuple[int, int, int, int]:
        strained = self.asides + (MOST_ASIDES if self.asked or RUN_ON in self.doubts else 0)
        return (self.unread, strained, -self.explained, len(self.doubts))

    @property
    def clean(self) -> bool:
        """Whether all was read, and nothing of it is doubtful or was only passed over."""
        return not (self.unread or self.asides or self.doubts or self.asked)


def candidate_of(filling: Filling, literal: int) -> Candidate:
    """What was read by a phrase whose own words have `literal` characters."""
    if filling.each:
        total(filling)
    _take_what_stands_before(filling)
    return Candidate(
        filling.form,
        filling.values,
        tuple(filling.doubts),
        filling.unread,
        filling.explained + literal,
        literal,
        _asks_whether(filling),
        len(filling.asides),
        filling.guessed,
        filling.day,
    )


def _take_what_stands_before(filling: Filling) -> None:
    """想找人借个充电宝，帮我发个心愿: the text that a command needs may stand before its words."""
    text = filling.form.free_text
    if text is None or not text.required or text.name in filling.values or not filling.asides:
        return
    start, end = filling.asides[0][0], filling.asides[-1][1]
    if end - start >= _SHORTEST_BEFORE:
        filling.values[text.name] = Text(filling.message.typed_text(start, end))
        filling.doubts.append(BEFORE)


def settled(candidate: Candidate, context: Context, problem: str = "") -> Reading:
    """The reading that a candidate comes to, with all that is doubtful in words for its author."""
    doubts = [problem] if problem else []
    doubts += candidate.doubts
    doubts += _doubtful_dues(candidate, context)
    if _wants_no_name(candidate):
        candidate.values[_NAMELESS], doubts = True, [*doubts, NAMELESS]
    if candidate.asked or _has_no_place(candidate):
        doubts.append(tone.ASKED)
    if candidate.asides and candidate.form.changes:
        doubts.append(ASIDE)
    faults = [value.said for value in candidate.values.values() if isinstance(value, Fault)]
    return Reading(
        candidate.form.command,
        {name: value for name, value in candidate.values.items() if not isinstance(value, Fault)},
        bool(doubts or faults),
        problem="；".join(dict.fromkeys(doubts)),
        fault="；".join(dict.fromkeys(faults)),
        day=candidate.day,
    )


def _wants_no_name(candidate: Candidate) -> bool:
    """许愿 想借个旧电脑，别写我名字: under a name it would be what its author asked not to do."""
    text = candidate.values.get(text_name(candidate.form))
    can = any(slot.name == _NAMELESS for slot in candidate.form.slots) and not candidate.values.get(_NAMELESS)
    return can and isinstance(text, Text) and _NO_NAME.search(text) is not None


def total(filling: Filling) -> None:
    """每月0.2 over several months is their total."""
    months = next((value for value in filling.values.values() if isinstance(value, Months)), None)
    for name, value in filling.values.items():
        if isinstance(value, Money):
            filling.values[name] = Money(value * len(months or (1,)))


def _asks_whether(filling: Filling) -> bool:
    form = filling.form
    if form.free_text is not None:
        return tone.ASKED in filling.doubts
    asking = courtesy.WHETHER if any(slot.type is Money for slot in form.slots) else courtesy.WHETHER_DONE
    return form.changes and asking.search(filling.text) is not None


def _has_no_place(candidate: Candidate) -> bool:
    """Whether a word was taken for a company though no city was named: 党费标准明年会不会变."""
    kinds = {type(value) for value in candidate.values.values()}
    return candidate.form.changes and has_city(candidate.form) and Word in kinds and City not in kinds


def _doubtful_dues(candidate: Candidate, context: Context) -> list[str]:
    """An amount that does not fit the months, or an unusual prepayment."""
    if not any(slot.type is Money for slot in candidate.form.slots):
        return []
    months = next((value for value in candidate.values.values() if isinstance(value, Months)), None)
    amount = next((value for value in candidate.values.values() if isinstance(value, Money)), None)
    doubts = []
    if months and amount is not None and amount % len(months):
        doubts.append(NOT_WHOLE)
    if months and months[-1] - context.month > _AHEAD:
        doubts.append(FAR_AHEAD)
    return doubts


def has_city(form: Form) -> bool:
    """Whether the command takes a city, and with it a company."""
    return any(slot.type is City for slot in form.slots)


def text_name(form: Form) -> str:
    """The slot of the free text; empty where there is none."""
    slot = form.free_text
    return slot.name if slot else ""
