"""What every command inherits: help that works, its place in the menu, its limits, good manners, discretion."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import handlers
from bot.access import NOT_ALLOWED, NOT_BOUND, NOT_BOUND_PRIVATELY
from bot.catalogue import collect
from bot.commands import Command, Role
from bot.dispatcher import FAILED
from bot.execution import ANONYMOUSLY
from bot.understanding.reader import Reader
from bot.understanding.reading import Reading
from handlers.help import TOPIC_OF
from models import Account, AuditEntry, Branch, Category, Level, Member, Post
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.conftest import NOON
from tests.every_command import SECRETS, discreet, ordinary, readings, understanding

CATALOGUE = collect(handlers)
COMMANDS = CATALOGUE.commands
GOLDEN = Path(__file__).parent / "golden" / "commands.txt"

WHO = {
    Role.GUEST: "路人",
    Role.MEMBER: "张三",
    Role.COMMITTEE: "李书记",
    Role.COLLEGE: "孙老师",
    Role.SCHOOL: "何老师",
}

# Values that their author makes public by the command itself, for the whole branch to see.
PUBLIC = {
    "life.create": ("topic", "url"),
    "openness.publish": ("text",),
    "service.create": ("topic",),
    "service.result": ("text",),
    "wish.post": ("text",),
    "wish.thank": ("text",),
    "lesson.publish": ("title", "url", "text"),
    "bulletin.publish": ("text", "url"),
    "notice.publish": ("text",),
}

# What 撤销 does not speak of, and why.
NOTHING_TO_TAKE_BACK = {
    "bind": "the account was nobody's before, so nobody is there who could have done it",
    "amend": "the deed is that of the command that it names",
    "talk.shift": "the deed is that of the command that it names",
    "confirm": "the deed is that of the command that waited",
    "cancel": "nothing was recorded, and what waited can be said again",
    "undo": "what it took back is said again",
    "dues.withdraw": "the deed is that of the declaration that it takes back, which can be said again",
    "dues.confirm_all": "the deed is that of the confirmation that it names",
    "report.drop": "the deed is that of the message that it takes out",
}

every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())


async def everybody(chat: Chat) -> None:
    """A branch, and a college and a school over it, one person of each role."""
    branch = await found_branch(chat)
    above: Branch | None = None
    for level, post, path in (
        (Level.SCHOOL, Post.SCHOOL, "示范大学"),
        (Level.COLLEGE, Post.COLLEGE, "示范大学/信息学院"),
    ):
        above = await Branch.create(
            name=path.rpartition("/")[2], level=level, path=path, parent=above, created_at=branch.created_at
        )
        who = WHO[Role.SCHOOL if level is Level.SCHOOL else Role.COLLEGE]
        member = await Member.create(
            name=who,
            student_no=f"T{above.id:04d}",
            branch=above,
            category=Category.FULL,
            post=post,
            dues_from="2026-09",
            created_at=branch.created_at,
        )
        await Account.create(channel=CHANNEL, contact=contact(who), member=member, friend=True)
    assert above is not None
    await Branch.filter(id=branch.id).update(parent_id=above.id)


def test_the_list_of_commands() -> None:
    """A change of the commands is a change of what people can say: it has to be seen in review."""
    found = sorted(f"{name} {command.role.name.lower()}" for name, command in COMMANDS.items())
    listed = GOLDEN.read_text("utf-8").splitlines()
    changes = [f"  add    {line}" for line in found if line not in listed]
    changes += [f"  remove {line}" for line in listed if line not in found]
    told = f"the commands have changed; where that is meant, edit tests/golden/{GOLDEN.name} by hand, sorted:\n"
    assert found == listed, told + "\n".join(changes)


def test_each_that_changes_something_is_taken_back_or_says_why_not() -> None:
    """Else 撤销 after it would take back what was done before it, which nobody meant."""
    changing = {name for name, command in COMMANDS.items() if command.changes}
    assert changing - CATALOGUE.undoings.keys() == NOTHING_TO_TAKE_BACK.keys()
    assert CATALOGUE.undoings.keys() <= changing


@every_command
def test_its_help_can_be_copied(command: Command, reader: Reader) -> None:
    example, dash, about = command.help.partition(" — ")
    assert dash and example and about, f"{command.name}: help is “example — what it does”"
    matters = tuple(command.form.answers) if not command.phrases else ()
    reading = reader.read(example, now=NOON, private=True, open=matters, people=["张三", "李娜", "王强"])
    assert (reading.command, reading.confirm) == (command.name, False), f"{example!r} is read as {reading}"
    missing = [slot.name for slot in command.form.slots if slot.required and slot.name not in reading.values]
    assert not missing, f"{example!r} does not say {missing}"


def test_what_is_to_be_said_again_without_a_name_has_none(reader: Reader) -> None:
    nameless = [one for one in COMMANDS.values() if any(slot.name == "anonymous" for slot in one.form.slots)]
    assert len(nameless) >= 3
    for command in nameless:
        reading = reader.read(f"{ANONYMOUSLY}{command.example}", now=NOON, private=True)
        assert (reading.command, reading.values.get("anonymous"), reading.confirm) == (command.name, True, False)


async def test_each_stands_in_the_menu_or_its_topic(chat: Chat) -> None:
    await everybody(chat)
    lost = []
    for command in COMMANDS.values():
        if not command.listed:
            continue
        topic = TOPIC_OF.get(command.name) or TOPIC_OF.get(command.topic)
        shown = await chat.whisper(WHO[command.role], f"帮助 {topic.label}" if topic else "帮助")
        if command.example not in shown:
            lost.append(command.name)
    assert not lost, "no help shows them; name their topic in handlers/help.py"


async def test_each_refuses_strangers_and_the_wrong_role(chat: Chat) -> None:
    await everybody(chat)
    reader = understanding(chat)
    for command in COMMANDS.values():
        reader.told = Reading(command.name, ordinary(command, whole=True))
        for role in (role for role in Role if role < command.role):
            for private in (True, False):
                answer = await chat.say(WHO[role], "…", private=private)
                unknown = NOT_BOUND_PRIVATELY if private else NOT_BOUND
                assert answer == (unknown if role is Role.GUEST else NOT_ALLOWED), command.name
    assert await AuditEntry.exists(outcome="refused") and not await AuditEntry.exists(outcome__not="refused")


async def test_each_answers_whatever_it_is_given(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    """No value that the understanding can read makes a command fail or fall silent, nor does 确认 after it."""
    await everybody(chat)
    reader = understanding(chat)
    wrong = []
    for command in COMMANDS.values():
        for values in readings(command):
            caplog.clear()
            reader.told = Reading(command.name, values)
            said = await chat.hear(chat.incoming(_speaker(command), "…", private=True))
            reader.told = None
            said_then = await chat.hear(chat.incoming(_speaker(command), "确认", private=True))
            errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
            if not said or errors or any(one.text == FAILED for one in [*said, *said_then]):
                wrong.append(f"{command.name} {_short(values)}: {(errors or ['silence'])[0][-300:]}")
    assert not wrong, "\n".join(wrong)


async def test_none_tells_the_group_what_is_private(chat: Chat) -> None:
    """Everything is said twice: privately, so that there is something to tell, then in the group."""
    await everybody(chat)
    reader = understanding(chat)
    leaks = []
    for private in (True, False):
        for command in COMMANDS.values():
            for whole in (True, False):
                values = discreet(command, PUBLIC.get(command.name, ()), whole=whole)
                for reading in (Reading(command.name, values), None):
                    reader.told = reading
                    text = "确认" if reading is None else "…"
                    for one in await chat.hear(chat.incoming(_speaker(command), text, private=private)):
                        told = [secret for secret in SECRETS if one.room and secret in one.text]
                        leaks += [f"{command.name} tells {secret}: {one.text}" for secret in told]
                        leaks += [f"{command.name} sends a file into the group"] if one.room and one.file else []
                        leaks += [f"{command.name} fails in the group"] if one.text == FAILED else []
    assert not leaks, "\n".join(leaks)


async def test_who_is_no_friend_gets_an_answer_in_the_group(chat: Chat) -> None:
    """WeChat carries private messages between friends only."""
    await everybody(chat)
    chat.strangers |= set(WHO.values())
    reader = understanding(chat)
    wrong = []
    for command in COMMANDS.values():
        reader.told = Reading(command.name, discreet(command, PUBLIC.get(command.name, ()), whole=True))
        who = _speaker(command)
        said = await chat.hear(chat.incoming(who, "…"))
        if not any(one.room for one in said) or any(one.contact == contact(who) and not one.room for one in said):
            wrong.append(command.name)
    assert not wrong


def _speaker(command: Command) -> str:
    return WHO[command.role]


def _short(values: dict[str, object]) -> str:
    return ", ".join(f"{name}={str(value)[:30]!r}" for name, value in values.items())
