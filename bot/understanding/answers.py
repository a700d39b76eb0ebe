"""Bare words, with or without values, that answer what is open: 确认, 交了, 发完了."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.understanding import courtesy, tone
from bot.understanding.candidates import candidate_of, settled
from bot.understanding.filling import Fill
from bot.understanding.forms import ANY_TEXT, ASKED_HERE, COURTESY, Form
from bot.understanding.found import Context
from bot.understanding.matching import enum_words, folded
from bot.understanding.normal import Normal
from bot.understanding.reading import Reading
from bot.understanding.stretches import read_closed
from bot.understanding.values import Text

_ENDINGS = "了吧啦哈呀啊咯呗嘛"
CONFIRMATION = "confirmation"
_ASKED = (CONFIRMATION, COURTESY)  # where more than a yes may be another wish
_DO = "报|请|登记?|记|约|交|发|定|填|订|办|改|签|补|催|收回?|出|公开|同意|认领|答复|回|确认"
_SO = re.compile(
    f"(?:那|就)*(?:按|照|选|要|是|用|{_DO})?(?:[这那]个(?:评语|时间|时段|话题|内容|原因|意思)?|这样|这条|这么(?:{_DO}|干|来)|它)(?:{_DO})?(?:吧|好了|呗|就行)?"
)
# 嗯，先报上: to do what was asked about.
_SO_DO = re.compile(
    f"(?:那|就|先|给我|帮我|都|我(?=[报签交约认]))*(?:{_DO})(?:上|了|掉|下来|出去|一下|一个|个名|名)?(?:吧|再说|呗|就行|啊)?"
)
_YES_SO_DO = re.compile(
    "(?:(?:嗯+|好的?|行|对|可以|ok|是)[的啊呀吧]?|(?=先|那就|就|那我))"
    + _SO_DO.pattern.replace(f"(?:{_DO})", f"(?P<verb>{_DO})", 1)
)
# Behind a yes, what asks or puts off; 收下 is a filler elsewhere, and no yes to 退回吗.
_ASKS_BACK = re.compile(
    r"[吗么不?]\W{0,9}\Z|再[看说想等查]|看[看吧一下]|[再查]一?下|想想|考虑|可能|大概|应该|到底|究竟|收下|查收"
)
_THINKS = re.compile("(?:我|先|再|还)*(?:看看|想想|想一想|考虑(?:考虑|一下)?)吧?")  # 好 再看看
_JUST_THIS = re.compile("就(?:用|要|是|写)?[这那]个(?:评语|时间|时段|话题|内容|原因|意思)吧?")
_MOST_BESIDE = 2  # clauses
_ALL_RIGHT_DO = re.compile(f"(?:那|就|行|好的?|嗯|对|给我|帮我|把它)*+(?P<verb>{_DO})(?:上|了|吧|啊|呗|哈|一?下)*+")
_YES_SO = re.compile(f"(?:嗯+|好的?|行|对|可以|ok|是)[的啊呀吧]?{_SO.pattern}")
_WHATEVER = re.compile("办|定|确认|发|出|填")  # what may be said of anything that was asked about
_SO_IT_IS = re.compile(r"就?是(?:那|这)(?:个|次|场|天)?[^\d吗呢?]{0,14}")  # 对，就是那个实习故事的党日
# 好嘞，那我周末写完发你: what is promised needs no more than a nod.
_LATER = re.compile(
    "(?:那|我|就|再|先|等|这就|马上|还是)*(?:周末|晚点|晚上|等会儿?|等下|一会儿?|回头|明天|下班|有空|改天|到时候|中午|下午|写完|弄完|忙完"
    "|回去|等等|等一等|再说|考虑|想想|想一想|看看|问问|问一?下|跟[^?吗]{1,4}说声?|商量|重写|改改|月底|月初|年底|下周|下个?月)[^?吗\\d]{0,12}"
)
_NOT_NOW = re.compile(
    "(?:那|就|我|还是|算了|哦|嗯)*(?:先|暂时)(?:不|别)[^?吗\\d]{1,6}|(?:那|就|我|还)*不着?急[^?吗]{0,4}"
    "|(?:算了|还是|那|就|我)+不(?:退|报|约|改|请|取消|催|发|换|撤|交|要)了"
)
# 12月的我打算等发了工资再交: nothing is wanted yet.
_ONE_DAY = re.compile(r"[^?吗]*等[^,，。?\s]{1,12}再(?:交|报|约|写|办|弄|登|填|说|定|看|去)了?[吧呢啊]?\W*")
# 要是赶得上我再说: may stand beside what says for certain that it is so.
_SAYS_LATER = re.compile(
    r"(?:要是|如果|万一)(?:(?!先不|先别|等我|看看|确认|考虑|问|改)[^?吗\d]){0,12}(?:再说|再看|再告诉你|再跟你说)"
)
# 行 我确认一下: who looks first has not said yes.
LOOKS_FIRST = re.compile("我(?:先|去|再|得)?(?:确认|核对|发|填|出|看|问|想|查)(?:一下|下)")
_ACKNOWLEDGED = re.compile(r"(?:嗯+|好的?|行|对)[\s,，]+")  # 嗯 确认
_CERTAIN = re.compile("对的?|是的|没错|确认|确定")
_SPARES = re.compile("谢|辛苦")
_DENIED = re.compile("(?:我说的?)?不是(?:这个|那个|这样|这件|那件)|不对|错了|弄错了|搞错了")
_DROPS = re.compile("算了|取消|不|别|错|否|放弃|撤|no")  # an open question may be dropped whatever else is said


def agrees_to_another(text: str, form: Form | None) -> bool:
    """Whether it agrees to do something that is not what the command of `form` does: 那我报一个 to 同意2号吗.

    Without a form nothing was asked, so that all that is to be done is another thing.
    """
    verb = _agreed_verb(Normal.of(text).text)
    if form is None:
        return bool(verb)
    return bool(verb) and not _WHATEVER.match(verb) and not any(char in form.wording for char in verb[:1])


def takes_offer(text: str, form: Form) -> bool:
    """Whether it asks for what the command of `form` does, that was offered: 那登吧，我已经转账了."""
    clauses = [clause for clause in courtesy.BREAK.split(Normal.of(text).text) if clause]
    found = {clause: _ALL_RIGHT_DO.fullmatch(clause) for clause in clauses}
    said = [clause for clause, match in found.items() if match and match["verb"][:1] in form.wording]
    rest = [clause for clause in clauses if clause not in said]
    other = any(courtesy.QUESTION.search(clause) or _DENIED.search(clause) for clause in rest)
    return bool(said) and not other and len(rest) <= _MOST_BESIDE


def _is_yes(text: str) -> bool:
    """Whether it is a yes with what it is to: 行吧就这样发; 嗯就那个; 就这个评语."""
    said = courtesy.SEPARATORS.sub("", text)
    return _YES_SO.fullmatch(said) is not None or _JUST_THIS.fullmatch(said) is not None


def _agreed_verb(text: str) -> str:
    """What somebody says that they agree to do, in so many words: 嗯，先报上."""
    said = _YES_SO_DO.fullmatch(courtesy.SEPARATORS.sub("", text))
    return said["verb"] if said else ""


class Answers:
    """The bare words of all commands, by the matter that has to be open for them."""

    def __init__(self, forms: Collection[Form], fill: Fill) -> None:
        self._fill = fill
        self._words = self._index_answers(forms, values=False)
        self._values = self._index_answers(forms, values=True)

    def words(self, matter: str) -> Mapping[str, Form]:
        """What answers `matter`, longest first."""
        return self._words.get(matter, {})

    def may_begin(self, first: str, open: Collection[str]) -> bool:
        """Whether an answer to what is open begins with the character `first`."""
        return any(first == word[0] for matter in open for word in self.words(matter))

    @staticmethod
    def _index_answers(forms: Iterable[Form], *, values: bool) -> dict[str, dict[str, Form]]:
        """Those that are `values` of their own command (合格), or the others."""
        answers: dict[str, dict[str, Form]] = defaultdict(dict)
        for form in forms:
            own = {word for slot in form.slots for word in enum_words(slot.type)}
            for matter, words in form.answers.items():
                answers[matter].update({word: form for word in map(folded, words) if (word in own) is values})
        return {m: dict(sorted(words.items(), key=lambda item: -len(item[0]))) for m, words in answers.items()}

    def read(self, message: Normal, open: Collection[str], context: Context) -> Reading | None:
        """A bare word, with or without values, that answers what is open; one that is a value itself stands alone."""
        if not open or len(message.text) > 40 or LOOKS_FIRST.search(message.text):
            return None
        start = courtesy.skip_separators(message.text, 0, len(message.text))
        before = _ACKNOWLEDGED if context.strict else courtesy.SELF_AND_TIME
        said = before.match(message.text, start)
        for matter in open:
            for word, form in self._words.get(matter, {}).items():
                begin = said.end() if said and message.text.startswith(word, said.end()) else start
                if word == ANY_TEXT or not message.text.startswith(word, begin):
                    continue
                if context.strict and (matter == COURTESY or self._answers_nobody(word, matter, open)):
                    continue
                filling = self._fill(form, message, context)
                at = self._past_answers(message.text, begin + len(word), matter, form)
                if not self._word_ends(message.text, at):
                    continue
                read_closed(filling, at, len(filling.text))
                answers_it = CONFIRMATION in form.answers or ASKED_HERE in open
                if matter in _ASKED and answers_it and _ASKS_BACK.search(message.text[at:]):
                    continue  # 必须现在交吗; 好 再看看
                if matter == COURTESY and not courtesy.only_courtesy(message.text, at, len(message.text)):
                    continue  # 行 就7号; 嗯 我周末有空
                if filling.unread == 0 and Text not in {type(value) for value in filling.values.values()}:
                    return settled(candidate_of(filling, len(word)), context)
        if context.strict:
            return None
        if CONFIRMATION in open and ASKED_HERE in open and _is_yes(message.text):
            return Reading(self._words[CONFIRMATION]["确认"].command)
        return self._value(message, open, context, start)

    def _value(self, message: Normal, open: Collection[str], context: Context, start: int) -> Reading | None:
        """A value of a command that is open; guessed, because nothing else says that it is meant."""
        word = courtesy.SEPARATORS.sub("", message.text).rstrip(_ENDINGS)
        form = next((form for matter in open if (form := self._values.get(matter, {}).get(word))), None)
        if form is None:
            return None
        filling = self._fill(form, message, context)
        read_closed(filling, start, len(filling.text))
        return replace(settled(candidate_of(filling, len(word)), context), guessed=True)

    @staticmethod
    def _answers_nobody(word: str, matter: str, open: Collection[str]) -> bool:
        """A bare 好的 in a group, unless it is its author who was asked something there."""
        return word in courtesy.ACKNOWLEDGEMENTS and not (matter == CONFIRMATION and ASKED_HERE in open)

    def at_an_end(self, message: Normal, open: Collection[str], *, promised: bool = False) -> Reading | None:
        """A bare word as the first or last clause, beside others that neither ask nor take back: 手滑了，算了.

        `promised`: or that only say what will be done later.
        """
        parts = [part for part in courtesy.BREAK.split(message.text) if part]
        if any(LOOKS_FIRST.search(part) or _THINKS.fullmatch(part) for part in parts):
            return None
        for index in (-1, 0) if len(parts) > 1 else ():
            others = parts[:-1] if index else parts[1:]
            asks = any(courtesy.QUESTION.search(other) for other in others)
            later = (
                promised and not (asks or tone.asks(message.text)) and all(_LATER.fullmatch(other) for other in others)
            )
            denies = _DROPS.search(parts[index]) is not None and all(_DENIED.fullmatch(other) for other in others)
            fits = later or denies or all(courtesy.is_aside(other, 0, len(other)) for other in others)
            if not parts[index].isalpha() or not fits:
                continue
            for matter in open:
                words = self._words.get(matter, {})
                form = words.get(parts[index]) or words.get(parts[index].rstrip(_ENDINGS))
                form = form or self._said_in_a_row(parts[index], words)
                if form is None or (
                    matter in _ASKED and not later and not self._says_nothing_more(matter, parts[index], others, words)
                ):
                    continue
                beside = (o for o in others if not courtesy.only_courtesy(o, 0, len(o)))
                agree = (_SO.fullmatch(o) or self._said_in_a_row(o, words) for o in beside)
                return Reading(form.command, guessed=not all(agree))
        return None

    def nod_to_later(self, message: Normal, open: Collection[str]) -> Reading | None:
        """A nod to what says that it will be done when something else has happened, where nothing was asked."""
        nods = self._words.get(COURTESY, {})
        later = _ONE_DAY.fullmatch(message.text) and not tone.asks(message.text)
        wanted = later and nods and COURTESY in open and CONFIRMATION not in open
        return Reading(nods["好的"].command) if wanted else None

    def put_off(self, message: Normal, open: Collection[str]) -> Reading | None:
        """What only says that something will be done later, or not now (那先不急 我问问书记再说).

        That needs no more than a nod; not now drops what was asked about.
        """
        nods = self._words.get(COURTESY, {})
        parts = [part for part in courtesy.BREAK.split(message.text) if part]
        later = [part for part in parts if _LATER.fullmatch(part) or _NOT_NOW.fullmatch(part)]
        if tone.asks(message.text) or any(courtesy.QUESTION.search(part) for part in parts):
            return None  # 下个月就完了 到时候要跟谁说
        if not (nods and later and COURTESY in open):
            return None
        dropped = parts[0] in later and parts[0].startswith("算了")  # 算了不退了 课能调
        if CONFIRMATION not in open and len(parts) == _MOST_BESIDE and parts[-1] in later:  # 我可能要加班，先不急着报
            dropped = dropped or (
                _NOT_NOW.fullmatch(parts[-1]) is not None and courtesy.is_aside(parts[0], 0, len(parts[0]))
            )
        if not dropped and not all(part in later or self._said_in_a_row(part.rstrip(_ENDINGS), nods) for part in parts):
            return None
        drops = CONFIRMATION in open and any(_NOT_NOW.fullmatch(part) for part in parts)
        if ASKED_HERE in open and not drops and later != parts:
            return None  # a nod would sound as if what was asked about were done
        return Reading(self._words[CONFIRMATION]["算了"].command if drops else nods["好的"].command)

    @classmethod
    def _says_nothing_more(cls, matter: str, word: str, others: Sequence[str], words: Mapping[str, Form]) -> bool:
        """好 beside what was not understood must not sound as if that were done; 谢谢 and 算了 may stand beside it."""
        if _SPARES.search(word) or (matter != COURTESY and _DROPS.search(word)):
            return True
        certain = matter != COURTESY and any(_CERTAIN.fullmatch(said) for said in (word, *others))
        later = [other for other in others if certain and _SAYS_LATER.fullmatch(other)]
        return all(other in later or cls._agrees(other, words) for other in others)

    def begins(self, message: Normal, open: Collection[str]) -> int:
        """Where the first clause ends, if it is such a word or several and others follow; else 0."""
        text = message.text
        start = courtesy.skip_separators(text, 0, len(text))
        end = courtesy.clause_end(text, start, len(text))
        words = {word: form for matter in open for word, form in self.words(matter).items()}
        said = (text[start:end], text[start:end].rstrip(_ENDINGS))
        return end if end < len(text) and any(self._said_in_a_row(each, words) for each in said) else 0

    @classmethod
    def _agrees(cls, clause: str, words: Mapping[str, Form]) -> bool:
        if _SO.fullmatch(clause) or _SO_IT_IS.fullmatch(clause):
            return True
        if _ASKS_BACK.search(clause):
            return False  # 嗯 应该
        start = 0
        while (filler := courtesy.FILLER.match(clause, start)) is not None:
            start = filler.end()
            if clause[start:].rstrip(_ENDINGS) in words or clause[start:] in words:
                return True
        return start == len(clause) or cls._said_in_a_row(clause[start:].rstrip(_ENDINGS), words) is not None

    @staticmethod
    def _said_in_a_row(part: str, words: Mapping[str, Form]) -> Form | None:
        """嗯对, 好的好的行: nothing but answers that mean the same."""
        at, meant = 0, None
        while at < len(part):
            word = next((word for word in words if word != ANY_TEXT and part.startswith(word, at)), None)
            if word is None or meant not in (None, words[word]):
                return None
            at, meant = at + len(word), words[word]
        return meant

    def _past_answers(self, text: str, at: int, matter: str, form: Form) -> int:
        """好了，发完了 is one answer said twice."""
        while True:
            start = courtesy.skip_separators(text, at, len(text))
            words = self._words[matter].items()
            word = next((word for word, other in words if other is form and text.startswith(word, start)), ANY_TEXT)
            if word == ANY_TEXT or not word[-1:].isalpha():
                return at
            at = start + len(word)

    @staticmethod
    def _word_ends(text: str, at: int) -> bool:
        return not (at and at < len(text) and text[at - 1].isdigit() and text[at].isalnum())

    def takes_any(self, open: Collection[str]) -> Form | None:
        return next((form for matter in open if (form := self._words.get(matter, {}).get(ANY_TEXT))), None)
