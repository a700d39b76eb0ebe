"""How a handler file declares what a member reads in the browser, beside or instead of a command.

A page's handler takes a `Request`, as a command's does, and returns a `Sheet`
of words, which `bot.web` puts into HTML, or raises `Refusal` with a sentence.
Who may open it stands in the declaration and is looked at for each request;
sessions, headers, limits and the trail are not the handler's business.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.commands import Request, Role


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a sheet: what it is, how it stands, and lines below, such as what to type.

    `open`: it waits for the reader.
    """

    label: str
    text: str
    below: Sequence[str] = ()
    open: bool = False

    def __str__(self) -> str:
        """As it stands in a private message."""
        return "\n  ".join([f"{self.label}：{self.text}", *self.below])


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is on a page: a first sentence, things, and a last sentence.

    `subjects`: ids of other members whose records it shows, for the trail.
    """

    lead: str
    items: Sequence[Item] = ()
    close: str = ""
    subjects: Sequence[int] = ()

    def __str__(self) -> str:
        """As a private message."""
        return "\n".join(filter(None, [self.lead, *map(str, self.items), self.close]))


Draw = Callable[[Request], Awaitable[Sheet]]


@dataclass(frozen=True, slots=True)
class Page:
    """A declared page: its address below ``/my`` ("" for the first one), its heading, who may open it."""

    name: str
    path: str
    title: str
    role: Role
    handler: Draw


def page(name: str, *, path: str, title: str, role: Role = Role.MEMBER) -> Callable[[Draw], Page]:
    """Declare a page. `path` is "" or begins with a slash."""
    return lambda handler: Page(name, path, title, role, handler)
