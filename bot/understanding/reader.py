"""A message in, a command with typed values out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from bot.understanding import courtesy, tone
from bot.understanding.filling import FORGIVEN, NOT_PLACED, Filling, SlotReader, slot_readers
from bot.understanding.forms import ANY_TEXT, COURTESY, Form, Slot
from bot.understanding.found import Context, Fault
from bot.understanding.group_notes import MARK
from bot.understanding.matching import (
    Matcher,
    compile_phrase,
    edge_variants,
    enum_words,
    first_characters,
    folded,
    spellings,
)
from bot.understanding.normal import Normal, plain
from bot.understanding.phrases import PASSING, Fixed, Place
from bot.understanding.pieces import SAME_HOUR, Asked, is_sure
from bot.understanding.typos import Correction, Lexicon, nearest
from bot.understanding.values import SHANGHAI, City, Code, Money, Months, Name, Number, Text, Word

UNKNOWN = "unknown"
_REACH = 200  # characters in which a command's phrase must stand
_ANCHORED = 60  # characters in which its first words must stand
_LONGEST_ANCHOR = 8
_MOST_CORRECTIONS = 8
_MOST_ASIDES = 4  # clauses that a command may have beside it
_MOST_PLACES = 3  # at which one phrase is tried in a message
_AHEAD = 6  # months; paying further ahead is the secretary's decision
_TIME_STARTS = frozenset("0123456789一二三四五六七八九十第上下这本今明去q")
_AHEAD_WORDS = re.compile("预[交缴付]|提前[交缴]")
_SLASH = re.compile(r"\s*[/／] *")
_BARE_MENTION = "帮助"  # what somebody wants who mentions the bot and says nothing
_FILE_NAME = re.compile(r"\s*\S{1,80}\.(?:docx?|wps|pdf|pptx?|xlsx?|csv|txt|zip|rar|jpe?g|png|heic|mp[34]|mov)\s*")
_TWICE = re.compile(r"(?P<once>[^\W\d]{2,8})\W*(?P<again>(?P=once))")
_ENDINGS = "了吧啦哈呀啊"
_CONFIRMATION = "confirmation"
_LETTER = "爱的党"  # a report may have a headline or a quotation mark before its salutation
_HEADLINE = re.compile(r"\W*(?:[\w ]{0,20}思想汇报[^,。!?]{0,12})?\W*")
_QUESTION = re.compile(r"(?:\?|吗|呢|怎么办|怎么写|为什么|什么)\W*$")
_PIECE_LEAD = re.compile("那就|那(?=\\d)|替|帮|代")
_APART = frozenset(" :\n")
_SHORTEST_TEXT = 4  # characters; 意见 很大 is talk
_LONGEST_PIECE = 24  # characters; in a group
_VALUES = Form(
    "values",
    (),
    (Slot("months", Months), Slot("amount", Money), Slot("start", datetime), Slot("end", datetime), Slot("no", Number)),
)
_VALUE_READERS = slot_readers(_VALUES)
_CHOICE = Form("choice", (), (Slot("number", Number),))
_CHOICE_READERS = slot_readers(_CHOICE)

NOT_WHOLE = "金额不是月数的整数倍"
FAR_AHEAD = "有的月份在六个月以后"
GUESSED = "有几个字没有看懂"
RUN_ON = "正文和指令连在一起"
ASIDE = "有一句话没有看懂"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message was understood as.

    `command` is None for ordinary talk and ``"unknown"`` for what was meant for
    the bot and not understood; then `suggestions` names the nearest commands.
    `values` are typed, by slot name. `confirm`: repeat it and wait for 确认;
    `problem` says why, in words for its author. `fault`: something was said that
    does not exist (2月30日, 13月, -5元); it is to be answered instead of acted on,
    and is missing in `values`.
    """

    command: str | None
    values: dict[str, object] = field(default_factory=dict)
    confirm: bool = False
    suggestions: tuple[str, ...] = ()
    addressed: bool = False
    problem: str = ""
    fault: str = ""


SILENCE = Reading(None)


@dataclass(frozen=True, slots=True)
class _Candidate:
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

    @property
    def rank(self) -> tuple[int, int, int, int]:
        strained = self.asides + (_MOST_ASIDES if self.asked or RUN_ON in self.doubts else 0)
        return (self.unread, strained, -self.explained, len(self.doubts))


