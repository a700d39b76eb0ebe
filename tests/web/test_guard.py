"""A page without log-in must not be reached by other pages of the same browser."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from tests.web.small_world import GROUP, SmallWorld

pytestmark = pytest.mark.asyncio(loop_scope="session")

HELLO = {"sender": "zhang", "room": GROUP, "text": "你好"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("rebound.example", 421),
        ("rebound.example:8080", 421),
        ("127.0.0.1.rebound.example", 421),
        ("192.168.1.5:8080", 421),
        ("0.0.0.0:8080", 421),
        ("[", 421),
        ("", 421),
        ("127.0.0.1:9000", 200),  # through a tunnel from another port
        ("localhost:8080", 200),
        ("[::1]:8080", 200),
    ],
)
@pytest.mark.parametrize("path", ["", "static/main.js", "healthz"])
async def test_only_a_host_that_is_this_machine(address: str, host: str, status: int, path: str) -> None:
    async with ClientSession() as client, client.get(f"{address}{path}", headers={"Host": host}) as response:
        assert response.status == status


@pytest.mark.parametrize("origin", ["https://rebound.example", "null", "http://127.0.0.1:1", None])
async def test_a_websocket_of_another_page_is_refused(address: str, origin: str | None) -> None:
    async with ClientSession() as client:
        with pytest.raises(WSServerHandshakeError) as refusal:
            await client.ws_connect(f"{address}live", origin=origin)
    assert refusal.value.status == 403


@pytest.mark.parametrize("origin", ["https://rebound.example", "null", None])
async def test_another_page_cannot_post(small: SmallWorld, address: str, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    async with ClientSession() as client, client.post(f"{address}messages", json=HELLO, headers=headers) as response:
        assert response.status == 403
    assert small.world.messages() == ()


@pytest.mark.parametrize("path", ["", "static/main.js", "static/sandbox.css", "healthz", "no-such-page", "files/none"])
async def test_every_answer_has_the_headers(address: str, path: str) -> None:
    async with ClientSession() as client, client.get(f"{address}{path}") as response:
        headers = response.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy.get("script-src") == policy.get("connect-src") == ("'self'" if path == "" else None)
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
