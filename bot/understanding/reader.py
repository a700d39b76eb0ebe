"""A message in, a command with typed values out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from bot.understanding import courtesy, tone
from bot.understanding.answers import CONFIRMATION, Answers
from bot.understanding.candidates import RUN_ON, Candidate, settled, text_name
from bot.understanding.completion import Completion
from bot.understanding.filling import FORGIVEN, Filling
from bot.understanding.fitting import fitted
from bot.understanding.forms import ASKED_HERE, COURTESY, Form
from bot.understanding.found import Context
from bot.understanding.group_notes import MARK
from bot.understanding.last_resort import LastResort
from bot.understanding.matching import enum_words, folded, spellings
from bot.understanding.moments import first_time
from bot.understanding.naming import NOT_PLACED
from bot.understanding.normal import Normal, plain
from bot.understanding.phrase_index import ANCHORED, REACH, PhraseIndex, compact_of
from bot.understanding.pieces import Asked
from bot.understanding.reading import SILENCE, UNKNOWN, Reading
from bot.understanding.self_correction import (
    PUT_RIGHT,
    changes_alone,
    clauses,
    corrections,
    speaks_of_before,
)
from bot.understanding.slot_readers import SlotReader, slot_readers
from bot.understanding.stretches import read_closed
from bot.understanding.typos import Correction, Lexicon
from bot.understanding.values import SHANGHAI, Code, Name, Text

_MOST_CORRECTIONS = 8
_AHEAD_WORDS = re.compile("预[交缴付]|提前[交缴]")
_SLASH = re.compile(r"\s*[/／] *")
_BARE_MENTION = "帮助"  # what somebody wants who mentions the bot and says nothing
_FILE_NAME = re.compile(r"\s*\S{1,80}\.(?:docx?|wps|pdf|pptx?|xlsx?|csv|txt|zip|rar|jpe?g|png|heic|mp[34]|mov)\s*")
_NOT_THAT = re.compile(
    r"\W*(?:我)?(?:不是|没)(?:问|说|要|让你)[^\s,。;]{1,12}[\s,。;]+(?:我?(?:是|想)?(?:问|说|要)(?:的是|的|你|您)?(?:是)?)?"
)
_CLAUSES = re.compile(r"[^\s,。;!?~…]+")
_MOST_CLAUSES = 5
_DROPS_IT = re.compile("算了|不用了|不要了|先不|先别|别[再给帮]?我?(?:报|交|约|登|记|请)")
_AGREES_BY_SIGN = re.compile(
    r"[👌👍🆗✅🫡]|\[(?:OK|强|好的|点赞|握手)\]", re.IGNORECASE
)  # WeChat writes its own as words
_YES = "好的"
# What messages are about; mistyped, they are put right all at once.
_MATTERS = (
    *(
        "党费",
        "思想汇报",
        "汇报",
        "谈心",
        "谈话",
        "报名",
        "请假",
        "签到",
        "心愿",
        "公益",
        "意见",
        "去向",
        "微课",
        "资讯",
        "党课",
    ),
    *("主题党日", "批阅", "撤回", "登记", "报到", "绑定", "认领", "实习"),
)
_MISTYPED = (
    (re.compile(r"(?<=[一二三四五六七八九十\d])[越阅悦]"), "月"),  # 十一越的
    (re.compile("(?<=[么咋没要能该先])[教叫较](?![我你他她])|[教叫较](?=了?党费|了?汇报|思想)"), "交"),
)
_VERBS = frozenset("记签交报约登改撤退催领认许发收审批")
_TWICE = re.compile(r"(?P<once>[^\W\d]{2,8})\W*(?P<again>(?P=once))")
_LETTER = "爱的党"  # a report may have a headline or a quotation mark before its salutation

WHY = "前半句算作原因"
GUESSED = "有几个字没有看懂"
TEXT_IS_COMMAND = "内容像是另一句指令"
_PEOPLE = re.compile("同学|同志")
_SHORT_TEXT = 12  # characters
_SHORT_PART = 24  # characters of what is said while a report is written
_BESIDE_THE_DRAFT = re.compile("等等|先问|问[下你]|[刚前上]才?[那这]句|别写|不算|给我看")
_LONGEST_OF_TWO = 80  # characters of a message that may be two commands
_MOST_BREAKS = 4  # between which the first may end and the second begin


class Reader:
    """The understanding of a set of commands; compiled once, used from any number of tasks."""

    def __init__(self, forms: Iterable[Form], names_of_bot: Sequence[str] = ("鸿雁",)) -> None:
        self.forms = {form.command: form for form in forms}
        self._readers = {form.command: slot_readers(form) for form in self.forms.values()}
        names = "|".join(re.escape(folded(name)) for name in names_of_bot)
        self._mention = re.compile(f"@ *(?:{names})(?:机器人)?")
        self._phrases = PhraseIndex(self.forms.values())
        self._answers = Answers(self.forms.values(), self._filling)
        self._completion = Completion(self.forms, self._filling, self._answers)
        self._values_words = self._enum_words()
        self._lexicon = Lexicon([*self._all_spellings(), *self._values_words])
        self._matters = Lexicon(_MATTERS)
        self._last_resort = LastResort(self.forms, self._filling)

    def read(
        self,
        text: str,
        *,
        now: datetime,
        private: bool,
        addressed: bool = False,
        open: Collection[str] = (),
        people: Sequence[str] = (),
        only: frozenset[str] | None = None,
    ) -> Reading:
        """Read one message. `now` is aware; `open` names matters this person can answer here; `people`: full names.

        `only`: the commands that it may be read as, where not all are for this person.
        """
        if not private and not addressed and not self._may_concern(text, open):
            return SILENCE
        message = Normal.of(text)
        if not message.text.strip() and _AGREES_BY_SIGN.search(text):
            message = Normal.of(_YES)
        message, mentioned = self._without_mentions(message)
        addressed = addressed or mentioned
        if addressed and not message.text.strip() and not _SLASH.match(message.raw):
            message = Normal.of(_BARE_MENTION)
        if not private and not addressed and message.text.lstrip().startswith(MARK):
            return SILENCE
        context = Context(now.astimezone(SHANGHAI), people, strict=not (private or addressed), only=only)
        reading = self._answers.read(message, open, context) or self._answered_beside(message, open, context)
        if reading is None or self._is_courtesy(reading):
            reading = self._behind_courtesy(message, open, context) or reading
        if reading is None:
            draft = self._answers.takes_any(open) if private else None
            certain = context.strict or draft is not None
            reading = self._command(message, context, certain=certain)
            if reading is None and not certain and (once := _said_once(message)) is not None:
                reading = self._command(once, context, certain=True)
            if draft is not None and (reading is None or reading.confirm):
                reading = self._draft(draft, message)
            if reading is None and not context.strict:
                reading = (
                    self._code(message, context)
                    or self._answers.at_an_end(message, {COURTESY} & set(open), promised=CONFIRMATION not in open)
                    or self._answers.put_off(message, open)
                )
            # 嗯 我周末有空 goes on with what was asked, whatever it resembles.
            goes_on = ASKED_HERE in open and self._answers.begins(message, open) > 0
            if draft is None and reading is None and not (context.strict or goes_on):
                reading = self._not_understood_at_once(message, context)
            if draft is None and not context.strict and (reading is None or reading.confirm):
                apart = self._apart(message, context)
                reading = Reading(UNKNOWN, apart=apart) if apart else reading
        if reading is None:
            if context.strict:
                return SILENCE
            reading = Reading(UNKNOWN, suggestions=self._last_resort.nearest(message))
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
        message, mentioned = self._without_mentions(Normal.of(text))
        strict = not (addressed or mentioned)
        context = Context(now.astimezone(SHANGHAI), people, strict=strict, day=asked.day)
        return self._completion.complete(asked, message, context, sure=sure)

    def corrected(
        self, done: Asked, text: str, *, now: datetime, people: Sequence[str] = (), addressed: bool = True
    ) -> Reading | None:
        """What was `done` just now, with what the message puts right of it; None where it changes nothing."""
        message, mentioned = self._without_mentions(Normal.of(text))
        strict = not (addressed or mentioned)
        return self._completion.corrected(
            done, message, Context(now.astimezone(SHANGHAI), people, strict=strict, day=done.day)
        )

    def may_be_piece(self, text: str, now: datetime) -> bool:
        """Whether a message of a group holds nothing but values, so that it can answer what is open to its author."""
        return self._completion.may_be_piece(text, now)

    def _answered_beside(self, message: Normal, open: Collection[str], context: Context) -> Reading | None:
        """An answer beside other clauses, unless these are a command of their own: 算了，直接认领 2; 好，催吧."""
        if context.strict or not open:
            return None
        answer = self._answers.at_an_end(message, set(open) - {COURTESY})
        if (answer is None or answer.guessed) and (end := self._answers.begins(message, open)):
            rest = message.blank([(0, end)])
            instead = self._command(rest, context, certain=False)
            guess = self._guessed(rest, context) if instead is None and ASKED_HERE not in open else None
            if guess is not None and guess.values:
                instead = guess
            if instead is not None and (answer is None or instead.command != answer.command):
                return instead
        return answer

    def _is_courtesy(self, reading: Reading) -> bool:
        form = self.forms.get(reading.command or UNKNOWN)
        return form is not None and not form.phrases and form.answers.keys() == {COURTESY}

    def _behind_courtesy(self, message: Normal, open: Collection[str], context: Context) -> Reading | None:
        """What is wanted behind a greeting or a word of thanks: 谢谢哈，那我算流动党员吗."""
        if context.strict:
            return None
        for head, rest in islice(clauses(message), 1):
            said = self._answers.read(head, (COURTESY,), context)
            if said is None or not self._is_courtesy(said) or self._answers.read(rest, (COURTESY,), context):
                return None
            said = self._command(rest, context, certain=False)
            return said if said is not None or ASKED_HERE in open else self._guessed(rest, context)
        return None

    def _may_concern(self, text: str, open: Collection[str]) -> bool:
        """A cheap look at what most of a group's talk fails."""
        if "@" in text or "＠" in text or _LETTER in text[:ANCHORED]:
            return True
        for char in text:
            first = plain(char)
            if first and not first.isspace():
                break
        else:
            return False
        if first in "/「" or first in self._phrases.starts:
            return True
        return self._answers.may_begin(first, open)

    def _without_mentions(self, message: Normal) -> tuple[Normal, bool]:
        """The message without mentions of the bot and a leading slash, and whether there was one."""
        spans = [match.span() for match in self._mention.finditer(message.text)] if "@" in message.text else []
        slash = _SLASH.match(message.blank(spans).text)
        if slash is not None:
            spans.append(slash.span())
        return (message.blank(spans), True) if spans else (message, False)

    def _not_understood_at_once(self, message: Normal, context: Context) -> Reading | None:
        """What no phrase reads, and no single correction."""
        return (
            self._with_matters_put_right(message, context)
            or self._not_that(message, context)
            or self._whether(message, context)
            or self._guessed(message, context)
            or self._of_one_clause(message, context)
        )

    def _with_matters_put_right(self, message: Normal, context: Context) -> Reading | None:
        """What is mistyped in more than one place: read with the words for what it is about put right."""
        right = message
        for correction in self._matters.put_right(message.text):
            if len(correction.word) == correction.end - correction.start:  # no place moves
                right = right.replace(correction.start, correction.end, correction.word)
        for mistyped, word in _MISTYPED:
            for match in mistyped.finditer(message.text):
                right = right.replace(match.start(), match.end(), word)
        if right is message:
            return None
        said = self._command(right, context, certain=False) or self._whether(right, context)
        said = said or self._guessed(right, context)
        return said and replace(said, confirm=True, problem=said.problem or GUESSED)

    def _not_that(self, message: Normal, context: Context) -> Reading | None:
        """What is meant where it is said first what is not: 不是问报名，问你要多长时间."""
        denied = _NOT_THAT.match(message.text)
        if denied is None:
            return None
        rest = message.blank([denied.span()])
        said = self._command(rest, context, certain=False) or self._guessed(rest, context)
        return said and replace(said, confirm=True, problem=said.problem or PUT_RIGHT)

    def _of_one_clause(self, message: Normal, context: Context) -> Reading | None:
        """What one clause alone says, where the whole is not understood: 没约上啊，那给我约7号.

        The last that records before any that only asks; it is asked about, because the others may change what it means.
        """
        text = message.text
        if len(text) > _LONGEST_OF_TWO:
            return None
        spans = [match.span() for match in _CLAUSES.finditer(text)]
        if not 1 < len(spans) <= _MOST_CLAUSES or _DROPS_IT.search(text) is not None:
            return None
        said = []
        for start, end in spans:
            alone, others = message.blank([(0, start), (end, len(text))]), message.blank([(start, end)]).text
            reading = self._command(alone, replace(context, cache={}), certain=True)
            if reading is None or self._is_courtesy(reading):
                continue
            form = self.forms[str(reading.command)]
            of_another = any(matter not in form.wording for matter in courtesy.MATTERS.findall(others))
            if not (form.changes and (of_another or courtesy.ASKING.search(others))):
                said.append(reading)
        records = [reading for reading in said if self.forms[str(reading.command)].changes]
        if records:
            return replace(records[-1], confirm=True, problem=records[-1].problem or GUESSED)
        return replace(said[-1], guessed=True) if said else None

    def _whether(self, message: Normal, context: Context) -> Reading | None:
        """What is asked whether it may or should be done (要不要催一下党费): that, to be asked about."""
        spans = [match.span() for match in tone.WHETHER_TO.finditer(message.text)]
        said = self._command(message.blank(spans), context, certain=True) if spans else None
        return said and replace(said, confirm=True, problem=tone.ASKED)

    def _draft(self, form: Form, message: Normal) -> Reading:
        """What is said while a report is written is a part of it; what only asks is asked about first."""
        slot = form.free_text
        text = message.raw.strip()
        asks = len(text) <= _SHORT_PART and _BESIDE_THE_DRAFT.search(text) is not None
        values: dict[str, object] = {slot.name: Text(text)} if slot and text else {}
        return Reading(form.command, values, confirm=asks, problem=tone.ASKED if asks else "")

    def _code(self, message: Normal, context: Context) -> Reading | None:
        """A one-time code alone is the command that takes one."""
        for form in self.forms.values():
            if any(slot.type is Code for slot in form.slots):
                filling = self._filling(form, message, context)
                read_closed(filling, 0, len(filling.text))
                if not filling.unread and [type(value) for value in filling.values.values()] == [Code]:
                    return Reading(form.command, filling.values)
        return None

    def _command(self, message: Normal, context: Context, *, certain: bool) -> Reading | None:
        """The best reading as a command; with `certain`, only one that leaves no doubt. A file's name is none."""
        if _FILE_NAME.fullmatch(message.text):
            return None
        best = self._best(message, context)
        if (put_right := self._put_right(message, context, best, certain=certain)) is not None:
            return put_right
        doubtful = not certain and (best is None or not best.clean)
        if doubtful and (moved := self._behind_why(message, context)) is not None:
            return moved
        if best is not None and best.unread == 0 and (certain or NOT_PLACED not in best.doubts):
            reading = settled(best, context, self._doubtful_text(best, message, context) if not certain else "")
            weak = not certain and best.form.changes and (best.asides or RUN_ON in best.doubts)
            if weak:
                return self._second_opinion(reading, message, context)
            passed_over = not certain and best.asides and not (best.values and best.form.changes)
            return (passed_over and self._corrected(message, context, wholly=True)) or reading
        if certain:
            return None
        corrected = self._corrected(message, context)
        if corrected is not None:
            return corrected
        if best is not None and best.unread == 0:
            return settled(best, context)
        if best is not None and self._tolerable(best, message):
            return self._second_opinion(settled(best, context, GUESSED), message, context)
        return None

    def _put_right(self, message: Normal, context: Context, best: Candidate | None, *, certain: bool) -> Reading | None:
        """What the message says in its end, where that takes back what its beginning said; `best` is read of it all."""
        text = best.values.get(text_name(best.form)) if best is not None else None
        sure = best is not None and best.clean and not isinstance(text, Text)
        if sure and speaks_of_before(message.text):
            return None
        for before, behind in corrections(message, apart=isinstance(text, Text)):
            said = self._command(before, context, certain=certain)
            if said is None or (sure and said.confirm):
                continue
            again = self._command(behind, context, certain=True)
            form = self.forms[str(said.command)]
            if again is not None and again.command != said.command:
                if sure:
                    continue
                return again if again.confirm else replace(again, confirm=True, problem=PUT_RIGHT)
            if again is not None:
                values: Mapping[str, object] = Asked(form.command, said.values).with_piece(form, again.values)
            else:
                values = self._completion.put_right(form, said.values, behind, context)
            if any(values.get(name, value) != value for name, value in said.values.items()):
                return replace(said, values=dict(values), confirm=True, problem=PUT_RIGHT)
        return None

    def _behind_why(self, message: Normal, context: Context) -> Reading | None:
        """What begins with 改到 behind clauses that say why (周四三点半有会，换成两点半): their hours are not meant."""
        for before, rest in clauses(message):
            why = before.text.strip()
            if not changes_alone(rest.text) or courtesy.MATTERS.search(why):
                continue
            if courtesy.is_aside(why, 0, len(why), before=True) and (day := first_time(why, context)) is not None:
                own = replace(context, day=day, cache={})
                said = self._command(rest, own, certain=True) or self._command(rest, own, certain=False)
                return replace(said, confirm=True, problem=said.problem or WHY) if said is not None else None
        return None

    def _doubtful_text(self, best: Candidate, message: Normal, context: Context) -> str:
        """A short text that is a command itself is no topic: 周日下午两点那个爱心传递，我报名.

        Unless the message begins with the command's own word: then its text may be anything.
        """
        text = best.values.get(text_name(best.form))
        if not (best.form.changes and isinstance(text, Text) and len(text) <= _SHORT_TEXT):
            return ""
        if compact_of(message.text)[0][:2] in best.form.wording:
            return ""
        other = self._best(Normal.of(text), replace(context, cache={}))
        if other is None or not other.clean or other.form.command == best.form.command:
            return ""
        whole = other.literal >= len(compact_of(text)[0]) - 1
        lacks = any(slot.required and slot.name not in other.values for slot in other.form.slots)
        return TEXT_IS_COMMAND if whole and not lacks else ""

    def _second_opinion(self, weak: Reading, message: Normal, context: Context) -> Reading:
        """What the message clearly resembles, where the reading passes over much or takes what runs on for text."""
        guess = self._last_resort.read(message, context, clearly=True)
        return guess if guess is not None and guess.command != weak.command else weak

    @staticmethod
    def _tolerable(best: Candidate, message: Normal) -> bool:
        if best.guessed or courtesy.NEGATION.search(message.text) is not None:
            return False
        named = any(slot.type is Name and slot.name not in best.values for slot in best.form.slots)
        if named and courtesy.FOR_ANOTHER.search(message.text) is not None:
            return False  # it would be taken for the sender's own
        other = courtesy.OTHER_WISH.search(message.text)
        if other is not None and not any(other[0] in phrase for phrase in best.form.phrases):
            return False
        return best.unread <= FORGIVEN and best.literal >= 3

    def _apart(self, message: Normal, context: Context) -> tuple[str, ...]:
        """The two parts of a message that are two commands, each for sure: 3号的给我报上，2号的我加班去不了."""
        text = message.text
        if len(text) > _LONGEST_OF_TWO or any(corrections(message, apart=False)):
            return ()
        breaks = [match.start() for match in courtesy.BREAK.finditer(text)]
        for at in reversed(breaks[-_MOST_BREAKS:]):
            parts = message.blank([(at, len(text))]), message.blank([(0, at)])
            said = [best for part in parts if (best := self._best(part, replace(context, cache={}))) and best.clean]
            if len(said) == 2 and said[0].form != said[1].form and all(one.form.changes and one.values for one in said):
                return tuple(message.typed_text(*ends) for ends in ((0, at), (at + 1, len(text))))
        return ()

    def _corrected(self, message: Normal, context: Context, *, wholly: bool = False) -> Reading | None:
        """The best reading with one word put right; `wholly`: only one that leaves nothing out."""
        compact, places = compact_of(message.text)
        best: tuple[Candidate, Correction] | None = None
        gaps = [at for at in range(1, len(places)) if places[at] - places[at - 1] > 1]
        corrections = self._lexicon.corrections(compact, gaps)
        likely = (c for c in corrections if not _bears_meaning(compact[c.start : c.end], c.word))
        for correction in islice(likely, _MOST_CORRECTIONS):
            start, end = places[correction.start], places[correction.end - 1] + 1
            touching = None if correction.word in self._values_words else correction.start
            candidate = self._best(message.replace(start, end, correction.word), context, touching)
            if candidate is None or candidate.unread or candidate.guessed or (wholly and candidate.asides):
                continue
            if best is None or candidate.rank < best[0].rank:
                best = (candidate, correction)
        if best is None:
            return None
        typed = compact[best[1].start : best[1].end]
        reading = settled(best[0], context, f"“{typed}”读作“{best[1].word}”")
        return reading if best[0].clean else self._second_opinion(reading, message, context)

    def _best(self, message: Normal, context: Context, touching: int | None = None) -> Candidate | None:
        """The best reading; by a phrase that reaches over the character `touching` where one was corrected there."""
        compact, places = compact_of(message.text)
        context.ahead = _AHEAD_WORDS.search(compact[:ANCHORED]) is not None
        best: Candidate | None = None
        for matcher in self._phrases.matching(compact):
            if context.strict and matcher.phrase.addressed_only:
                continue
            if context.only is not None and matcher.form.command not in context.only:
                continue
            candidate = fitted(matcher, message, compact, places, context, touching, self._filling)
            if candidate is not None and (best is None or candidate.rank < best.rank):
                best = candidate
        return best

    def _guessed(self, message: Normal, context: Context) -> Reading | None:
        """What is likely meant where no phrase and no correction reads the message; a file's name means nothing."""
        return None if _FILE_NAME.fullmatch(message.text) else self._last_resort.read(message, context)

    def _all_spellings(self) -> set[str]:
        return {word for form in self.forms.values() for phrase in form.parsed() for word in spellings(form, phrase)}

    def _enum_words(self) -> set[str]:
        return {word for form in self.forms.values() for slot in form.slots for word in enum_words(slot.type)}

    def _filling(self, form: Form, message: Normal, context: Context) -> Filling:
        readers: tuple[SlotReader, ...] = self._readers[form.command]
        return Filling(form, readers, message, context)


def _said_once(message: Normal) -> Normal | None:
    """The message without what is said twice over (转人工转人工); None where nothing is."""
    spans = [match.span("again") for match in _TWICE.finditer(message.text[:REACH])]
    return message.blank(spans) if spans else None


def _bears_meaning(typed: str, word: str) -> bool:
    """哪些 is no typo of 那些, nor 没交 of anything; nobody types 要改 for 没改."""
    if ("能" in typed) is not ("能" in word) or ("催" in typed and "催" not in word):
        return True
    if len(typed) == len(word) and any(
        {one, other} <= _VERBS for one, other in zip(typed, word, strict=True) if one != other
    ):
        return True  # 记上 is no slip for 签上
    return _PEOPLE.search(typed) is not None or any(
        courtesy.NEGATION.search(said) is not None for said in (typed, word)
    )
