"""How a bulletin is spoken of."""

from __future__ import annotations

from collections.abc import Iterable

from bot.wording import GroupText, Public, in_group, lines_in_group
from models import Bulletin

HEADLINE = 48  # characters of the first line
LINE = "{position}. {headline}{link}"
LINK = "\n{url}"


def headline(text: str) -> Public:
    """The first line, cut to what a phone shows in two."""
    first = text.strip().partition("\n")[0].strip()
    return Public(first if len(first) <= HEADLINE else first[: HEADLINE - 1] + "…")


def lines(bulletins: Iterable[Bulletin]) -> GroupText:
    """Headlines with their links, counted from 1."""
    return lines_in_group(
        in_group(
            LINE,
            position=position,
            headline=headline(each.text),
            link=in_group(LINK, url=Public(each.url)) if each.url else in_group(""),
        )
        for position, each in enumerate(bulletins, 1)
    )
