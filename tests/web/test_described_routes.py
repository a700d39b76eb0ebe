"""The whole bot as `make run` starts it, sent what its description of the routes says, and what it does not say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
import schemathesis
from aiohttp import ClientSession
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.test_every_route import DESCRIPTION
from tests.web.test_whole_bot import Bot, free_port, started
from tests.web.visitor import Visitor, link_in

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MEMBER = "wxid-20230102"
described = schemathesis.openapi.from_dict(DESCRIPTION, config=SchemathesisConfig.from_dict({"seed": 1}))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bot, str]]:
    """A bot, and the cookie of a member who is in its pages."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        bot = runner.run(stack.enter_async_context(started(tmp_path_factory.mktemp("bot"), free_port())))
        try:
            yield bot, runner.run(_enter(bot.address))
        finally:
            runner.run(stack.aclose())


async def _enter(address: str) -> str:
    origin = address.rstrip("/")
    visitor = Visitor(origin)
    async with ClientSession(origin, headers={"Origin": origin}) as client, client.ws_connect("/live") as live:
        async with client.post("/messages", json={"sender": MEMBER, "text": "我的页面"}) as said:
            assert said.status == 204
        async for event in live:
            text = event.json().get("message", {}).get("text", "")
            if "/my/enter/" in text:
                break
    assert (await visitor.enter(link_in(text))).status == 200
    [cookie] = visitor.jar
    return cookie.value


@described.parametrize()
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_each_answers_as_described(case: schemathesis.Case, running: tuple[Bot, str]) -> None:
    bot, secret = running
    origin = bot.address.rstrip("/")
    # Elsewhere it would only make the member ask too often.
    cookies = {"hongyan": secret if case.path == "/my" else "none"}
    case.call_and_validate(base_url=origin, headers={"Origin": origin}, cookies=cookies, checks=CHECKS)
