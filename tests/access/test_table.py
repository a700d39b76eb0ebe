"""docs/access.md is what is declared, and every cell of it is so: each command said by everybody, everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.access import barred
from bot.commands import Answer, Catalogue, Command, Conversation, Handler, Request
from docs.access import KINDS, PAGE, cell, page
from models import AuditEntry
from tests.access.conftest import ON_SQLITE, answers_to, tried
from tests.access.world import EVERYBODY, OUR_GROUP, THEIR_GROUP, UNBOUND, Somebody
from tests.chat import Chat


def test_the_page_is_what_is_declared() -> None:
    assert PAGE.read_text("utf-8") == page(), "docs/access.md is stale: make docs, and read what has changed"


def test_the_table_tells_apart(catalogue: Catalogue) -> None:
    """What a wrong rule would blur: a line of each kind."""
    rows = {name: [cell(command, kind) for kind in KINDS] for name, command in catalogue.commands.items()}
    assert rows["help"] == ["yes"] * 8
    assert rows["dues.pay"] == ["–", "yes", "yes", "yes", "yes", "–", "–", "–"]
    assert rows["talk.record"] == ["–", "private", "private", "private", "private", "–", "–", "–"]
    assert rows["report.read"] == ["–", "–", "yes", "–", "–", "–", "–", "–"]
    assert rows["room.bind"] == ["–", "–", "group", "group", "group", "–", "yes", "yes"]


@ON_SQLITE
async def test_every_cell(school: Chat) -> None:
    """One message for each command, person and place: let in or kept out as the table has it, with its sentence."""
    let_in: list[str] = []
    school.catalogue = replace(school.catalogue, commands=_watched(school.catalogue.commands, let_in))
    school.__post_init__()
    wrong = []
    for command in school.catalogue.commands.values():
        for who in EVERYBODY:
            for said, room in _places(who).items():
                let_in.clear()
                async with tried():
                    answers = [one.text for one in await answers_to(school, who.name, command.example, room)]
                    noted = await AuditEntry.filter(command=command.name, outcome="refused").count() == 1
                refusal = barred(command, who.role, said)
                kept_out = answers == [refusal] and not let_in and noted
                if not (let_in == [command.name] if refusal is None else kept_out):
                    wrong.append(f"{command.name}, {who.name}, {said.name}: {answers}, {let_in}")
    assert not wrong, "\n".join(wrong)


def _places(who: Somebody) -> Mapping[Conversation, str | None]:
    beside = OUR_GROUP if who.group == THEIR_GROUP else THEIR_GROUP
    places = {
        Conversation.PRIVATE: None,
        Conversation.OWN_GROUP: who.group,
        Conversation.OTHER_GROUP: beside,
        Conversation.UNBOUND_GROUP: UNBOUND,
    }
    return {said: room for said, room in places.items() if who.role or said is not Conversation.OTHER_GROUP}


def _watched(commands: Mapping[str, Command], let_in: list[str]) -> Mapping[str, Command]:
    """The same commands, which note that they were run."""

    def watched(command: Command) -> Handler:
        async def run(request: Request, **values: object) -> Answer:
            let_in.append(command.name)
            return await command.handler(request, **values)

        return run

    return {name: replace(command, handler=watched(command)) for name, command in commands.items()}
