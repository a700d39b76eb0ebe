"""Long texts in parts that WeChat takes: at a line's end where there is one, never inside a character."""

from __future__ import annotations

from collections.abc import Iterator


def split(text: str, max_characters: int, max_bytes: int) -> list[str]:
    """Parts of at most `max_characters` code points and `max_bytes` bytes of UTF-8; none for an empty text."""
    return [part for part in _parts(text, max_characters, max_bytes) if part.strip()]


def _parts(text: str, max_characters: int, max_bytes: int) -> Iterator[str]:
    while text:
        end = _fitting(text, max_characters, max_bytes)
        if end < len(text):
            line = text.rfind("\n", 0, end + 1)
            # A break in the first half would make needlessly many parts.
            end = line + 1 if line >= end // 2 else _between_characters(text, end)
        yield text[:end].rstrip("\n")
        text = text[end:]


def _fitting(text: str, max_characters: int, max_bytes: int) -> int:
    size = 0
    for position, character in enumerate(text[:max_characters]):
        size += len(character.encode())
        if size > max_bytes:
            return position
    return min(len(text), max_characters)


def _between_characters(text: str, end: int) -> int:
    """Back to where no emoji, accent or flag is torn apart."""
    start = end
    while start > max(1, end - 16) and (_joins(text[start]) or text[start - 1] == "\u200d"):
        start -= 1
    return start


def _joins(character: str) -> bool:
    return (
        character in "\u200d\ufe0f\u20e3"
        or "\u0300" <= character <= "\u036f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
