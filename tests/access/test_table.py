"""docs/access.md is what is declared, and every cell of it is so: each command said by everybody, everywhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.access import barred
from bot.commands import (
    Answer,
    AnyJob,
    Audience,
    Catalogue,
    Command,
    Conversation,
    Handler,
    Notice,
    Request,
    ToMember,
)
from bot.schedule import Schedule
from docs.access import KINDS, PAGE, cell, page
from models import AuditEntry, Member
from tests.access.branch_life import US, lived
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
                # One that says which other command is meant is run before that.
                if not (let_in[:1] == [command.name] if refusal is None else kept_out):
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


@ON_SQLITE
async def test_every_job(school: Chat) -> None:
    """Through the weeks that follow, each job tells the kinds of people that it declares."""
    await lived(school, US)
    told: list[tuple[AnyJob, Notice]] = []
    jobs = [replace(job, handler=_noting(job, told)) for job in school.catalogue.jobs]
    schedule = Schedule(replace(school.catalogue, jobs=jobs), school.settings, school.clock)
    start = school.clock.now().replace(hour=9)
    for hours in range(0, 24 * 45, 12):
        school.clock.moment = start + timedelta(hours=hours)
        await schedule.tick()
    wrong = []
    for job, notice in told:
        if isinstance(notice, ToMember) and Audience.MEMBERS not in job.tells:
            member = await Member.get(id=notice.member_id)
            kinds = {Audience.COMMITTEE: member.in_committee, Audience.OFFICES: member.in_office}
            wrong += [] if any(kinds[kind] for kind in job.tells if kind in kinds) else [f"{job.name}: {member.post}"]
    assert not wrong
    assert len({job.name for job, _ in told}) > 8


def _noting(job: AnyJob, told: list[tuple[AnyJob, Notice]]) -> Callable[[Any], Awaitable[Sequence[Notice]]]:
    async def work(tick: Any) -> Sequence[Notice]:
        notices = await job.handler(tick)
        told.extend((job, notice) for notice in notices)
        return notices

    return work
