"""Where somebody puts right in a message what stands before it: 交党费10月 哎打错了 是11月的."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.normal import Normal

PUT_RIGHT = "按改口以后的算"
_LONGEST = 200  # characters of a message that is looked at
_MOST = 3  # times that somebody thinks better of it in one message
_WORD = (
    r"(?:(?:我|又|给|是)*+(?:打|说|写|记|报|输|填|发|看|搞|弄|选|点)(?:错|反|岔)了?|(?<![\u4e00-\u9fff])错了|口误|手误|手滑了?"
    r"|不对++|[啊哦噢呃额哎唉诶]不是?|不不++|更正|纠正|改口|改[成为到]|换成|应该?是|(?:算了|不行|等等|等一?下)\W*+(?:还是|改|换))"
)
_MARK = re.compile(
    rf"(?P<apart>(?:\A|[\s,。;~…]+|(?<=[!?()]))[啊哦噢呃额哎唉诶欸呀哟嗯]{{0,3}}[ ,]*)?{_WORD}(?:\W*+{_WORD}){{0,3}}"
)
_BEFORE = re.compile("刚|[那上前][一次个]?[笔条次份个]|之前|昨|方才|已经")


def speaks_of_before(text: str) -> bool:
    """Whether it is about what another message said: 刚才那笔记错了 是10月."""
    return _BEFORE.search(text) is not None


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
