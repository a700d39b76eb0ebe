"""What a gateway does: it dies, freezes, restarts, refuses, repeats itself and says what nobody understands."""

from __future__ import annotations

import asyncio
import time

from tests.faults.hearing import Sent
from tests.faults.scene import WITHIN, Scene
from tests.gateway.control import EMOTICON, POST

MESSAGE_EVENT, SCAN_EVENT = 2, 22
AWAY = "不在线"


async def killed(here: Scene) -> None:
    await here.gateway.kill()
    await asyncio.sleep(here.chance.uniform(0.2, 3))
    await here.gateway.start()
    await here.recovered()


async def killed_for_long(here: Scene) -> None:
    """Longer than members may be left in ignorance: each group is told once that the bot was away."""
    before = _told(here)
    here.crowd.pause = 1.0  # notices wait until no answer does
    await asyncio.sleep(2)  # it notes every second or so that it is there
    await here.gateway.kill()
    await asyncio.sleep(14)
    await here.gateway.start()
    await here.recovered()
    deadline = time.monotonic() + WITHIN
    while len(_told(here)) - len(before) < here.crowd.groups:
        assert time.monotonic() < deadline, "not every group was told that the bot was away"
        await asyncio.sleep(0.1)
    places = [sent.place for sent in _told(here)[len(before) :]]
    assert len(places) == len(set(places)), "a group was told twice that the bot was away"


def _told(here: Scene) -> list[Sent]:
    return [sent for sent in here.gateway.sent if AWAY in sent.text]


async def frozen(here: Scene) -> None:
    here.gateway.freeze()
    await asyncio.sleep(here.chance.uniform(1, 4))
    here.gateway.resume()
    await here.recovered()


async def frozen_for_long(here: Scene) -> None:
    """Until the watchdog has given it up."""
    here.gateway.freeze()
    await asyncio.sleep(25)
    here.gateway.resume()
    await here.recovered()


async def ended(here: Scene) -> None:
    """The event stream ends cleanly."""
    await here.gateway.end_stream()
    await here.recovered()


async def refusing(here: Scene) -> None:
    """It wants another token for a while."""
    token = here.gateway.token
    await here.gateway.kill()
    here.gateway.token = "another-token"
    await here.gateway.start()
    await asyncio.sleep(3)
    await here.gateway.kill()
    here.gateway.token = token
    await here.gateway.start()
    await here.recovered()


async def error_event(here: Scene) -> None:
    await here.gateway.error()
    await here.recovered()


async def unknown(here: Scene) -> None:
    """Events and messages of types that nobody knows, and events without what they need."""
    person = here.crowd.people[0]
    for kind, payload in (
        (99, {"data": "?"}),
        (MESSAGE_EVENT, {}),
        (MESSAGE_EVENT, ["?"]),
        (SCAN_EVENT, {"status": 99}),
    ):
        await here.gateway.raw_event(kind, payload)
    for kind in (POST, EMOTICON, 99):
        await here.gateway.say(person.contact, "<xml/>", room=person.room, type=kind)
        await here.gateway.say(person.contact, "<xml/>", type=kind)
    await here.recovered()


async def out_of_order(here: Scene) -> None:
    """Each message bears an earlier or later time than the one before."""
    here.crowd.ages = (0, 3600)
    await _for_a_while(here)


async def days_old(here: Scene) -> None:
    """Messages arrive that were sent days ago."""
    here.crowd.ages = (86_400, 5 * 86_400)
    await _for_a_while(here)


async def twice(here: Scene) -> None:
    """Each message is delivered twice."""
    here.crowd.twice = True
    await _for_a_while(here)


async def _for_a_while(here: Scene) -> None:
    await here.recovered()
    await asyncio.sleep(3)
    here.crowd.ages, here.crowd.twice = (0, 0), False
