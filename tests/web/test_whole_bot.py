"""The whole bot as `make run` starts it, on an empty database, used through its page."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.web.page import Tab

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PROJECT = Path(__file__).parents[2]
START_SECONDS = 60  # the first start makes the database and imports Wechaty
INJECTION = "交思想汇报 <img src=x onerror=\"document.title='打开了'\"> 这一段是正文，里面有尖括号，应当原样显示出来。"


@dataclass(frozen=True)
class Bot:
    """A bot that runs, the address of its page, and the environment it was started with."""

    address: str
    process: Process
    environment: dict[str, str]

    async def command(self, *arguments: str) -> str:
        """What another run_bot.py beside it prints, on the same database."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "run_bot.py", *arguments, cwd=PROJECT, env=self.environment, stdout=PIPE
        )
        printed, _ = await process.communicate()
        assert process.returncode == 0
        return printed.decode()


@asynccontextmanager
async def started(folder: Path, port: int) -> AsyncIterator[Bot]:
    """On the database in `folder`; afterwards it has to stop in order, and to have logged nothing that was said."""
    quiet = folder / "scene.yaml"  # what the given scene says would stand between what the tests say
    quiet.write_text("[]\n", "utf-8")
    environment = os.environ | {
        "DATABASE_URL": f"sqlite://{folder / 'hongyan.sqlite3'}",
        "HONGYAN_WEB__PORT": str(port),
        "HONGYAN_SANDBOX__SCENE": str(quiet),
        "PYTHONUNBUFFERED": "1",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "run_bot.py", cwd=PROJECT, env=environment, stdout=PIPE, stderr=STDOUT
    )
    assert process.stdout is not None
    printed: list[str] = []
    address = f"http://127.0.0.1:{port}/"
    try:
        async with asyncio.timeout(START_SECONDS):
            while not (printed and address in printed[-1]):
                line = await process.stdout.readline()
                assert line, "".join(printed)
                printed.append(line.decode())
        rest = asyncio.create_task(process.stdout.read())
        yield Bot(address, process, environment)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0, "".join(printed)
    log = "".join(printed) + (await rest).decode()
    for said in ("正文", "我的", "交党费", "大家好", "张伟", "wxid-", "/my/enter"):
        assert said not in log


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bot]:
    """Started once for the tests here."""
    async with started(tmp_path_factory.mktemp("bot"), free_port()) as bot:
        yield bot


async def test_a_member_asks_privately_and_is_answered(bot: Bot, browser: Browser) -> None:
    tab = await (await Tab.open(browser, bot.address)).be("张伟")
    await tab.open_private()
    await tab.say("我的")
    await tab.sees("张伟同志，您的")
    assert tab.faults == []


async def test_a_command_in_the_group_gets_its_receipt_there_for_all_to_see(bot: Bot, browser: Browser) -> None:
    tab = await (await Tab.open(browser, bot.address)).be("张伟")
    other = await (await Tab.open(browser, bot.address)).be("李芳")
    for one in (tab, other):
        await one.open_group()
    await tab.say("交党费 这个月")
    for one in (tab, other):
        await one.sees_somewhere("交党费 这个月")
        await one.sees("待书记确认")
    await tab.page.reload()
    await tab.sees("待书记确认")


async def test_ordinary_talk_gets_no_answer(bot: Bot, browser: Browser) -> None:
    tab = await (await Tab.open(browser, bot.address)).be("王静")
    await tab.open_group()
    await tab.say("大家好，我到车间了")
    await tab.open_private()
    await tab.say("我的")  # answered after whatever came before it
    await tab.sees("王静同志")
    await tab.open_group()
    await tab.sees("大家好，我到车间了")


async def test_a_newcomer_adds_the_bot_and_binds_with_a_code(bot: Bot, browser: Browser) -> None:
    codes = dict(line.split()[::2] for line in (await bot.command("roster", "codes")).splitlines())
    tab = await (await Tab.open(browser, bot.address)).be("吴昊")
    await tab.open_private()
    await tab.page.get_by_role("button", name="加鸿雁为好友").click()
    await expect(tab.page.locator("#composer")).to_be_visible()
    await tab.say(f"绑定 {codes['吴昊']}")
    await tab.sees_somewhere("吴昊，绑定好了")
    await expect(tab.page.locator("#examples")).not_to_contain_text("绑定")
    await tab.say("我的")
    await tab.sees_somewhere("吴昊同志，您的")


async def test_what_looks_like_markup_is_shown_as_it_was_written(bot: Bot, browser: Browser) -> None:
    tab = await (await Tab.open(browser, bot.address)).be("王静")
    await tab.open_private()
    await tab.say(INJECTION)
    await tab.sees_somewhere(INJECTION)
    await tab.sees("汇报")
    assert await tab.page.locator("#thread img").count() == 0
    assert "打开了" not in await tab.page.title()
    assert tab.faults == []


