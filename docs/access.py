"""Writes docs/access.md, who may do what, from what commands, jobs, pages and the command line declare.

`python -m docs.access` (`make docs`) writes it; a test says when it is stale, and tries every cell.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from aiohttp import web

import handlers
from bot.access import barred
from bot.catalogue import collect
from bot.clock import MovableClock
from bot.commands import Audience, Catalogue, Command, Conversation, Role
from bot.metrics import Metrics
from bot.sandbox import World
from bot.settings import ReminderTime, Settings, WebSettings
from bot.web import Person, Status, gateway_application, member_pages, sandbox_application
from run_bot import app

PAGE = Path(__file__).with_suffix(".md")

SERVED = Settings(web=WebSettings(public_url="https://hongyan.example"))

YES, NO, PRIVATE, GROUPS = "yes", "–", "private", "group"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of person, and where they speak: a column of the table."""

    heading: str
    role: Role
    said: tuple[Conversation, ...]


AT_HOME = (Conversation.PRIVATE, Conversation.OWN_GROUP)
KINDS = (
    Kind("stranger, former member", Role.GUEST, AT_HOME),
    Kind("member", Role.MEMBER, AT_HOME),
    Kind("committee", Role.COMMITTEE, AT_HOME),
    Kind("college", Role.COLLEGE, AT_HOME),
    Kind("school", Role.SCHOOL, AT_HOME),
    Kind("member of another branch, in this group", Role.MEMBER, (Conversation.OTHER_GROUP,)),
    Kind("committee of another branch, in this group", Role.COMMITTEE, (Conversation.OTHER_GROUP,)),
    Kind("committee, in a group of no branch", Role.COMMITTEE, (Conversation.UNBOUND_GROUP,)),
)
MEMBER_KINDS = {"member": Role.MEMBER, "committee": Role.COMMITTEE, "college": Role.COLLEGE, "school": Role.SCHOOL}

HEAD = """# Who may do what

Written by `make docs` from what the commands, jobs, pages and the command line declare; do not edit it by hand.
`tests/access/` says when it is stale, and tries every cell with a real message.

- **stranger**: an account that is bound to nobody, in private or in a branch's group. A **former member** (left,
  account unbound or not) is one too. Whoever was **handed over** to another organisation is a member, whatever their
  post was.
- **member**, **committee** (书记, 副书记, 委员), **college** (学院党委, 党总支), **school** (学校党委): by the roster.
- **yes**: in private and in the group of one's own branch, college or school; **private**: in private alone; **group**:
  in a group alone; **–**: refused, with a sentence that says why, and noted on the trail.
- Whose things: one's own, and a committee's those of its own branch. Members, numbers, groups and branches of another
  branch are answered as if they did not exist. A college and the school see counts; a college names of a branch that it
  names. A talk's topic and record: the two who talk, and nobody else.
- 确认 runs what was asked about only for whoever still may do it; 撤销 takes back one's own deeds of a day, likewise.
- In a group: receipts, counts and what its author made public; all else goes to the sender privately.
"""
COMMANDS = "\n## Commands\n\n"
JOBS = "\n## Jobs\n\nNobody starts them; what they write goes to these and no others (the schedule refuses it).\n\n"
SECRETS = """
## What an account bound anew does not show

For `binding.hold_days` after somebody who had been bound before was bound to it: these, and the opinions and wishes
that they gave without a name. All else works.

"""
TODOS = "\n## 待办\n\nIn private alone, about one's own branch; of a college and the school what is theirs.\n\n"
UNDOINGS = "\n## 撤销\n\nWhat a command recorded is taken back by whoever recorded it, who still may do it.\n\n"
PAGES = """
## Pages

`gateway` is what runs beside a gateway, `sandbox` the make-believe WeChat, which is served on loopback alone and to
requests of its own pages: whoever sits at the machine. Below `/my` nothing is shown without a session, which begins
with a link that the bot sends privately; all else shows no member's record, but for the sandbox's made-up ones.

"""
MEMBERS = "\n## Members' pages\n\nIn a session, by the role that its member has at the time.\n\n"
OPERATOR = """
## Command line

The operator: whoever may read the settings and the database on the machine. No message starts any of these.

"""


