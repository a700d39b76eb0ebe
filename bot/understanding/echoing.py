"""A yes that says again, in its own words, what was asked about: 对 退出; 好的呀，续吧; 撤吧，已经找到伴了."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bot.understanding import courtesy
from bot.understanding.answers import LOOKS_FIRST
from bot.understanding.normal import Normal

_LONGEST = 30  # characters; who says more says something else too
_MOST_CLAUSES = 4
_SHORTEST_ECHO = 2
# What is done, in one character: the rest of its word is what was asked about, or says nothing.
_VERBS = "报请登记约交发定填订办改签补催收开认领答复回确退撤取消删续延转批许提结束参加公同意通过准"
_WHATEVER = re.compile("登记|提交|更新|收下|登|记|写|办|定|发|出|填|确认|确定")  # of anything that was asked about
_UNDOES = re.compile("退|撤|取消|收回|删|结束|放弃")
_UNDO_VERBS = "退撤取消收回删结束放弃转"
_NOT_TO = re.compile("不(?:去|要|用|办|搞|参加)了?")  # of what undoes, as much as its verb
_SAYS_NOTHING = re.compile(
    "麻烦|辛苦|谢谢|多谢|谢|拜托|不好意思|抱歉|(?:刚才|前面|我)?[打写输]错(?:了)?(?:一?个)?(?:字)?|手滑|鸿雁|帮忙|[帮给替]我|一下"
    "|给(?:书记|党?组织|支部|委员们?)|出去|上去|过去|下来|就是|是|就|那就|那|先|把|帮|替|给|让|我们|我的|我|它们|它|他们|他|她|大家|当|算"
    "|这个|这条|这[一]?[篇份段]|这样|这么|这|那个|那条|那场|上|下|到|掉|好|成|起|去|了|吧|叭|啊|呀|哈|啦|呢|哦|噢|嘛|咯|呗|的"
    "|都|全部|全|快|赶紧|直接|来|个|群里|群"
)
_TONE = re.compile("[的呢呀啊哈嘛哦噢啦吧滴]*")
# What a clause beside the verb may not say: it puts off, doubts, wants more, or says when.
_NO_REASON = re.compile(
    r"[\d?吗呢也再先等但别不没怕嫌还又或问看想改换周星月号点慢核查跟]|考虑|商量|不过|可是|只是|担心|可能|估计|应该|要不|算了|下次|今|明[天年]|后天|昨|[上下]午|晚|回头|随便|无所谓|[这那]么"
)


# What may stand there all the same: what is past, and that it cannot be done, beside what undoes.
_MAY_STAND = re.compile(
    r"昨[天晚夜日]?|刚才?|上周[一二三四五六日天末]?|检?查[到过]|一?早点|快点|也(?=挺|好|行|方便)|没(?=课|事\Z|问题)|那个点"
)
_CANNOT = re.compile("[借去来报赶办开参约][加]?不[到了成上]|没(?:什么|几个|有)?人|没空|没时间|人太少")


class _Says(Enum):
    YES = auto()  # and nothing else, or what was asked about
    DOES = auto()  # names what is done, with what it is done to
    VERB = auto()  # the verb alone
    WHY = auto()
    OTHER = auto()


def agrees_in_its_words(
    text: str,
    question: str,
    wording: str,
    purpose: str,
    yes: Collection[str],
    people: Collection[str] = (),
    *,
    lacks: bool = False,
) -> bool:
    """Whether `text` is a yes to `question`, and what else it says was asked about, is the verb of it, or says why.

    `wording`: the words of the command that was asked about, `purpose`: what it is for; of what undoes (退出公益) only
    its purpose tells the verb, because its words name what is undone too. `yes`: the words for yes, longest first. Of
    several people that the question names, one alone is no answer to it. Why may be said beside the verb alone: who
    says 嗯，原来是这样 has not said yes. `lacks`: the question asks for something; a plain yes alone is no part of it.
    """
    message = Normal.of(text).text.strip()
    question = Normal.of(question).text
    if {one for one in people if one in message} not in (set(), {one for one in people if one in question}):
        return False
    if len(message) > _LONGEST or "?" in message or LOOKS_FIRST.search(message):
        return False
    echo = _Echo(question, purpose, wording, tuple(yes))
    said = [echo.says(clause, first=at == 0) for at, clause in enumerate(_clauses(message))]
    if not 0 < len(said) <= _MOST_CLAUSES or _Says.OTHER in said:
        return False
    agrees = echo.begins(message) > 0
    why = _Says.WHY in said
    if lacks:
        return agrees and not why
    return (agrees or said[0] is _Says.VERB) and (not why or bool({_Says.VERB, _Says.DOES} & set(said)))


def _clauses(message: str) -> Iterator[str]:
    return (clause for clause in courtesy.SEPARATORS.split(message) if clause)


@dataclass(frozen=True, slots=True)
class _Echo:
    """What is said to a question, clause by clause."""

    question: str
    purpose: str
    wording: str
    yes: tuple[str, ...]

    @property
    def _undoes(self) -> bool:
        return _UNDOES.search(self.purpose) is not None

    def _verbs(self) -> frozenset[str]:
        if self._undoes:
            return frozenset("退撤收回删") | {char for char in self.purpose if char in _UNDO_VERBS}
        return frozenset(char for char in self.wording + self.purpose if char in _VERBS)

    def begins(self, clause: str) -> int:
        """Where the yes that it begins with ends; 0 where it begins with none."""
        end = next((len(word) for word in self.yes if clause.startswith(word)), 0)
        return end and end + _end(_TONE, clause, end)

    def says(self, clause: str, *, first: bool) -> _Says:
        """What a clause says; a bare 取消 that comes `first` drops the question."""
        begin = self.begins(clause)
        if courtesy.ASKING.search(clause, begin):
            return _Says.OTHER
        at, verbs = begin, self._verbs()
        does = bool(begin) and (clause[0] in verbs or _WHATEVER.match(clause) is not None)  # 登吧 is a yes of its own
        echoes = False
        while at < len(clause):
            if step := _echoed(clause, at, self.question):
                echoes, does = True, does or any(char in verbs for char in clause[at : at + step])
            elif step := (_end(_NOT_TO, clause, at) if self._undoes else 0) or _end(_WHATEVER, clause, at):
                does = True
            elif clause[at] in verbs:
                step, does = 1, True
            elif not (step := _end(_SAYS_NOTHING, clause, at)):
                return _Says.OTHER if begin or _NO_REASON.search(self._without_what_may_stand(clause)) else _Says.WHY
            at += step
        if first and not begin and clause.startswith("取消"):
            return _Says.OTHER
        if not does:
            return _Says.YES
        return _Says.DOES if echoes or begin else _Says.VERB

    def _without_what_may_stand(self, clause: str) -> str:
        """A clause that says why, without what was asked about and what does no harm there."""
        rest = _MAY_STAND.sub(" ", clause)
        rest = _CANNOT.sub(" ", rest) if self._undoes else rest
        at = 0
        while at < len(rest):
            step = _echoed(rest, at, self.question)
            rest = rest[:at] + " " * step + rest[at + step :]
            at += step or 1
        return rest


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """How far it reaches."""
    match = pattern.match(text, at)
    return match.end() - at if match else 0


def _echoed(message: str, at: int, question: str) -> int:
    """How many characters from `at` on stand in the question too; a number is there as a whole or not at all."""
    length = 0
    while at + length < len(message) and message[at : at + length + 1] in question:
        length += 1
    while length and message[at + length - 1].isdigit() and message[at + length : at + length + 1].isdigit():
        length -= 1
    said = message[at : at + length]
    if said[:1].isdigit() and re.search(rf"(?<!\d){re.escape(said)}", question) is None:
        return 0
    return length if length >= _SHORTEST_ECHO else 0