class Reader:
    """The understanding of a set of commands; compiled once, used from any number of tasks."""

    def __init__(self, forms: Iterable[Form], names_of_bot: Sequence[str] = ("鸿雁",)) -> None:
        self.forms = {form.command: form for form in forms}
        self._readers = {form.command: slot_readers(form) for form in self.forms.values()}
        self._mention = re.compile(
            "@ *(?:" + "|".join(re.escape(folded(name)) for name in names_of_bot) + ")(?:机器人)?"
        )
        matchers = [
            compile_phrase(form, variant)
            for form in self.forms.values()
            for phrase in form.parsed()
            for variant in edge_variants(phrase)
        ]
        self._by_anchor: dict[str, list[Matcher]] = defaultdict(list)
        for matcher in matchers:
            for anchor in matcher.anchors:
                self._by_anchor[anchor].append(matcher)
        self._anchor_lengths = tuple(sorted({len(anchor) for anchor in self._by_anchor}))
        self._starts = self._first_characters(matchers)
        self._answers = self._index_answers()
        self._values_words = self._enum_words()
        self._lexicon = Lexicon([*self._all_spellings(), *self._values_words])
        self._examples = self._commands_by_example()

    def _first_characters(self, matchers: list[Matcher]) -> frozenset[str]:
        starts = {char for m in matchers if not m.phrase.addressed_only for char in first_characters(m.form, m.phrase)}
        return frozenset(starts) | _TIME_STARTS

    def _index_answers(self) -> dict[str, dict[str, Form]]:
        answers: dict[str, dict[str, Form]] = defaultdict(dict)
        for form in self.forms.values():
            for matter, words in form.answers.items():
                answers[matter].update({folded(word): form for word in words})
        return {m: dict(sorted(words.items(), key=lambda item: -len(item[0]))) for m, words in answers.items()}

    def _all_spellings(self) -> set[str]:
        return {word for form in self.forms.values() for phrase in form.parsed() for word in spellings(form, phrase)}

    def _commands_by_example(self) -> dict[str, str]:
        """One spelling of each phrase, to suggest its command by."""
        return {
            word: form.command
            for form in self.forms.values()
            for phrase in form.parsed()
            for word in islice(spellings(form, phrase), 1)
        }

    def _enum_words(self) -> set[str]:
        return {word for form in self.forms.values() for slot in form.slots for word in enum_words(slot.type)}

    def read(
        self,
        text: str,
        *,
        now: datetime,
        private: bool,
        addressed: bool = False,
        open: Collection[str] = (),
        people: Sequence[str] = (),
    ) -> Reading:
        """Read one message. `now` is aware; `open` names matters this person can answer here; `people`: full names."""
        if not private and not addressed and not self._may_concern(text, open):
            return SILENCE
        message = Normal.of(text)
        message, mentioned = self._without_mentions(message)
        addressed = addressed or mentioned
        if addressed and not message.text.strip() and not _SLASH.match(message.raw):
            message = Normal.of(_BARE_MENTION)
        if not private and not addressed and message.text.lstrip().startswith(MARK):
            return SILENCE
        context = Context(now.astimezone(SHANGHAI), people, strict=not (private or addressed))
        reading = self._answer(message, open, context)
        if reading is None:
            draft = self._takes_any(open) if private else None
            certain = context.strict or draft is not None
            reading = self._command(message, context, certain=certain)
            if reading is None and not certain and (once := _said_once(message)) is not None:
                reading = self._command(once, context, certain=True)
            if draft is not None and (reading is None or reading.confirm):
                reading = self._draft(draft, message)
            if reading is None and not context.strict:
                reading = self._code(message, context) or self._answer_at_an_end(message, {COURTESY} & set(open))
        if reading is None:
            if context.strict:
                return SILENCE
            reading = Reading(UNKNOWN, suggestions=self._suggestions(message))
        return replace(reading, addressed=addressed)

    def piece(
        self,
        asked: Asked,
        text: str,
        *,
        now: datetime,
        people: Sequence[str] = (),
        addressed: bool = True,
        sure: bool = False,
    ) -> Reading | None:
        """What was `asked`, completed by the missing piece alone (10月的; 0.4; 三点); None where the message is none.

        `addressed`: said in private or to the bot. `sure`: only by what can be nothing but a value, as no name is.
        """
        form = self.forms[asked.command]
        message, mentioned = self._without_mentions(Normal.of(text))
        context = Context(now.astimezone(SHANGHAI), people, strict=not (addressed or mentioned), day=asked.day)
        begin = self._past_verdict(message.text)
        if chosen := self._chosen(asked, message, begin, context):
            return Reading(form.command, {**asked.values, asked.slot: chosen})
        filling = self._filling(form, message, context)
        filling.closed(begin, len(filling.text), words=False)
        if not filling.unread and (is_sure(filling.values) or (not sure and asked.may_name(filling.values, people))):
            if moved := asked.at_the_same_hour(form, filling.text[begin:], context):
                return Reading(form.command, moved, confirm=True, problem=SAME_HOUR)
            if filling.values:
                return self._completed(asked, filling)
        return None if sure or context.strict else self._completed_by_text(asked, message, begin, context)

    def may_be_piece(self, text: str, now: datetime) -> bool:
        """Whether a message of a group holds nothing but values, so that it can answer what is open to its author."""
        if len(text) > _LONGEST_PIECE or not any(char in _TIME_STARTS for char in text):
            return False
        message = Normal.of(text)
        filling = Filling(_VALUES, _VALUE_READERS, message, Context(now.astimezone(SHANGHAI), strict=True))
        filling.closed(self._past_verdict(message.text), len(filling.text))
        return bool(filling.values) and not filling.unread

    def _past_verdict(self, text: str) -> int:
        """Where 不对，10月的 goes on behind its first word."""
        start = courtesy.skip_separators(text, 0, len(text))
        for word in self._answers.get(_CONFIRMATION, {}):
            end = start + len(word)
            if text.startswith(word, start) and courtesy.skip_separators(text, end, len(text)) > end:
                start = end
                break
        lead = _PIECE_LEAD.match(text, courtesy.skip_separators(text, start, len(text)))
        return lead.end() if lead else start

    def _chosen(self, asked: Asked, message: Normal, begin: int, context: Context) -> Name | None:
        """The one of the choices whose number is said."""
        filling = Filling(_CHOICE, _CHOICE_READERS, message, context)
        filling.closed(begin, len(filling.text))
        number = filling.values.get("number")
        if filling.unread or not isinstance(number, Number) or not 0 < number <= len(asked.choices):
            return None
        return Name(asked.choices[number - 1])

    def _completed(self, asked: Asked, filling: Filling) -> Reading:
        values = asked.with_piece(filling.form, filling.values)
        filling.values = values
        if filling.each:
            _total(filling)
        # To answer in its terms is to accept the rest of what was asked.
        doubts = tuple(doubt for doubt in filling.doubts if doubt != NOT_PLACED)
        return self._settled(_Candidate(filling.form, values, doubts, 0, 0, 0), filling.context)

    def _completed_by_text(self, asked: Asked, message: Normal, begin: int, context: Context) -> Reading | None:
        form = self.forms[asked.command]
        if not asked.lacks_text(form) or _QUESTION.search(message.text):
            return None
        filling = self._filling(form, message, context)
        filling.values = dict(asked.values)
        filling.open(begin, len(filling.text))
        needed = asked.slot or _text_name(form)
        return self._completed(asked, filling) if needed in filling.values else None

    def _may_concern(self, text: str, open: Collection[str]) -> bool:
        """A cheap look at what most of a group's talk fails."""
        if "@" in text or "＠" in text or _LETTER in text[:_ANCHORED]:
            return True
        for char in text:
            first = plain(char)
            if first and not first.isspace():
                break
        else:
            return False
        if first in "/「" or first in self._starts:
            return True
        return any(first == word[0] for matter in open for word in self._answers.get(matter, ()))

    def _without_mentions(self, message: Normal) -> tuple[Normal, bool]:
        """The message without mentions of the bot and a leading slash, and whether there was one."""
        spans = [match.span() for match in self._mention.finditer(message.text)] if "@" in message.text else []
        slash = _SLASH.match(message.blank(spans).text)
        if slash is not None:
            spans.append(slash.span())
        return (message.blank(spans), True) if spans else (message, False)

    def _answer(self, message: Normal, open: Collection[str], context: Context) -> Reading | None:
        """A bare word, with or without values, that answers what is open."""
        if not open or len(message.text) > 40:
            return None
        start = courtesy.skip_separators(message.text, 0, len(message.text))
        said = None if context.strict else courtesy.SELF_AND_TIME.match(message.text, start)
        for matter in open:
            for word, form in self._answers.get(matter, {}).items():
                begin = said.end() if said and message.text.startswith(word, said.end()) else start
                if word == ANY_TEXT or not message.text.startswith(word, begin):
                    continue
                if context.strict and (matter == COURTESY or word in courtesy.ACKNOWLEDGEMENTS):
                    continue
                filling = self._filling(form, message, context)
                at = self._past_answers(message.text, begin + len(word), matter, form)
                if not self._word_ends(message.text, at):
                    continue
                filling.closed(at, len(filling.text))
                if filling.unread == 0 and Text not in {type(value) for value in filling.values.values()}:
                    return self._settled(_candidate(filling, len(word)), context)
        return None if context.strict else self._answer_at_an_end(message, set(open) - {COURTESY})

    def _answer_at_an_end(self, message: Normal, open: Collection[str]) -> Reading | None:
        """A bare word as the first or last clause, beside others that neither ask nor take back: 手滑了，算了."""
        text = message.text
        parts = [part for part in courtesy.BREAK.split(text) if part]
        for index in (-1, 0) if len(parts) > 1 else ():
            others = parts[:-1] if index else parts[1:]
            if not parts[index].isalpha() or not all(courtesy.is_aside(other, 0, len(other)) for other in others):
                continue
            for matter in open:
                words = self._answers.get(matter, {})
                form = words.get(parts[index]) or words.get(parts[index].rstrip(_ENDINGS))
                if form is not None:
                    return Reading(form.command)
        return None

    def _past_answers(self, text: str, at: int, matter: str, form: Form) -> int:
        """好了，发完了 is one answer said twice."""
        while True:
            start = courtesy.skip_separators(text, at, len(text))
            words = self._answers[matter].items()
            word = next((word for word, other in words if other is form and text.startswith(word, start)), ANY_TEXT)
            if word == ANY_TEXT or not word[-1:].isalpha():
                return at
            at = start + len(word)

    @staticmethod
    def _word_ends(text: str, at: int) -> bool:
        return not (at and at < len(text) and text[at - 1].isdigit() and text[at].isalnum())

    def _takes_any(self, open: Collection[str]) -> Form | None:
        return next((form for matter in open if (form := self._answers.get(matter, {}).get(ANY_TEXT))), None)

    def _draft(self, form: Form, message: Normal) -> Reading:
        slot = form.free_text
        text = message.raw.strip()
        return Reading(form.command, {slot.name: Text(text)} if slot and text else {})

    def _code(self, message: Normal, context: Context) -> Reading | None:
        """A one-time code alone is the command that takes one."""
        for form in self.forms.values():
            if any(slot.type is Code for slot in form.slots):
                filling = self._filling(form, message, context)
                filling.closed(0, len(filling.text))
                if not filling.unread and [type(value) for value in filling.values.values()] == [Code]:
                    return Reading(form.command, filling.values)
        return None

    def _command(self, message: Normal, context: Context, *, certain: bool) -> Reading | None:
        """The best reading as a command; with `certain`, only one that leaves no doubt. A file's name is none."""
        if _FILE_NAME.fullmatch(message.text):
            return None
        best = self._best(message, context)
        if best is not None and best.unread == 0 and (certain or NOT_PLACED not in best.doubts):
            return self._settled(best, context)
        if certain:
            return None
        corrected = self._corrected(message, context)
        if corrected is not None:
            return corrected
        if best is not None and best.unread == 0:
            return self._settled(best, context)
        if best is not None and self._tolerable(best, message):
            return self._settled(best, context, GUESSED)
        return None

    @staticmethod
    def _tolerable(best: _Candidate, message: Normal) -> bool:
        if best.guessed or courtesy.NEGATION.search(message.text) is not None:
            return False
        other = courtesy.OTHER_WISH.search(message.text)
        if other is not None and not any(other[0] in phrase for phrase in best.form.phrases):
            return False
        return best.unread <= FORGIVEN and best.literal >= 3

    def _corrected(self, message: Normal, context: Context) -> Reading | None:
        compact, places = _compact(message.text)
        best: tuple[_Candidate, Correction] | None = None
        likely = (c for c in self._lexicon.corrections(compact) if not _bears_meaning(compact[c.start : c.end]))
        for correction in islice(likely, _MOST_CORRECTIONS):
            start, end = places[correction.start], places[correction.end - 1] + 1
            touching = None if correction.word in self._values_words else correction.start
            candidate = self._best(message.replace(start, end, correction.word), context, touching)
            if candidate is None or candidate.unread or candidate.guessed:
                continue
            if best is None or candidate.rank < best[0].rank:
                best = (candidate, correction)
        if best is None:
            return None
        typed = compact[best[1].start : best[1].end]
        return self._settled(best[0], context, f"“{typed}”读作“{best[1].word}”")

    def _best(self, message: Normal, context: Context, touching: int | None = None) -> _Candidate | None:
        """The best reading; by a phrase that reaches over the character `touching` where one was corrected there."""
        compact, places = _compact(message.text)
        context.ahead = _AHEAD_WORDS.search(compact[:_ANCHORED]) is not None
        best: _Candidate | None = None
        for matcher in self._matching(compact):
            if context.strict and matcher.phrase.addressed_only:
                continue
            candidate = self._candidate(matcher, message, compact, places, context, touching)
            if candidate is not None and (best is None or candidate.rank < best.rank):
                best = candidate
        return best

    def _matching(self, compact: str) -> Iterable[Matcher]:
        found: dict[int, Matcher] = {}
        head = compact[: _ANCHORED + _LONGEST_ANCHOR]
        for start in range(min(len(compact), _ANCHORED)):
            for length in self._anchor_lengths:
                for matcher in self._by_anchor.get(head[start : start + length], ()):
                    found[id(matcher)] = matcher
        return found.values()

    def _candidate(
        self,
        matcher: Matcher,
        message: Normal,
        compact: str,
        places: list[int],
        context: Context,
        touching: int | None,
    ) -> _Candidate | None:
        """The best reading by this phrase; its first words may stand there twice (书记好，书记明天有空吗)."""
        best: _Candidate | None = None
        match = matcher.pattern.search(compact)
        for _ in range(_MOST_PLACES):
            if match is None or match.end() == match.start():
                break
            apart = touching is not None and not match.start() <= touching < match.end()
            candidate = None if apart else self._matched(matcher, match, message, places, context)
            if candidate is not None and (best is None or candidate.rank < best.rank):
                best = candidate
            if candidate is not None and candidate.unread == 0:
                break
            match = matcher.pattern.search(compact, match.start() + 1)
        return best

    def _matched(
        self, matcher: Matcher, match: re.Match[str], message: Normal, places: list[int], context: Context
    ) -> _Candidate | None:
        start, end = places[match.start()], places[match.end() - 1] + 1
        headed = _HEADLINE.fullmatch(message.text, 0, start) is not None
        if context.strict and not headed and not self._begins(matcher, message.text, start):
            return None
        filling = self._filling(matcher.form, message, context)
        literal = self._read_groups(matcher, match, places, filling)
        if literal is None:
            return None
        salutation = isinstance(filling.values.get(_text_name(matcher.form)), Text)
        if not (salutation and headed) and (not self._before(matcher, filling, start) or filling.hopeless):
            return None
        if salutation:
            greeted = end >= len(message.text) or not message.text[end].isalnum()
            return self._whole_message(filling, start, literal) if greeted or not context.strict else None
        if matcher.after in filling.values and courtesy.POLITE.fullmatch(message.text, start, end):
            return None  # 看第3课 谢谢: nobody is thanked for number 3
        if not self._after(matcher, filling, end) or filling.hopeless:
            return None
        if any(name not in filling.values for name in (matcher.before, matcher.after) if name and name != PASSING):
            return None
        if context.strict and not self._fits_a_group(matcher, filling, end):
            return None
        if matcher.phrase.addressed_only and filling.open_slot(City) is not None:
            return None
        if literal < 2 and any(isinstance(value, Text) for value in filling.values.values()):
            return None
        if filling.asides > _MOST_ASIDES or (filling.asides and literal < 2 and matcher.phrase.addressed_only):
            return None
        if not self._hear_tone(filling, start, end, apart=_stands_apart(message.text, start, end)):
            return None
        return _candidate(filling, literal)

    @staticmethod
    def _hear_tone(filling: Filling, start: int, end: int, *, apart: bool) -> bool:
        """Doubt what sounds like talk about the command; False where nobody asked the bot, so that it is talk."""
        if not filling.form.changes:
            return True
        slot, text = filling.form.free_text, filling.text
        at = filling.text_at if slot is not None and slot.name in filling.values else None
        doubts = tone.of_frame(text[:start], text[start:end], filling.without_words(end, at))
        if filling.context.strict and (doubts or (at is not None and tone.is_talk(text[at:]))):
            return False
        if slot is not None and at is not None:
            doubts += tone.of_text(text[at:], needed=slot.required, apart=apart)
        for word in (value for value in filling.values.values() if isinstance(value, Word)):
            doubts += tone.of_title(word, apart=apart and not _has_city(filling.form))
        filling.doubts += doubts
        return True

    def _begins(self, matcher: Matcher, text: str, start: int) -> bool:
        """Unaddressed, a message begins with the phrase; before a question its time may stand."""
        if courtesy.skip_separators(text, 0, start) >= start:
            return True
        if matcher.before is not None:
            return True
        return matcher.question and courtesy.FILLER.match(text) is None

    def _read_groups(self, matcher: Matcher, match: re.Match[str], places: list[int], filling: Filling) -> int | None:
        """Read what stands inside the phrase; how many characters its own words have, or None where it does not fit."""
        literal = match.end() - match.start()
        for group, part in matcher.groups.items():
            low, high = match.span(group)
            if low < 0 or (low == high and not isinstance(part, Place)):
                continue
            at, stop = places[low], places[high - 1] + 1
            if isinstance(part, Fixed):
                if not self._fix(filling, part, match[group], at, stop):
                    return None
                continue
            literal -= high - low
            slot = part.slot if isinstance(part, Place) else None
            words = slot is not None or _has_city(filling.form)
            filling.closed(
                at,
                stop,
                passing=slot == PASSING,
                named=_person(filling.form, slot),
                words=words,
            )
            if slot is not None and slot != PASSING and slot not in filling.values:
                return None
        return literal

    @staticmethod
    def _fix(filling: Filling, part: Fixed, word: str, at: int, stop: int) -> bool:
        """The value that a fixed word is."""
        slot = filling.form.slot(part.slot)
        if slot.type is bool:
            filling.values[slot.name] = True
        elif slot.type is Text:
            filling.values[slot.name] = Text(word)
        else:
            best = filling.typed(at, stop)
            if best is None or slot.name not in best[0].names:
                return False
            filling.take(best[0], at, best[1])
            filling.explained -= best[1].end - at
        return True

    @staticmethod
    def _whole_message(filling: Filling, start: int, literal: int) -> _Candidate | None:
        """A text that its first words tell: it is kept whole."""
        if filling.unread:
            return None
        name = _text_name(filling.form)
        filling.values[name] = Text(filling.message.typed(start, len(filling.message.text)))
        return _Candidate(filling.form, filling.values, (), 0, literal + 1000, literal)

    @staticmethod
    def _before(matcher: Matcher, filling: Filling, start: int) -> bool:
        """Read what stands before the phrase; words there are a company only where its city stands there too."""
        placed = not filling.context.strict and filling.open_slot(City) is not None
        named = _person(matcher.form, matcher.before)
        filling.beside(0, start, passing=matcher.before == PASSING, named=named, words=placed)
        return not placed or filling.open_slot(Word) is not None or filling.open_slot(City) is None

    def _after(self, matcher: Matcher, filling: Filling, end: int) -> bool:
        """Read what stands behind the phrase."""
        text = filling.text
        particle = courtesy.SENTENCE_END.match(text, end)
        end = particle.end() if particle and not filling.context.strict else end
        joined = end < len(text) and text[end].isalnum() and text[end - 1] != ":"
        if matcher.form.free_text is None:
            if joined and filling.context.strict and filling.open_slot(Word) and not self._value_follows(filling, end):
                return False
            filling.beside(end, len(text), named=_person(matcher.form, matcher.after), passing=matcher.after == PASSING)
            return True
        if matcher.after is not None and matcher.after != PASSING:
            return self._placed_then_text(matcher, filling, end)
        if joined and not self._value_follows(filling, end) and not courtesy.only_courtesy(text, end, len(text)):
            if filling.context.strict or courtesy.ASKING.search(text, end, end + 25):
                return False
            filling.doubts.append(RUN_ON)
        filling.open(end, len(text))
        return True

    def _placed_then_text(self, matcher: Matcher, filling: Filling, end: int) -> bool:
        """A value that must stand right behind the phrase, then free text."""
        named = _person(matcher.form, matcher.after)
        if named is not None:
            at = courtesy.skip_separators(filling.text, end, len(filling.text))
            filling.closed(at, filling.token_end(at, len(filling.text)), named=named)
            end = filling.token_end(at, len(filling.text))
        filling.open(end, len(filling.text))
        return True

    @staticmethod
    def _value_follows(filling: Filling, at: int) -> bool:
        if filling.typed(at, len(filling.text)) is not None:
            return True
        probe = Filling(filling.form, filling.readers, filling.message, filling.context, dict(filling.values))
        return (
            any(slot.type is Name for slot in filling.form.slots)
            and probe.loose_name(at, len(filling.text)) is not None
        )

    @staticmethod
    def _fits_a_group(matcher: Matcher, filling: Filling, end: int) -> bool:
        """Unaddressed, nothing the command needs may be missing; 交党费啦 alone is talk, and so is 请假 太难了."""
        if any(slot.required and slot.name not in filling.values for slot in matcher.form.slots):
            return False
        if any(slot.type is City and slot.name not in filling.values for slot in matcher.form.slots):
            return False
        rest = filling.text[end:]
        if len(matcher.form.slots) > 1 and set(filling.values) == {_text_name(matcher.form)}:
            needed = matcher.form.slot(_text_name(matcher.form)).required
            return (needed and rest[:1] != "," and len(rest.strip()) >= _SHORTEST_TEXT) or rest.lstrip(" ")[:1] in ":\n"
        return bool(filling.values) or matcher.question or courtesy.PARTICLE.search(rest) is None

    def _filling(self, form: Form, message: Normal, context: Context) -> Filling:
        readers: tuple[SlotReader, ...] = self._readers[form.command]
        return Filling(form, readers, message, context)

    def _settled(self, candidate: _Candidate, context: Context, problem: str = "") -> Reading:
        doubts = [problem] if problem else []
        doubts += candidate.doubts
        doubts += _doubtful_dues(candidate, context)
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
        )

    def _suggestions(self, message: Normal) -> tuple[str, ...]:
        compact, _ = _compact(message.text)
        commands = [self._examples[word] for word in nearest(compact, self._examples)]
        return tuple(dict.fromkeys(commands))[:3]


