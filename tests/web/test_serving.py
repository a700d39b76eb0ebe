"""The port, and the health and the metrics that are served on it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from tortoise.connection import get_connections

from bot.commands import Catalogue
from bot.messages import Health
from bot.metrics import Metrics
from bot.outbox import Address, put
from bot.service import Service, Way
from bot.settings import ConfigurationError, Settings
from bot.web import Status, gateway_application, probe_of, serving
from models import Presence, Urgency
from tests.chat import CHANNEL, SetClock, Wire
from tests.conftest import NOON
from tests.web.small_world import SmallWorld


async def test_a_busy_port_is_named_with_a_way_out(small: SmallWorld) -> None:
    async with small.open() as address:
        port = int(address.rstrip("/").rpartition(":")[2])
        with pytest.raises(ConfigurationError, match=rf"端口 {port} 已被占用.*HONGYAN_WEB__PORT=\d+ make run"):
            async with serving(small.application(), "127.0.0.1", port):
                pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "hongyan.example", ""])
async def test_the_sandbox_is_served_to_this_machine_only(small: SmallWorld, host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"web\.host"):
        async with serving(small.application(), host, 0):
            pass


async def test_an_address_of_another_machine_is_refused() -> None:
    async def probe() -> Status:
        return Status({})

    with pytest.raises(ConfigurationError, match=r"web\.host：192\.0\.2\.1 不是本机的地址"):
        async with serving(gateway_application(probe, Metrics(), Settings()), "192.0.2.1", 0):
            pass


@pytest.fixture
def service(database: str, catalogue: Catalogue, settings: Settings) -> Service:
    """The bot on the open database, with nobody to drive it, at noon."""
    return Service([Way(Wire())], catalogue, settings, SetClock(NOON))


async def asked(service: Service, path: str = "healthz") -> tuple[int, str]:
    async with (
        serving(gateway_application(probe_of(service), service.metrics, service.settings), "127.0.0.1", 0) as address,
        ClientSession() as client,
        client.get(f"{address}{path}") as response,
    ):
        return response.status, await response.text()


async def health(service: Service) -> tuple[int, dict[str, Any]]:
    status, text = await asked(service)
    return status, json.loads(text)


async def say(service: Service, channel: str = CHANNEL, minutes_ago: int = 0, **more: Any) -> None:
    now = NOON - timedelta(minutes=minutes_ago)
    await put(Address(channel, contact="a"), "答复", now=now, settings=service.settings, **more)


async def test_all_is_well(service: Service) -> None:
    await say(service, minutes_ago=1)
    await say(service, "another")
    await Presence.create(channel=CHANNEL, heard_until=NOON)
    assert await health(service) == (
        200,
        {
            "status": "ok",
            "channels": {
                CHANNEL: {
                    "ready": True,
                    "since": None,
                    "heard_until": NOON.isoformat(),
                    "outbox": {
                        "waiting": 1,
                        "oldest_answer_seconds": 60,
                        "stalled": False,
                        "paused": False,
                        "sent_today": 0,
                        "day_cap": 1_000_000,
                    },
                },
            },
            "database": {"reachable": True},
            "schedule": {"seconds_since": 0, "late": False},
        },
    )


async def test_a_channel_that_is_not_ready(service: Service) -> None:
    service.channels[CHANNEL].health = Health(ready=False, since=NOON, detail="the gateway at 192.0.2.1 is away")  # type: ignore
    status, report = await health(service)
    assert (status, report["status"]) == (503, "unavailable")
    # Not the detail: it names addresses.
    assert report["channels"][CHANNEL].pop("outbox")
    assert report["channels"][CHANNEL] == {"ready": False, "since": NOON.isoformat(), "heard_until": None}


async def test_a_database_that_does_not_answer(service: Service) -> None:
    await get_connections().get("default").execute_script("DROP TABLE outbox_message")
    status, report = await health(service)
    assert (status, report["database"], report["channels"][CHANNEL]["outbox"]["waiting"]) == (
        503,
        {"reachable": False},
        None,
    )
    status, text = await asked(service, "metrics")
    assert status == 200
    assert "hongyan_database_reachable 0.0" in text
    assert 'hongyan_outbox_messages{channel="wechaty",state="pending"} NaN' in text


async def test_answers_that_are_not_sent(service: Service) -> None:
    await say(service, minutes_ago=6)
    service.senders[CHANNEL].moved -= 360
    status, report = await health(service)
    assert (
        status,
        report["channels"][CHANNEL]["outbox"]["stalled"],
        report["channels"][CHANNEL]["outbox"]["oldest_answer_seconds"],
    ) == (503, True, 360)
    # Something else has just been sent: a long queue is no standstill.
    service.senders[CHANNEL].moved += 360
    assert (await health(service))[0] == 200


async def test_what_may_not_be_sent_yet_is_no_standstill(service: Service) -> None:
    service.senders[CHANNEL].moved -= 360
    await say(service, minutes_ago=6, urgency=Urgency.NOTICE)
    assert (await health(service))[0] == 200
    await say(service, minutes_ago=6)
    await service.senders[CHANNEL].restricted()
    status, report = await health(service)
    assert (
        status,
        report["channels"][CHANNEL]["outbox"]["paused"],
        report["channels"][CHANNEL]["outbox"]["stalled"],
    ) == (200, True, False)


async def test_a_schedule_that_is_not_looked_through(service: Service) -> None:
    service.schedule.ticked -= 301
    status, report = await health(service)
    assert (status, report["schedule"]["late"]) == (503, True)
    await service.schedule.tick()
    assert (await health(service))[0] == 200


async def test_the_sandbox_has_its_health_and_metrics_too(small: SmallWorld) -> None:
    async with small.open() as address, ClientSession(address) as client:
        for ready, status in ((True, 200), (False, 503)):
            small.health = Health(ready=ready)
            async with client.get("healthz") as response:
                assert response.status == status
            async with client.get("metrics") as response:
                assert f'hongyan_channel_ready{{channel="wechaty"}} {float(ready)}' in await response.text()
