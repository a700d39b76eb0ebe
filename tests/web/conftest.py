"""A small world, and Chromium, which is started once: tests that use either run in the session's event loop."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.web.small_world import SmallWorld

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
PUBLIC_HOST = "hongyan.example.edu.cn"  # for Chromium it is this machine
# Nothing but the page: Chromium's own errands are left undone.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {PUBLIC_HOST} 127.0.0.1",
]


@pytest.fixture
def small() -> SmallWorld:
    return SmallWorld.make()


@pytest_asyncio.fixture(loop_scope="session")
async def address(small: SmallWorld) -> AsyncIterator[str]:
    async with small.open() as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()
