"""What every route inherits, those that are still to come too: it is described, it has the headers, it is closed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web

import bot.web
from bot.clock import MovableClock
from bot.commands import Catalogue
from bot.metrics import Metrics
from bot.sandbox import World
from bot.settings import LessonSettings, ReminderTime, Settings, WebSettings
from bot.web import Status, gateway_application, member_pages, sandbox_application, serving
from tests.web.test_whole_bot import free_port
from tests.web.visitor import Visitor

DESCRIPTION: dict[str, Any] = yaml.safe_load((Path(bot.web.__file__).parent / "openapi.yaml").read_text("utf-8"))
OPEN = {("GET", "/my/enter/{link}"), ("POST", "/my/enter"), ("POST", "/my/exit")}  # of /my, to who is not in

Route = tuple[str, str]


async def probe() -> Status:
    return Status({})


async def nobody() -> dict[str, Any]:
    return {}


def applications(catalogue: Catalogue, settings: Settings) -> tuple[web.Application, web.Application]:
    """Both that there are, beside a gateway and in the sandbox, with all pages."""
    clock = MovableClock()
    beside = gateway_application(probe, Metrics(), settings, member_pages(catalogue, settings, clock))
    sandbox = sandbox_application(
        World(clock.now),
        clock,
        reminder=ReminderTime(),
        probe=probe,
        metrics=Metrics(),
        lessons=LessonSettings(),
        people=nobody,
        members=member_pages(catalogue, settings, clock),
    )
    return beside, sandbox


def routes_of(application: web.Application) -> Iterator[Route]:
    """Method and path of each; HEAD goes with GET."""
    for resource in application.router.resources():
        for route in resource:
            path = route.resource.canonical if route.resource is not None else ""
            if isinstance(resource, web.StaticResource):
                path += "/{filename}"
            if route.method != "HEAD":
                yield route.method, path


def described(sandbox: bool) -> set[Route]:
    return {
        (method.upper(), path)
        for path, operations in DESCRIPTION["paths"].items()
        for method in operations
        if not method.startswith("x-") and (sandbox or "x-sandbox" not in operations)
    }


@pytest.fixture
def own() -> Settings:
    port = free_port()
    return Settings(web=WebSettings(port=port, public_url=f"http://127.0.0.1:{port}"))


def test_each_stands_in_the_description(catalogue: Catalogue, own: Settings) -> None:
    beside, sandbox = applications(catalogue, own)
    assert set(routes_of(beside)) == described(sandbox=False), "bring bot/web/openapi.yaml in line with the routes"
    assert set(routes_of(sandbox)) == described(sandbox=True), "bring bot/web/openapi.yaml in line with the routes"


@pytest.fixture
async def visitor(database: str, catalogue: Catalogue, own: Settings) -> AsyncIterator[Visitor]:
    """A stranger before the pages beside a gateway."""
    beside, _ = applications(catalogue, own)
    async with serving(beside, "127.0.0.1", own.web.port) as address:
        yield Visitor(address.rstrip("/"))


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "1", path)


async def test_each_answer_says_that_nothing_in_it_is_to_be_run(visitor: Visitor) -> None:
    asked = [*sorted(described(sandbox=False)), ("GET", "/"), ("GET", "/none"), ("GET", "/my/none"), ("PUT", "/my")]
    for method, path in asked:
        answer = await visitor.ask(method, filled(path), {"Origin": visitor.address})
        headers = answer.headers
        assert answer.status < 500, (method, path)
        assert "Server" not in headers and headers["X-Content-Type-Options"] == "nosniff", (method, path)
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "script-src" not in policy
        assert "frame-ancestors 'none'" in policy and headers["Cross-Origin-Opener-Policy"] == "same-origin"
        private = path.startswith("/my")
        assert headers["Referrer-Policy"] == ("strict-origin" if private else "no-referrer")
        assert headers["Cache-Control"] == ("no-store" if private or path == "/healthz" else "no-cache"), path
        assert not re.search(r"<(script|style)|\son\w+=|\sstyle=|javascript:", answer.text), (method, path)


async def test_each_below_my_is_closed_to_who_is_not_in(visitor: Visitor) -> None:
    closed = {one for one in described(sandbox=False) if one[1].startswith("/my")} - OPEN
    assert closed
    for method, path in [*sorted(closed), ("GET", "/my/none"), ("DELETE", "/my")]:
        answer = await visitor.ask(method, filled(path), {"Origin": visitor.address, "Cookie": "hongyan=guessed"})
        assert answer.status in (403, 415), (method, path)


async def test_each_that_changes_something_refuses_what_is_not_from_here(visitor: Visitor) -> None:
    changing = [(method, path) for method, path in described(sandbox=False) if method != "GET"]
    assert changing
    for method, path in changing:
        for origin in ({}, {"Origin": "null"}, {"Origin": "https://elsewhere.example"}):
            assert (await visitor.ask(method, filled(path), origin, {"proof": "x"})).status == 403
        own = {"Origin": visitor.address}
        assert (await visitor.ask(method, filled(path), own, {"proof": "x"})).status == 403
        assert (await visitor.ask(method, filled(path), own, b"x" * 20_000)).status in (413, 415)


async def test_each_below_my_is_for_its_own_host(visitor: Visitor) -> None:
    for method, path in described(sandbox=False):
        if path.startswith("/my"):
            answer = await visitor.ask(
                method, filled(path), {"Host": "rebound.example", "Origin": "http://rebound.example"}
            )
            assert answer.status == 421
