"""Whether a repetition that is limited holds one that is not: the same text can then be shared out in very many ways.

`(?:第?\\d+){0,6}` is no loop, so its automaton has no loop that can be gone round in two ways; 24 digits can be shared
out among six such pieces in 30,000 ways nevertheless, and among twice six in a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)


def nests_repeats(pattern: str, flags: int = 0) -> bool:
    """Whether some text of n characters can take n to the power of the limit steps; possessive ones take one."""
    return any(
        1 < most < op.MAXREPEAT and any(inner == op.MAXREPEAT for inner, _ in _repeats(held))
        for most, held in _repeats(parser.parse(pattern, flags))
    )


def _repeats(parts: Sequence[tuple[Any, Any]]) -> Iterator[tuple[int, Sequence[tuple[Any, Any]]]]:
    """How often at most, and what, of every repetition there is."""
    for kind, argument in parts:
        if kind in _REPEATS:
            yield argument[1], argument[2]
        if kind is not op.POSSESSIVE_REPEAT:
            for inner in _inside(argument):
                yield from _repeats(inner)


def _inside(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for one in argument:
            yield from _inside(one)
