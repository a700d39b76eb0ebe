"""What neither phrases nor one word put right read: the whole read once more in other ways, or a part of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.understanding import courtesy, tone
from bot.understanding.forms import COURTESY, Form
from bot.understanding.found import Context
from bot.understanding.interpreting import GUESSED, Interpreter
from bot.understanding.lexicon import words_of
from bot.understanding.normal import Normal
from bot.understanding.phrase_index import REACH
from bot.understanding.reading import UNKNOWN, Reading
from bot.understanding.self_correction import PUT_RIGHT, corrections
from bot.understanding.typos import Lexicon

_NOT_THAT = re.compile(
    r"\W*(?:我)?(?:不是|没)(?:问|说|要|让你)[^\s,。;]{1,12}[\s,。;]+(?:我?(?:是|想)?(?:问|说|要)(?:的是|的|你|您)?(?:是)?)?"
    r"|\W*(?:我)?不是[^\s,。;]{1,12}[\s,。;]+我?(?:是|想)?(?:问|说|要)(?:的是|的|你|您)"
)
_CLAUSES = re.compile(r"[^\s,。;!?~…]+")
_MOST_CLAUSES = 5
_DROPS_IT = re.compile("算了|不用了|不要了|先不|先别|别[再给帮]?我?(?:报|交|约|登|记|请)")
_MISTYPED = (
    (re.compile(r"(?<=[一二三四五六七八九十\d])[越阅悦]"), "月"),  # 十一越的
    (re.compile("(?<=[么咋没要能该先])[教叫较](?![我你他她])|[教叫较](?=了?党费|了?汇报|思想)"), "交"),
)
_OF_ANOTHER = re.compile("先不|不[交教报约]|别[交教报约]|[帮替](?!我|忙)|同事|同学|室友|下周|以后")
_TWICE = re.compile(r"(?P<once>[^\W\d]{2,8})\W*(?P<again>(?P=once))")
_LONGEST = 80  # characters of a message that is read again
_MOST_BREAKS = 4  # between which the first may end and the second begin


class Rereading:
    """Reads again what `interpreter` does not."""

    def __init__(self, forms: Mapping[str, Form], interpreter: Interpreter) -> None:
        self._forms = forms
        self._interpreter = interpreter
        self._matters = Lexicon(words_of("matters"))  # mistyped, they are put right all at once

    def said_once(self, message: Normal, context: Context) -> Reading | None:
        """What is said twice over, read once."""
        once = _said_once(message)
        return self._interpreter.command(once, context, certain=True) if once is not None else None

    def read(self, message: Normal, context: Context) -> Reading | None:
        """What no phrase reads, and no single correction."""
        return (
            self._with_matters_put_right(message, context)
            or self._not_that(message, context)
            or self._whether(message, context)
            or self._interpreter.guessed(message, context)
            or self._of_one_clause(message, context)
        )

    def apart(self, message: Normal, context: Context) -> tuple[str, ...]:
        """The two parts of a message that are two commands, each for sure: 3号的给我报上，2号的我加班去不了."""
        text = message.text
        if len(text) > _LONGEST or any(corrections(message, apart=False)):
            return ()
        breaks = [match.start() for match in courtesy.BREAK.finditer(text)]
        for at in reversed(breaks[-_MOST_BREAKS:]):
            parts = message.blank([(at, len(text))]), message.blank([(0, at)])
            bests = (self._interpreter.best(part, replace(context, cache={})) for part in parts)
            said = [best for best in bests if best is not None and best.clean]
            if len(said) == 2 and said[0].form != said[1].form and all(one.form.changes and one.values for one in said):
                return tuple(message.typed_text(*ends) for ends in ((0, at), (at + 1, len(text))))
        return ()

    def _with_matters_put_right(self, message: Normal, context: Context) -> Reading | None:
        """What is mistyped in more than one place: read with the words for what it is about put right."""
        if len(message.text) > _LONGEST:
            return None
        right = message
        for correction in self._matters.put_right(message.text):
            if len(correction.word) == correction.end - correction.start:  # no place moves
                right = right.replace(correction.start, correction.end, correction.word)
        for mistyped, word in _MISTYPED:
            for match in mistyped.finditer(message.text):
                right = right.replace(match.start(), match.end(), word)
        if right is message:
            return None
        said = self._interpreter.command(right, context, certain=False) or self._whether(right, context)
        said = said or self._interpreter.guessed(right, context)
        of_another = _OF_ANOTHER.search(right.text) or message.text.strip().startswith(tuple(context.people))
        if said is not None and self._forms[str(said.command)].changes and of_another:
            return None  # 王静十二越的挡费我帮她教了; 挡费先不教了
        return said and replace(said, confirm=True, problem=said.problem or GUESSED)

    def _not_that(self, message: Normal, context: Context) -> Reading | None:
        """What is meant where it is said first what is not: 不是问报名，问你要多长时间."""
        denied = _NOT_THAT.match(message.text)
        if denied is None:
            return None
        rest = message.blank([denied.span()])
        said = self._interpreter.command(rest, context, certain=False) or self._interpreter.guessed(rest, context)
        return said and replace(said, confirm=True, problem=said.problem or PUT_RIGHT)

    def _of_one_clause(self, message: Normal, context: Context) -> Reading | None:
        """What one clause alone says, where the whole is not understood: 没约上啊，那给我约7号.

        The last that records before any that only asks; it is asked about, because the others may change what it means.
        """
        text = message.text
        if len(text) > _LONGEST:
            return None
        spans = [match.span() for match in _CLAUSES.finditer(text)]
        if not 1 < len(spans) <= _MOST_CLAUSES or _DROPS_IT.search(text) is not None:
            return None
        said = []
        for start, end in spans:
            alone, others = message.blank([(0, start), (end, len(text))]), message.blank([(start, end)]).text
            reading = self._interpreter.command(alone, replace(context, cache={}), certain=True)
            if reading is None or is_courtesy(self._forms.get(reading.command or UNKNOWN)):
                continue
            form = self._forms[str(reading.command)]
            of_another = any(matter not in form.wording for matter in courtesy.MATTERS.findall(others))
            if not (form.changes and (of_another or courtesy.ASKING.search(others))):
                said.append(reading)
        records = [reading for reading in said if self._forms[str(reading.command)].changes]
        if records:
            return replace(records[-1], confirm=True, problem=records[-1].problem or GUESSED)
        return replace(said[-1], guessed=True) if said else None

    def _whether(self, message: Normal, context: Context) -> Reading | None:
        """What is asked whether it may or should be done (要不要催一下党费): that, to be asked about."""
        spans = [match.span() for match in tone.WHETHER_TO.finditer(message.text)]
        said = self._interpreter.command(message.blank(spans), context, certain=True) if spans else None
        if said is not None and self._forms[str(said.command)].may_be_all_text and said.values:
            return None  # 交思想汇报是不是必须手写啊: what is left is no report
        return said and replace(said, confirm=True, problem=tone.ASKED)


def is_courtesy(form: Form | None) -> bool:
    """Whether it is a command that only answers politely."""
    return form is not None and not form.phrases and form.answers.keys() == {COURTESY}


def _said_once(message: Normal) -> Normal | None:
    """The message without what is said twice over (转人工转人工); None where nothing is."""
    spans = [match.span("again") for match in _TWICE.finditer(message.text[:REACH])]
    return message.blank(spans) if spans else None
