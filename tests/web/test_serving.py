"""The port, and the health that is served on it."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession
from tortoise.connection import get_connections

from bot.messages import Channel, Health
from bot.outbox import Address, put
from bot.settings import ConfigurationError, Settings
from bot.web import Status, health_application, probe_of, serving
from tests.chat import CHANNEL, Wire
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
        return Status(Health(ready=True), 0)

    with pytest.raises(ConfigurationError, match=r"web\.host：192\.0\.2\.1 不是本机的地址"):
        async with serving(health_application(probe), "192.0.2.1", 0):
            pass


async def health(channel: Channel) -> tuple[int, dict[str, object]]:
    async with (
        serving(health_application(probe_of(channel)), "127.0.0.1", 0) as address,
        ClientSession() as client,
        client.get(f"{address}healthz") as response,
    ):
        return response.status, await response.json()


async def test_all_is_well(database: str, settings: Settings) -> None:
    await put(Address(CHANNEL, contact="a"), "答复", now=NOON, settings=settings)
    await put(Address("another", contact="a"), "答复", now=NOON, settings=settings)
    assert await health(Wire()) == (
        200,
        {
            "status": "ok",
            "channel": {"ready": True, "since": None},
            "database": {"reachable": True},
            "outbox": {"waiting": 1},
        },
    )


async def test_a_channel_that_is_not_ready(database: str) -> None:
    wire = Wire()
    wire.health = Health(ready=False, since=NOON, detail="the gateway at 192.0.2.1 is away")
    status, report = await health(wire)
    assert (status, report["status"]) == (503, "unavailable")
    assert report["channel"] == {"ready": False, "since": NOON.isoformat()}  # not the detail: it names addresses


async def test_a_database_that_does_not_answer(database: str) -> None:
    await get_connections().get("default").execute_script("DROP TABLE outbox_message")
    status, report = await health(Wire())
    assert (status, report["database"], report["outbox"]) == (503, {"reachable": False}, {"waiting": None})


async def test_the_sandbox_has_its_health_too(small: SmallWorld) -> None:
    async with small.open() as address, ClientSession(address) as client:
        for ready, status in ((True, 200), (False, 503)):
            small.health = Health(ready=ready)
            async with client.get("healthz") as response:
                assert response.status == status
