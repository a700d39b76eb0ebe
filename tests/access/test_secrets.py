"""Marked secrets in every field and every message: none is told in a group, in a log, in a figure or on a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.access import ONLY_PRIVATELY
from bot.commands import Answer, Command, Request, Where
from bot.dispatcher import FAILED, Dispatcher
from bot.messages import Health
from bot.settings import Settings, WebSettings
from bot.understanding.values import Name, Number, StudentNumber, Text, Url, Word
from bot.web import ChannelStatus, Kept, Status, gateway_application, member_pages
from docs.access import routes
from models import OutboxMessage, OutboxState
from tests.access.branch_life import US
from tests.access.conftest import ON_SQLITE, Marked, tried
from tests.access.marking import PUBLIC_FIELDS
from tests.access.world import COLLEGE_OFFICER, MEMBER, SCHOOL_OFFICER, SECRETARY, Somebody
from tests.chat import CHANNEL
from tests.every_command import fitting
from tests.test_every_command import PUBLIC

# What a committee makes public of what somebody else wrote: an opinion with its answer.
MADE_PUBLIC = {"opinion.publish": {"Opinion.text", "Opinion.answer"}}
NUMBERS = (1, 2, 3)  # of what `branch_life` makes


@ON_SQLITE
async def test_no_command_tells_the_group(marked: Marked, caplog: pytest.LogCaptureFixture) -> None:
    """Each command, said in the group by each kind of person, with little and with everything, and 确认 after it."""
    caplog.set_level(logging.DEBUG)
    told = []
    for command in marked.chat.catalogue.commands.values():
        for who in (MEMBER, SECRETARY, COLLEGE_OFFICER, SCHOOL_OFFICER):
            for values in _readings(marked, command):
                async with tried():
                    for one in await _said(marked, who, command, values):
                        secrets = _secrets(marked, one) - MADE_PUBLIC.get(command.name, set())
                        told += [f"{command.name} by {who.name}: {what}: {one}" for what in secrets]
    assert not told, "\n".join(dict.fromkeys(told))
    _assert_silent(marked, caplog)


@ON_SQLITE
async def test_no_command_that_fails_tells_anybody(marked: Marked, caplog: pytest.LogCaptureFixture) -> None:
    """An error may quote all that was said; what is logged and answered does not."""
    caplog.set_level(logging.DEBUG)
    commands = {name: replace(one, handler=_failing) for name, one in marked.chat.catalogue.commands.items()}
    catalogue = replace(marked.chat.catalogue, commands=commands)
    marked.chat.dispatcher = Dispatcher(
        catalogue, marked.chat.settings, marked.chat.clock, reader=marked.reader, metrics=marked.metrics
    )
    for command in commands.values():
        values = {slot.name: _secret(marked, command, slot.name) for slot in command.form.slots}
        async with tried():
            said = await _said(marked, SECRETARY, command, values)
            assert said == [ONLY_PRIVATELY if command.where is Where.PRIVATELY else FAILED]
    assert any("OverflowError" in record.getMessage() for record in caplog.records)
    _assert_silent(marked, caplog)


@ON_SQLITE
async def test_no_job_tells_the_group(marked: Marked, caplog: pytest.LogCaptureFixture) -> None:
    """Every day of the weeks that follow, and every month of the next year."""
    caplog.set_level(logging.DEBUG)
    chat = marked.chat
    start = chat.clock.now().replace(hour=9, minute=0)
    days = [*range(75), *range(75, 420, 15)]
    for moment in (start + timedelta(days=day, hours=hour) for day in days for hour in (0, 10)):
        chat.clock.moment = moment
        await chat.schedule.tick()
    said = [f"{one.text} {one.card or ''}" for one in await OutboxMessage.filter(room__isnull=False, state="pending")]
    assert len(said) > 20
    told = [f"{what}: {one}" for one in said for what in _secrets(marked, one)]
    assert not told, "\n".join(told)
    _assert_silent(marked, caplog)


@ON_SQLITE
async def test_no_page_and_no_figure_tells_anybody(marked: Marked) -> None:
    """The pages beside a gateway, all of them, after every command has been counted."""
    chat = marked.chat
    for command in chat.catalogue.commands.values():
        async with tried():
            await _said(marked, SECRETARY, command, {})

    async def probe() -> Status:
        return Status({CHANNEL: ChannelStatus(Health(ready=True), Kept({OutboxState.SENT: 3}))})

    settings = Settings(web=WebSettings(public_url="https://hongyan.example"))
    members = member_pages(chat.catalogue, settings, chat.clock)
    application = gateway_application(probe, marked.metrics, settings, members)
    shown = [route.removeprefix("GET ") for route in routes(application) if route.startswith("GET ")]
    paths = [route.format(number=1, position=1, link="made-up") for route in shown]
    async with TestClient(TestServer(application)) as client:
        for path in paths:
            said = (await (await client.get(path)).read()).decode("utf-8", "replace")
            assert not _secrets(marked, said), path
            assert "wxid-" not in said, path


def _readings(marked: Marked, command: Command) -> Iterator[dict[str, object]]:
    """With nothing that can be left out, with everything, and with each number that there is and somebody's name."""
    slots = command.form.slots
    yield {slot.name: _secret(marked, command, slot.name) for slot in slots if slot.required}
    numbered = [slot.name for slot in slots if slot.type is Number]
    whole = {slot.name: _secret(marked, command, slot.name) for slot in slots}
    for number in NUMBERS if numbered else NUMBERS[:1]:
        yield whole | {name: Number(number) for name in numbered}
    yield {name: Number(NUMBERS[0]) for name in numbered}


def _secret(marked: Marked, command: Command, name: str) -> object:
    """A value for the slot that nobody but the sender and who it is for may read; innocent where it is made public."""
    slot = next(slot for slot in command.form.slots if slot.name == name)
    public = name in PUBLIC.get(command.name, ())
    mark = "大家都可以看" if public else marked.marks.new(f"{command.name}({name})")
    if slot.type is Name:
        return marked.names[f"wxid-{US.newcomer}"]
    if slot.type is Url:
        return Url(f"https://example.org/{'a' if public else mark}")
    if slot.type in (Text, Word, StudentNumber):
        return slot.type(f"{mark}在工地上学到很多，也更明白了党员的责任和担当。" if slot.type is Text else mark)
    return fitting(slot)


async def _said(marked: Marked, who: Somebody, command: Command, values: Mapping[str, object]) -> Sequence[str]:
    """All that the groups hear because of it and of 确认 after it, with what stands on cards."""
    new = [one for one in await marked.answers(who, command, values, who.group) if one.room]
    assert not any(one.file_data for one in new), f"{command.name} sends a file into the group"
    return list(dict.fromkeys(f"{one.text} {one.card or ''}".strip() for one in new))


def _secrets(marked: Marked, said: str) -> set[str]:
    return {what for what in marked.marks.in_text(said) if what not in PUBLIC_FIELDS}


def _assert_silent(marked: Marked, caplog: pytest.LogCaptureFixture) -> None:
    """The log has nothing of what people wrote, nor whose account it was."""
    logged = caplog.text + marked.metrics.text().decode()
    assert not marked.marks.in_text(logged)
    assert "wxid-" not in logged and "chatroom" not in logged


async def _failing(request: Request, **values: object) -> Answer:
    raise OverflowError(f"{request.me} {request.text} {values}")
