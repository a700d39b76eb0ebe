"""The page in Chromium, over a small world with an echo in the bot's place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.messages import File
from tests.web.page import Tab
from tests.web.small_world import FILE_LIMIT, GROUP, SmallWorld

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, address: str) -> AsyncIterator[Tab]:
    tab = await Tab.open(browser, address)
    yield tab
    await tab.page.context.close()


async def test_saying_something_and_seeing_the_answer(small: SmallWorld, tab: Tab) -> None:
    await tab.say("交党费 11月 0.2")
    await tab.sees("收到：交党费 11月 0.2")
    assert small.world.messages()[0].room == GROUP
    await tab.open_private()
    await tab.say("我的")
    await tab.sees("收到：我的")
    assert small.world.messages(contact="zhang")[0].text == "我的"
    assert tab.faults == []


async def test_enter_sends_and_shift_enter_begins_a_line(small: SmallWorld, tab: Tab) -> None:
    box = tab.page.locator("#text")
    await box.fill("思想汇报")
    await box.press("Shift+Enter")
    await box.press_sequentially("正文")
    await box.press("Enter")
    await tab.sees("收到：思想汇报\n正文")


async def test_enter_that_chooses_a_word_of_an_input_method_sends_nothing(small: SmallWorld, tab: Tab) -> None:
    await tab.page.locator("#text").fill("dangfei")
    await tab.page.evaluate(
        "document.querySelector('#text').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    await expect(tab.page.locator("#text")).to_have_value("dangfei")
    assert small.world.messages() == ()


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=\"document.title='打开了'\">",
        "<script>document.title='打开了'</script>",
        "</p></li><style>body{display:none}</style>",
        "javascript:alert(1)",
    ],
)
async def test_markup_stays_text(small: SmallWorld, tab: Tab, text: str) -> None:
    small.world.rename("li", "<b>李娜</b>")
    small.world.add_room("x@chatroom", text, ["zhang", "li"])
    await tab.page.reload()
    small.world.say("li", text, room=GROUP, mentions=["li"])
    small.world.say("li", File(f"{text.replace('/', '-')}.pdf", "application/pdf", b"x"), room=GROUP)
    await expect(tab.page.locator(".bubble", has_text=text).first).to_be_visible()
    assert await tab.page.locator("#thread img, #thread script, #thread style, #thread b, .people b").count() == 0
    assert await tab.page.locator("#thread a:not(.file)").count() == 0
    assert "打开了" not in await tab.page.title()
    assert tab.faults == []


async def test_links_and_mentions(small: SmallWorld, tab: Tab) -> None:
    small.world.say("li", "会议：https://meeting.example/a?b=1&c=2。@张三 请看", room=GROUP, mentions=["zhang"])
    link = tab.page.locator(".bubble a").first
    await expect(link).to_have_text("https://meeting.example/a?b=1&c=2")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(tab.page.locator(".mention.me").first).to_have_text("@张三")
    await tab.page.get_by_role("button", name="提到鸿雁").click()
    await tab.page.locator("#text").press_sequentially("菜单")
    await tab.page.locator("#text").press("Enter")
    await tab.sees("菜单")
    await expect(tab.page.locator("#thread .message")).to_have_count(4)
    assert small.world.messages(room=GROUP)[-2].mentions == ("hongyan",)


async def test_two_tabs_are_two_people(small: SmallWorld, tab: Tab, browser: Browser, address: str) -> None:
    other = await Tab.open(browser, f"{address}#li")
    await other.open_group()
    await tab.say("大家好")
    await other.sees("收到：大家好")
    await expect(other.page.locator(".message:not(.mine)", has_text="大家好").first).to_contain_text("张三")
    await tab.open_private()
    await tab.say("只给机器人")
    await tab.sees("收到：只给机器人")
    assert await other.page.get_by_text("只给机器人").count() == 0


async def test_unread_messages_are_counted_for_everybody(small: SmallWorld, tab: Tab) -> None:
    small.world.say("hongyan", "提醒", to="li")
    small.world.say("hongyan", "提醒", to="zhang")
    small.world.say("hongyan", "第二条", to="zhang")
    people, conversations = tab.page.locator(".person"), tab.page.locator("#conversations li")
    await expect(conversations.last.locator(".badge")).to_have_text("2")
    await expect(people.nth(0).locator(".badge")).to_have_text("2")
    await expect(people.nth(1).locator(".badge")).to_have_text("1")
    await tab.open_private()
    await tab.sees("第二条")
    await expect(conversations.last.locator(".badge")).to_be_hidden()
    await expect(people.nth(0).locator(".badge")).to_be_hidden()


async def test_files_both_ways(small: SmallWorld, tab: Tab, tmp_path: Path) -> None:
    small.world.say("hongyan", File("党费台账.xlsx", "application/x", b"ledger"), to="zhang")
    await tab.open_private()
    async with tab.page.expect_download() as download:
        await tab.page.get_by_role("link", name="党费台账.xlsx").click()
    saved = await download.value
    assert saved.suggested_filename == "党费台账.xlsx"
    assert (await saved.path()).read_bytes() == b"ledger"
    report, large = tmp_path / "思想汇报.docx", tmp_path / "太大.pdf"
    report.write_bytes(b"report")
    large.write_bytes(b"x" * (FILE_LIMIT + 1))
    await tab.page.get_by_label("发送文件或图片").set_input_files([report])
    await tab.sees("收到：思想汇报.docx")
    assert [one.file.data for one in small.world.messages() if one.file] == [b"ledger", b"report"]
    await tab.page.get_by_label("发送文件或图片").set_input_files([large])
    await expect(tab.page.get_by_role("alert")).to_have_text("“太大.pdf”超过 0.3 MB，没有发送。")
    await tab.say("好的")
    await expect(tab.page.get_by_role("alert")).to_be_hidden()


async def test_what_is_shown_of_somebody_changes_with_what_the_bot_tells_them(small: SmallWorld, tab: Tab) -> None:
    await expect(tab.page.locator("#people")).to_contain_text("正式党员")
    small.note = "书记"
    small.world.say("hongyan", "您现在是书记。", to="zhang")
    await expect(tab.page.locator("#people")).to_contain_text("书记")


async def test_recalling_and_writing_anew(small: SmallWorld, tab: Tab) -> None:
    await tab.say("手机号 写错了")
    await tab.sees("收到：手机号 写错了")
    await tab.page.get_by_role("button", name="撤回").click()
    await expect(tab.page.get_by_text("你撤回了一条消息")).to_be_visible()
    await tab.page.get_by_role("button", name="重新编辑").click()
    await expect(tab.page.locator("#text")).to_have_value("手机号 写错了")
    assert small.world.messages()[-1].recalls == small.world.messages()[0].id


async def test_nothing_can_be_recalled_after_two_minutes(tab: Tab) -> None:
    await tab.say("大家好")
    await expect(tab.page.get_by_role("button", name="撤回")).to_be_visible()
    await tab.page.get_by_role("button", name="+1 小时").click()
    await expect(tab.page.get_by_role("button", name="撤回")).to_be_hidden()


async def test_a_stranger_becomes_a_friend(small: SmallWorld, tab: Tab) -> None:
    await tab.be("周小雨")
    await expect(tab.page.locator("#composer")).to_be_hidden()
    await tab.page.get_by_role("button", name="加鸿雁为好友").click()
    await tab.say("绑定 123456")
    await tab.sees("收到：绑定 123456")


async def test_moving_the_clock_is_seen_in_every_tab(
    small: SmallWorld, tab: Tab, browser: Browser, address: str
) -> None:
    other = await Tab.open(browser, address)
    await tab.page.get_by_label("移到这个时间").fill("2031-05-06T07:08")
    await tab.page.get_by_role("button", name="前往").click()
    for page in (tab.page, other.page):
        await expect(page.locator("#now")).to_have_text("2031年5月6日 周二 07:08")
    assert small.moves == ["2031-05-06 07:08"]
    await tab.page.get_by_role("button", name="到月底提醒").click()
    await expect(other.page.locator("#now")).to_have_text("2031年5月25日 周日 09:00")
    await tab.page.get_by_role("button", name="回到现在").click()
    await expect(tab.page.get_by_role("button", name="回到现在")).to_be_hidden()


async def test_examples_fill_the_text_box_and_drafts_stay_where_they_were(small: SmallWorld, tab: Tab) -> None:
    await tab.page.get_by_role("button", name="交党费").click()
    await expect(tab.page.locator("#text")).to_have_value("交党费 11月 0.2")
    await expect(tab.page.locator("#text")).to_be_focused()
    await tab.open_private()
    await expect(tab.page.locator("#text")).to_have_value("")
    await tab.open_group()
    await expect(tab.page.locator("#text")).to_have_value("交党费 11月 0.2")
    assert small.world.messages() == ()


async def test_it_says_when_the_bot_is_away_and_comes_back_by_itself(browser: Browser) -> None:
    small = SmallWorld.make()
    async with small.open() as address:
        tab = await Tab.open(browser, address)
        await tab.say("第一次")
        await tab.sees("收到：第一次")
        port = int(address.rstrip("/").rpartition(":")[2])
    away = tab.page.get_by_role("status")
    await expect(away).to_contain_text("机器人没有在运行")
    box = tab.page.locator("#text")
    await box.fill("写到一半")
    await box.press("Enter")
    await expect(tab.page.get_by_role("alert")).to_contain_text("没有送到")
    await expect(box).to_have_value("写到一半")
    anew = SmallWorld.make()
    async with anew.open(port):
        await expect(away).to_be_hidden(timeout=10_000)
        await expect(tab.page.locator("#thread .message")).to_have_count(0)
        await box.press("Enter")
        await tab.sees("收到：写到一半")


async def test_the_keyboard_reaches_everything(small: SmallWorld, tab: Tab) -> None:
    keyboard = tab.page.keyboard
    await tab.page.get_by_role("radio").first.focus()
    await keyboard.press("ArrowRight")
    await expect(tab.page.get_by_role("radio", name="李娜")).to_be_checked()
    await keyboard.press("Tab")
    await expect(tab.page.locator("#conversations button").first).to_be_focused()
    await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(tab.page.locator("#title")).to_have_text("鸿雁")
    for _ in range(3):  # the messages, the file, the text box
        await keyboard.press("Tab")
    await keyboard.type("菜单")
    await keyboard.press("Enter")
    await tab.sees("收到：菜单")
    assert small.world.messages()[0].sender == "li"


async def test_every_control_has_a_name(tab: Tab) -> None:
    controls = tab.page.locator("button, input, textarea, a")
    for control in await controls.all():
        name = await control.evaluate(
            "(one) => one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent"
        )
        assert name.strip(), await control.evaluate("(one) => one.outerHTML")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_no_width_scrolls_sideways(small: SmallWorld, browser: Browser, address: str, width: int) -> None:
    for number in range(12):
        small.world.add_contact(f"more-{number}", f"名字很长的流动党员{number}")
    tab = await Tab.open(browser, address, width=width, height=844)
    await expect(tab.page.get_by_role("button", name="前往")).to_be_in_viewport(ratio=1)
    small.world.say("li", "字" * 300 + "\n" + "x" * 300 + "\nhttps://meeting.example/" + "y" * 300, room=GROUP)
    small.world.say("li", File("很长的名字" * 20 + ".docx", "application/x", b"x"), room=GROUP)
    await tab.say("最后一条")
    await tab.sees("收到：最后一条")
    await tab.does_not_scroll_sideways()
    await expect(tab.page.locator("#thread .message").last).to_be_in_viewport()


async def test_reading_older_messages_is_not_disturbed_by_new_ones(small: SmallWorld, tab: Tab) -> None:
    for number in range(60):
        small.world.say("li", f"第 {number} 条", room=GROUP)
    await tab.sees("第 59 条")
    thread = tab.page.locator("#thread")
    await thread.evaluate("(one) => { one.scrollTop = 0; }")
    small.world.say("li", "新的一条", room=GROUP)
    await expect(tab.page.get_by_role("button", name="有新消息")).to_be_visible()
    assert await thread.evaluate("(one) => one.scrollTop") == 0
    await tab.page.get_by_role("button", name="有新消息").click()
    await expect(tab.page.locator("#thread .message").last).to_be_in_viewport()


async def test_whom_the_address_names_is_in_sight(small: SmallWorld, browser: Browser, address: str) -> None:
    for number in range(20):
        small.world.add_contact(f"more-{number}", f"党员{number}")
    tab = await Tab.open(browser, f"{address}#more-19", width=390, height=844)
    await expect(tab.page.get_by_role("radio", name="党员19")).to_be_checked()
    await expect(tab.page.locator(".person", has_text="党员19")).to_be_in_viewport(ratio=1)
    await expect(tab.page.get_by_text("还不是鸿雁的好友")).to_be_hidden()  # made as a friend