def _said_once(message: Normal) -> Normal | None:
    """The message without what is said twice over (转人工转人工); None where nothing is."""
    spans = [match.span("again") for match in _TWICE.finditer(message.text[:_REACH])]
    return message.blank(spans) if spans else None


def _has_city(form: Form) -> bool:
    return any(slot.type is City for slot in form.slots)


def _bears_meaning(typed: str) -> bool:
    """哪些 is no typo of 那些, nor 没交 of anything."""
    return courtesy.NEGATION.search(typed) is not None


def _text_name(form: Form) -> str:
    slot = form.free_text
    return slot.name if slot else ""


def _person(form: Form, slot: str | None) -> str | None:
    """The slot, where it is a person's name."""
    return slot if slot and slot != PASSING and form.slot(slot).type is Name else None


def _candidate(filling: Filling, literal: int) -> _Candidate:
    if filling.each:
        _total(filling)
    return _Candidate(
        filling.form,
        filling.values,
        tuple(filling.doubts),
        filling.unread,
        filling.explained + literal,
        literal,
        _asks_whether(filling),
        filling.asides,
        filling.guessed,
    )


def _total(filling: Filling) -> None:
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


def _has_no_place(candidate: _Candidate) -> bool:
    """Whether a word was taken for a company though no city was named: 党费标准明年会不会变."""
    kinds = {type(value) for value in candidate.values.values()}
    return candidate.form.changes and _has_city(candidate.form) and Word in kinds and City not in kinds


def _stands_apart(text: str, start: int, end: int) -> bool:
    """Whether a phrase begins the message, with a space, a colon or a line break behind it."""
    return not text[:start].strip() and text[end : end + 1] in _APART


def _doubtful_dues(candidate: _Candidate, context: Context) -> list[str]:
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


def _compact(text: str) -> tuple[str, list[int]]:
    """The beginning of a text without its spaces, and where each character stands in it."""
    places = [index for index, char in enumerate(text[:_REACH]) if not char.isspace()]
    return "".join(text[index] for index in places), places
