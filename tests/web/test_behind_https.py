"""The pages under the address that members use: Chromium, and between it and the bot a proxy that ends TLS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect
from tortoise.backends.base.executor import EXECUTOR_CACHE

from bot.commands import Catalogue
from bot.database import opened
from bot.metrics import Metrics
from bot.settings import Settings, WebSettings
from bot.web import Status, gateway_application, member_pages, serving
from tests.channels.wecom_peer import certified
from tests.chat import Chat, found_branch
from tests.conftest import NOON
from tests.databases import SqliteSource
from tests.web.conftest import PUBLIC_HOST
from tests.web.test_whole_bot import free_port
from tests.web.visitor import link_in

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def _passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        try:
            while part := await reader.read(65_536):
                writer.write(part)
                await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()


async def _proxy(stack: AsyncExitStack, certificate: Path, outside: int, inside: int) -> None:
    """End TLS at `outside`, and pass on what comes to `inside` as it is."""
    visits: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", inside)
        for task in (_passed_on(reader, back), _passed_on(there, writer)):
            visits.add(asyncio.create_task(task))

    server = await asyncio.start_server(visit, "127.0.0.1", outside, ssl=certified(certificate))

    async def stop() -> None:
        server.close()
        for task in visits:
            task.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    stack.push_async_callback(stop)


async def _probe() -> Status:
    return Status({})


@dataclass(frozen=True)
class Public:
    """Somebody in a chat with the bot, and the address where its pages are reached."""

    chat: Chat
    url: str


@pytest_asyncio.fixture(loop_scope="session")
async def public(tmp_path: Path, sqlite: SqliteSource, catalogue: Catalogue) -> AsyncIterator[Public]:
    EXECUTOR_CACHE.clear()
    outside = free_port()
    web = WebSettings(public_url=f"https://{PUBLIC_HOST}:{outside}")
    pace = {"conversation_seconds": 0, "account_seconds": 0, "per_minute": 1_000_000, "jitter": 0}
    settings = Settings(outbox=pace, anonymity={"key_file": tmp_path / "anonymity.key"}, web=web)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(opened(await sqlite.copy(tmp_path)))
        chat = Chat(catalogue, settings, NOON)
        await found_branch(chat)
        application = gateway_application(_probe, Metrics(), settings, member_pages(catalogue, settings, chat.clock))
        address = await stack.enter_async_context(serving(application, "127.0.0.1", 0))
        inside = int(address.rstrip("/").rpartition(":")[2])
        await _proxy(stack, tmp_path / "ca.pem", outside, inside)
        yield Public(chat, web.public_url)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, ignore_https_errors=True
    )
    yield context
    await context.close()


async def test_a_browser_keeps_the_cookie_and_sends_it_nowhere_else(public: Public, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.goto(public.url + link_in(await public.chat.whisper("张三", "我的页面")))
    await page.get_by_role("button", name="打开我的页面").click()
    await expect(page.locator("body")).to_contain_text("张三 · 智能制造流动党支部")
    [cookie] = await phone.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-hongyan", True, True)
    assert (cookie["sameSite"], cookie["path"], cookie["expires"]) == ("Strict", "/", -1)
    # A page of another host, which leads here.
    await page.route(
        "https://elsewhere.example/",
        lambda route: route.fulfill(content_type="text/html", body=f'<a href="{public.url}/my">x</a>'),
    )
    await page.goto("https://elsewhere.example/")
    await page.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="还没有登录")).to_be_visible()
    await page.goto(f"{public.url}/my")
    await page.get_by_role("button", name="退出").click()
    await expect(page.get_by_role("heading", name="已退出")).to_be_visible()
    assert await phone.cookies() == []


async def test_a_form_of_another_page_does_nothing(public: Public, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.goto(public.url + link_in(await public.chat.whisper("张三", "我的页面")))
    await page.get_by_role("button", name="打开我的页面").click()
    await expect(page.get_by_role("button", name="退出")).to_be_visible()
    proof = await page.locator("input[name=proof]").get_attribute("value")
    action = f'method="post" action="{public.url}/my/exit"'
    form = f'<form {action}><input name="proof" value="{proof}"><button>x</button></form>'
    await page.route("https://elsewhere.example/", lambda route: route.fulfill(content_type="text/html", body=form))
    await page.goto("https://elsewhere.example/")
    await page.get_by_role("button").click()
    await expect(page.locator("body")).to_contain_text("请求来自别的网页，已拒绝。")
    await page.goto(f"{public.url}/my")
    await expect(page.get_by_role("button", name="退出")).to_be_visible()
