"""A message as one of the commands: by phrases, with one word put right, or by what it resembles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

from bot.understanding import courtesy, tone
from bot.understanding.candidates import RUN_ON, Candidate, settled, text_name
from bot.understanding.completion import Completion
from bot.understanding.filling import FORGIVEN, Fill
from bot.understanding.fitting import fitted
from bot.understanding.forms import Form
from bot.understanding.found import Context
from bot.understanding.last_resort import LastResort
from bot.understanding.matching import enum_words, spellings
from bot.understanding.moments import first_time
from bot.understanding.naming import NOT_PLACED
from bot.understanding.normal import Normal
from bot.understanding.phrase_index import ANCHORED, PhraseIndex, compact_of
from bot.understanding.pieces import Asked
from bot.understanding.reading import Reading
from bot.understanding.self_correction import PUT_RIGHT, changes_alone, clauses, corrections, speaks_of_before
from bot.understanding.typos import Correction, Lexicon
from bot.understanding.values import Name, Text

_MOST_CORRECTIONS = 8
_AHEAD_WORDS = re.compile("预[交缴付]|提前[交缴]")
_FILE_NAME = re.compile(r"\s*\S{1,80}\.(?:docx?|wps|pdf|pptx?|xlsx?|csv|txt|zip|rar|jpe?g|png|heic|mp[34]|mov)\s*")
_VERBS = frozenset("记签交缴补报约登改撤退催领认许发收审批")
_PEOPLE = re.compile("同学|同志")
_SHORT_TEXT = 12  # characters
_SHORT_OF_A_REPORT = 60  # characters

WHY = "前半句算作原因"
GUESSED = "有几个字没有看懂"
TEXT_IS_COMMAND = "内容像是另一句指令"


class Interpreter:
    """Reads messages as the commands of `forms`."""

    def __init__(self, forms: Mapping[str, Form], fill: Fill, completion: Completion) -> None:
        self._forms = forms
        self._fill = fill
        self._completion = completion
        self._phrases = PhraseIndex(forms.values())
        self._values_words = {word for form in forms.values() for slot in form.slots for word in enum_words(slot.type)}
        self._lexicon = Lexicon([*_all_spellings(forms.values()), *self._values_words])
        self._last_resort = LastResort(forms, fill)

    def may_begin(self, first: str) -> bool:
        """Whether a phrase begins with the character `first`."""
        return first in self._phrases.starts

    def nearest(self, message: Normal) -> tuple[str, ...]:
        """The commands that the message resembles most, to suggest them."""
        return self._last_resort.nearest(message)

    def command(self, message: Normal, context: Context, *, certain: bool) -> Reading | None:
        """The best reading as a command; with `certain`, only one that leaves no doubt. A file's name is none."""
        if _FILE_NAME.fullmatch(message.text):
            return None
        best = self.best(message, context)
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

    def guessed(self, message: Normal, context: Context) -> Reading | None:
        """What is likely meant where no phrase and no correction reads the message; a file's name means nothing."""
        return None if _FILE_NAME.fullmatch(message.text) else self._last_resort.read(message, context)

    def best(self, message: Normal, context: Context, touching: int | None = None) -> Candidate | None:
        """The best reading; by a phrase that reaches over the character `touching` where one was corrected there."""
        compact, places = compact_of(message.text)
        context.ahead = _AHEAD_WORDS.search(compact[:ANCHORED]) is not None
        best: Candidate | None = None
        for matcher in self._phrases.matching(compact):
            if context.strict and matcher.phrase.addressed_only:
                continue
            if context.only is not None and matcher.form.command not in context.only:
                continue
            candidate = fitted(matcher, message, compact, places, context, touching, self._fill)
            if candidate is None or _asks_about_the_text(candidate):
                continue
            if best is None or candidate.rank < best.rank:
                best = candidate
        return best

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
            candidate = self.best(message.replace(start, end, correction.word), context, touching)
            if candidate is None or candidate.unread or candidate.guessed or (wholly and candidate.asides):
                continue
            if best is None or candidate.rank < best[0].rank:
                best = (candidate, correction)
        if best is None:
            return None
        typed = compact[best[1].start : best[1].end]
        reading = settled(best[0], context, f"“{typed}”读作“{best[1].word}”")
        return reading if best[0].clean else self._second_opinion(reading, message, context)

    def _put_right(self, message: Normal, context: Context, best: Candidate | None, *, certain: bool) -> Reading | None:
        """What the message says in its end, where that takes back what its beginning said; `best` is read of it all."""
        text = best.values.get(text_name(best.form)) if best is not None else None
        sure = best is not None and best.clean and not isinstance(text, Text)
        if sure and speaks_of_before(message.text):
            return None
        for before, behind in corrections(message, apart=isinstance(text, Text)):
            said = self.command(before, context, certain=certain)
            if said is None or (sure and said.confirm):
                continue
            again = self.command(behind, context, certain=True)
            form = self._forms[str(said.command)]
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
                said = self.command(rest, own, certain=True) or self.command(rest, own, certain=False)
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
        other = self.best(Normal.of(text), replace(context, cache={}))
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


def _asks_about_the_text(candidate: Candidate) -> bool:
    """交思想汇报是不是必须手写啊: what runs on from the phrase and asks is no report."""
    text = candidate.values.get(text_name(candidate.form))
    runs_on = candidate.form.may_be_all_text and RUN_ON in candidate.doubts and isinstance(text, Text)
    return runs_on and len(str(text)) <= _SHORT_OF_A_REPORT and tone.asks(str(text))


def _all_spellings(forms: Iterable[Form]) -> set[str]:
    return {word for form in forms for phrase in form.parsed() for word in spellings(form, phrase)}


def _bears_meaning(typed: str, word: str) -> bool:
    """哪些 is no typo of 那些, nor 没交 of anything; nobody types 要改 for 没改."""
    if "提前" in typed or ("能" in typed) is not ("能" in word) or ("催" in typed and "催" not in word):
        return True
    if len(typed) == len(word) and any(
        {one, other} <= _VERBS for one, other in zip(typed, word, strict=True) if one != other
    ):
        return True  # 记上 is no slip for 签上
    return _PEOPLE.search(typed) is not None or any(
        courtesy.NEGATION.search(said) is not None for said in (typed, word)
    )