async def test_the_months_reminder_comes_when_the_clock_gets_there(bot: Bot, browser: Browser) -> None:
    tab = await (await Tab.open(browser, bot.address)).be("赵磊")
    await tab.open_group()
    await tab.page.get_by_role("button", name="到月底提醒").click()
    await expect(tab.page.locator("#now")).to_contain_text("25日")
    await tab.sees_somewhere("人未交")
    await expect(tab.page.locator(".bubble", has_text="人未交").last).not_to_contain_text("张伟")
    await tab.be("李芳")
    await tab.open_private()
    await tab.sees_somewhere("未交汇报")  # the list of names is the secretary's alone


async def test_a_restart_goes_on_where_it_was_stopped(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    async with started(tmp_path, port) as before:
        tab = await (await Tab.open(browser, before.address)).be("张伟")
        await tab.open_group()
        await tab.say("大家好")
        await tab.sees("大家好")
        await tab.page.get_by_role("button", name="到月底提醒").click()
        await tab.sees_somewhere("人未交")
    async with started(tmp_path, port) as after:
        tab = await (await Tab.open(browser, after.address)).be("张伟")
        await tab.open_group()
        await tab.sees_somewhere("大家好")
        await tab.sees_somewhere("人未交")
        await expect(tab.page.locator("#now")).to_contain_text("25日")


async def test_a_school_of_several_groups(bot: Bot, browser: Browser) -> None:
    """At first the first branch; whoever belongs elsewhere is found by where."""
    tab = await Tab.open(browser, bot.address)
    await expect(tab.page.locator(".person")).to_have_count(8)
    await expect(tab.page.locator("#title")).to_have_text("智能制造流动党支部")
    place = tab.page.get_by_label("哪个组织")
    await place.select_option("机器人流动党支部")
    await expect(tab.page.locator(".person")).to_have_count(4)
    await tab.be("韩雪")
    await tab.open_group()
    await expect(tab.page.locator("#title")).to_have_text("机器人流动党支部")
    await place.select_option("信息学院")
    await tab.be("罗文")
    await tab.open_group()
    await tab.say("支部情况")
    await tab.sees("软件工程流动党支部")
    assert tab.faults == []


async def test_a_phone_shows_all_of_it(bot: Bot, browser: Browser) -> None:
    tab = await (await Tab.open(browser, bot.address, width=390, height=844)).be("李芳")
    await tab.open_private()
    await tab.say("支部情况")
    await tab.sees("党费")
    await tab.does_not_scroll_sideways()


async def test_a_link_opens_a_members_page_once(bot: Bot, browser: Browser) -> None:
    """On a small phone, and without a script."""
    tab = await (await Tab.open(browser, bot.address)).be("王静")
    await tab.open_group()
    await tab.say("我的页面")
    await tab.sees("打开网页的链接已私聊发给您。")
    await tab.open_private()
    link = await tab.page.locator(".bubble a[href*='/my/enter/']").last.get_attribute("href")
    assert link is not None
    phone = await browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = await phone.new_page()
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text))
    await page.goto(link)
    await page.get_by_role("button", name="打开我的页面").click()
    await expect(page.get_by_role("heading", name="我的", exact=True)).to_be_visible()
    await expect(page.locator("body")).to_contain_text("王静 · 智能制造流动党支部")
    await expect(page.locator("li", has_text="党费")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await page.reload()
    await expect(page.get_by_role("heading", name="我的", exact=True)).to_be_visible()
    assert faults == []
    await page.get_by_role("button", name="退出").click()
    await expect(page.get_by_role("heading", name="已退出")).to_be_visible()
    await page.go_back()
    await expect(page.locator("body")).not_to_contain_text("党费")
    await page.goto(link)
    await expect(page.get_by_role("heading", name="这个链接已经用过了")).to_be_visible()


async def test_a_second_bot_on_the_same_port_says_what_to_do(bot: Bot, tmp_path: Path) -> None:
    # On a database of its own: on the same one it would be refused for that.
    environment = {**bot.environment, "DATABASE_URL": f"sqlite://{tmp_path}/second.sqlite3"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "run_bot.py", cwd=PROJECT, env=environment, stdout=PIPE, stderr=PIPE
    )
    _, complaint = await process.communicate()
    assert process.returncode == 1
    assert "已被占用" in complaint.decode() and "HONGYAN_WEB__PORT=" in complaint.decode()
    assert "Traceback" not in complaint.decode()
