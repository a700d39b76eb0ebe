"""A lesson's Markdown as a page shows it, and as plain text for a chat. HTML in it is text like any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Pictures stand below the text; links of schemes that run something are not made to links by markdown-it.
_READER: Final = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def as_html(text: str) -> str:
    """Escaped HTML without scripts, pictures and raw HTML, whatever `text` holds."""
    return str(_READER.render(text))


def as_text(text: str) -> str:
    """Without the marks: paragraphs apart, list items with their number or a dot, links with their address behind."""
    blocks: list[str] = []
    bullet, in_list = "", 0
    for token in _READER.parse(text):
        in_list += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "list_item_open":
            bullet = f"{token.info}. " if token.info else "· "
        elif token.type in ("inline", "fence", "code_block"):
            said = bullet + (_line(token.children or ()) if token.type == "inline" else token.content.rstrip())
            apart = "\n" if in_list and blocks else "\n\n" if blocks else ""
            blocks.append(apart + said)
            bullet = ""
    return "".join(blocks)


def _line(tokens: Iterable[Token]) -> str:
    return "".join(_pieces(tokens))


def _pieces(tokens: Iterable[Token]) -> Iterator[str]:
    """A link whose words are its address is said once."""
    address, said = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, said = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close":
            if said != address:
                yield f"（{address}）"
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.content:
            said += token.content
            yield token.content
