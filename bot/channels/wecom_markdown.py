"""Markdown as 企业微信 shows it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

Body = dict[str, Any]

# What Markdown would make something of: it is said as it was written. U+200B is seen by nobody.
MARKUP: Final = re.compile(r"^([ \t]*)([#>])|(\*)(?=\*)|(_)(?=_)|(`)|(\])(?=\()|(<)", re.MULTILINE)
NOTHING: Final = "\u200b"
HEAD: Final = re.compile(r"\A(【[^】\n]{1,40}】)")
LINK: Final = re.compile(r"(https?://[^\s()\u3000-\u303f\u4e00-\u9fff，。；！？、]+)")
ENTRY: Final = "· "
LIMIT: Final = 4096  # bytes, WeCom's own


def markdown(content: str) -> Body:
    """A message of that content."""
    return {"msgtype": "markdown", "markdown": {"content": content}}


def as_written(text: str) -> str:
    """`text` so that Markdown shows it as it is."""
    return MARKUP.sub(lambda match: f"{match[1] or ''}{NOTHING}{match[0][len(match[1] or '') :]}{NOTHING}", text)


def as_list(text: str) -> str | None:
    """A list or a summary with its head in bold, and its links to touch; None where `text` is neither."""
    if not _is_list(text):
        return None
    pieces = LINK.split(text)  # every other one is a link
    said = "".join(f"[{piece}]({piece})" if at % 2 else as_written(piece) for at, piece in enumerate(pieces))
    said = HEAD.sub(r"**\1**", said)
    return said if len(said.encode()) <= LIMIT else None


def _is_list(text: str) -> bool:
    """A head over two lines or more, or two lines of a list."""
    lines = text.split("\n")
    headed = HEAD.match(text) is not None and len(lines) > 2 and all(lines[1:3])
    return headed or any(one.startswith(ENTRY) and other.startswith(ENTRY) for one, other in pairwise(lines))