def page() -> str:
    """The whole of docs/access.md."""
    catalogue = collect(handlers)
    return "".join(
        [
            HEAD,
            COMMANDS,
            _table(["command", "for example", *(kind.heading for kind in KINDS)], _commands(catalogue)),
            SECRETS,
            _table(["command", "for example"], _secrets(catalogue)),
            UNDOINGS,
            _table(["command", "how"], _undoings(catalogue)),
            TODOS,
            _table(["part", "committee", "college, school"], _todos(catalogue)),
            JOBS,
            _table(["job", "what", *(audience.name.lower() for audience in Audience)], _jobs(catalogue)),
            PAGES,
            _table(["page", "gateway", "sandbox"], _pages(catalogue)),
            MEMBERS,
            _table(["page", "what", *MEMBER_KINDS], _members_pages(catalogue)),
            OPERATOR,
            _table(["command", "what"], _operator(typer.main.get_command(app))),
        ]
    )


def cell(command: Command, kind: Kind) -> str:
    """Where somebody of this kind may use the command."""
    allowed = {said for said in kind.said if barred(command, kind.role, said) is None}
    if allowed == {*kind.said}:
        return YES
    if not allowed:
        return NO
    return PRIVATE if Conversation.PRIVATE in allowed else GROUPS


def _commands(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    for name, command in sorted(catalogue.commands.items()):
        yield [f"`{name}`", command.example, *(cell(command, kind) for kind in KINDS)]


def _secrets(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    for name, command in sorted(catalogue.commands.items()):
        if command.own_secrets:
            yield [f"`{name}`", command.example]


def _undoings(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    for name, undoing in sorted(catalogue.undoings.items()):
        yield [f"`{name}`", _first_line(undoing.handler)]


def _todos(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    for todo in catalogue.todos:
        yield [f"`{todo.name}`", YES, YES if todo.offices else NO]


def _jobs(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    for job in sorted(catalogue.jobs, key=lambda one: one.name):
        tells = [YES if audience in job.tells else NO for audience in Audience]
        yield [f"`{job.name}`", _first_line(job.handler), *tells]


def _pages(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    gateway, sandbox = routes(_gateway(catalogue)), routes(_sandbox(catalogue))
    for route in sorted({*gateway, *sandbox}, key=lambda one: one.partition(" ")[2]):
        yield [f"`{route}`", YES if route in gateway else NO, YES if route in sandbox else NO]


def _members_pages(catalogue: Catalogue) -> Iterable[Sequence[str]]:
    for page in catalogue.pages:
        yield [f"`/my{page.path}`", page.title, *(YES if role >= page.role else NO for role in MEMBER_KINDS.values())]


def routes(application: web.Application) -> list[str]:
    """``GET /healthz`` of every route but those of HEAD, which go with GET."""
    found = [(route.method, route.resource) for route in application.router.routes() if route.method != "HEAD"]
    return [f"{method} {resource.canonical}" for method, resource in found if resource is not None]


def _gateway(catalogue: Catalogue) -> web.Application:
    members = member_pages(catalogue, SERVED, MovableClock())
    return gateway_application(_probe, Metrics(), SERVED, members)


def _sandbox(catalogue: Catalogue) -> web.Application:
    clock = MovableClock()
    return sandbox_application(
        World(clock.now),
        clock,
        reminder=ReminderTime(),
        probe=_probe,
        metrics=Metrics(),
        lessons=SERVED.lessons,
        people=_people,
        members=member_pages(catalogue, SERVED, clock),
    )


async def _probe() -> Status:
    return Status({})


async def _people() -> Mapping[str, Person]:
    return {}


def _operator(group: Any, above: str = "") -> Iterable[Sequence[str]]:
    yield (
        [f"`run_bot.py{above}`", _first_line(group.callback)]
        if group.callback
        else [f"`run_bot.py{above}`", group.help]
    )
    for name, command in sorted(getattr(group, "commands", {}).items()):
        yield from _operator(command, f"{above} {name}")


def _first_line(function: object) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(text.replace('|', '/') for text in line)} |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
