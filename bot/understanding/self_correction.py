"""Where somebody puts right in a message what stands before it: 交党费10月 哎打错了 是11月的."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bot.understanding.courtesy import only_courtesy
from bot.understanding.normal import Normal

PUT_RIGHT = "按改口以后的算"
_LONGEST = 200  # characters of a message that is looked at
_CLAUSE = re.compile(r"[^\s,。;!?:~…]+")
_MOST_CLAUSES = 6
_MOST = 3  # times that somebody thinks better of it in one message
_WORD = (
    r"(?:(?:我|又|给|是)*+(?:打|说|写|记|报|输|填|发|看|搞|弄|选|点)(?:错|反|岔)了?|(?<![\u4e00-\u9fff])错了|我(?:的意思)?是说|我[指说]的是|口误|手误|手滑了?"
    r"|不对++|[啊哦噢呃额哎唉诶]不是?|不不++|更正|纠正|改口|改[成为到]|换成|应该?是|(?:算了|不行|等等|等一?下)\W*+(?:还是|改|换))"
)
_MARK = re.compile(
    rf"(?P<apart>(?:\A|[\s,。;~…]+|(?<=[!?()]))[啊哦噢呃额哎唉诶欸呀哟嗯]{{0,3}}[ ,]*)?{_WORD}(?:\W*+{_WORD}){{0,3}}"
)
_CHANGE = re.compile(
    r"(?:\W|那|就|还是|给我|帮我|再|要不|还要|能不能|可不可以|能|可以|想)*"
    r"(?:(?:加|补)上?一[句段]|(?:人数|名额|时间|地点|题目|名字|名称)?(?:改|换|挪|推迟?|提前|延|调)[成为到在]|改(?=[\d一二两三四五六七八九十])|往[前后][挪推延改提]|推迟|提前|延后)"
)
_BEFORE = re.compile("刚|[那上前][一次个]?[笔条次份个]|之前|昨|方才|已经")


_TAKES_BACK = re.compile(
    "(?:那|就|先|还是|假|我|暂时|给我|帮我)*(?:不|别)(?P<verb>请|报|交|约|登|记|参加|认领|领|发|办)(?:假|名)?(?:了|吧)*"
    "|(?:那|就|先|还是|给我|帮我|要不|麻烦)*(?:撤|撤掉|撤回|撤回来|撤销|收回|收回来|取消)(?:了|掉|吧|一下|下|我改改)*"
)


def takes_back(text: str, wording: str) -> bool:
    """Whether a clause at an end takes back all that was done by the command of that `wording`: 能调班了 先别请了."""
    clauses = [clause for clause in _CLAUSE.findall(text) if not only_courtesy(clause, 0, len(clause))]
    ends = (clauses[-1], clauses[0]) if clauses and len(text) <= _LONGEST else ()
    found = [said for said in map(_TAKES_BACK.fullmatch, ends) if said is not None]
    return any(said["verb"] is None or said["verb"][:1] in wording for said in found)


def puts_right(text: str) -> bool:
    """Whether somewhere in it its author takes back what was said before: 哎不对，是到6月底."""
    return len(text) <= _LONGEST and _MARK.search(text) is not None


def begins_by_putting_right(text: str) -> bool:
    """Whether it begins with a word that takes back: 不对，交党费10月."""
    return _MARK.match(text) is not None


def changes_alone(text: str) -> bool:
    """Whether it begins with 改成 or the like, so that it is about what was just said or done."""
    return _CHANGE.match(text) is not None


def is_mark(clause: str) -> bool:
    """Whether a clause says nothing but that it was a mistake: 我记岔了."""
    return _MARK.fullmatch(clause) is not None


def speaks_of_before(text: str) -> bool:
    """Whether it is about what another message said: 刚才那笔记错了 是10月."""
    return _BEFORE.search(text) is not None


def clauses(message: Normal) -> Iterator[tuple[Normal, Normal]]:
    """What stands before each clause but the first, and what stands from there on."""
    text = message.text
    if len(text) > _LONGEST:
        return
    for match in islice(_CLAUSE.finditer(text), 1, _MOST_CLAUSES):
        yield message.blank([(match.start(), len(text))]), message.blank([(0, match.start())])


def corrections(message: Normal, *, apart: bool) -> Iterator[tuple[Normal, Normal]]:
    """What stands before a word that takes it back and what stands behind it, the last such word first.

    `apart`: only where that word begins a clause, as in a text that may speak of mistakes itself.
    """
    text = message.text
    if len(text) > _LONGEST:
        return
    marks = [mark for mark in _MARK.finditer(text) if mark["apart"] is not None or not apart]
    for mark in reversed(marks if len(marks) <= _MOST else []):
        if text[: mark.start()].strip() and text[mark.end() :].strip():
            yield message.blank([(mark.start(), len(text))]), message.blank([(0, mark.end())])
