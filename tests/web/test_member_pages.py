"""我的页面: the link, the browser it lets in, and all the ways in which that ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from yarl import URL

from bot.commands import Catalogue, Refusal, Request, Role
from bot.metrics import Metrics
from bot.pages import Item, Sheet, page
from bot.settings import Settings, WebSettings
from bot.web import Status, gateway_application, member_pages, serving
from models import Account, AuditEntry, Branch, Level, Member, Post, WebLink, WebSession
from models.web_session import hash_of
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.handlers.stored import everything_opened
from tests.web.test_whole_bot import free_port
from tests.web.visitor import Visitor, link_in

MARKUP = "<img src=x onerror=\"alert('1')\">"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    port = free_port()
    web = WebSettings(port=port, public_url=f"http://127.0.0.1:{port}")
    return settings.model_copy(update={"web": web})


@page("committee", path="/committee", title=MARKUP, role=Role.COMMITTEE)
async def for_the_committee(request: Request) -> Sheet:
    """A page that not everybody may read, about somebody else."""
    other = await Member.get(name="王强")
    return Sheet(MARKUP, [Item(MARKUP, MARKUP, [MARKUP], open=True)], MARKUP, subjects=[other.id])


@page("refusing", path="/refusing", title="拒")
async def refusing(request: Request) -> Sheet:
    raise Refusal(f"没有 {{}} {MARKUP}")


@page("broken", path="/broken", title="坏")
async def broken(request: Request) -> Sheet:
    raise ValueError(f"{request.me.name}的秘密")


@pytest.fixture
async def visitor(chat: Chat) -> AsyncIterator[Visitor]:
    """A browser in front of the bot's pages, beside a gateway, with some pages more than there are."""
    more = Catalogue(chat.catalogue.commands, pages=(*chat.catalogue.pages, for_the_committee, refusing, broken))
    members = member_pages(more, chat.settings, chat.clock)
    application = gateway_application(_probe, Metrics(), chat.settings, members)
    await found_branch(chat)
    async with serving(application, "127.0.0.1", chat.settings.web.port) as address:
        yield Visitor(address.rstrip("/"))


async def _probe() -> Status:
    return Status({})


async def link_for(chat: Chat, who: str = "张三") -> str:
    return link_in(await chat.whisper(who, "我的页面"))


async def test_in_by_the_button_and_out_again(chat: Chat, visitor: Visitor) -> None:
    link = await link_for(chat)
    page = await visitor.enter(link)
    assert page.status == 200 and "张三" in page.words and "智能制造流动党支部" in page.words
    told = await chat.whisper("张三", "我的")
    for line in told.replace("：\n", "\n").splitlines():
        for part in line.split("：", 1):
            assert part.strip() in page.words, "the page tells what the command tells"
    assert "已退出" in (await visitor.leave()).words
    again = await visitor.get(link)
    assert again.status == 410 and "已经用过了" in again.words and "退出网页" in again.words
    assert (await visitor.get("/my")).status == 403


async def test_while_it_is_open_the_link_leads_to_the_page(chat: Chat, visitor: Visitor) -> None:
    link = await link_for(chat)
    await visitor.enter(link)
    again = await visitor.get(link)
    assert (again.status, again.headers["Location"]) == (303, "/my")


async def test_the_group_gets_a_receipt_only(chat: Chat, visitor: Visitor) -> None:
    assert await chat.say("张三", "我的页面") == "打开网页的链接已私聊发给您。"
    [private] = chat.heard("张三")
    assert (await visitor.get(link_in(private))).status == 200


async def test_a_preview_does_not_use_it_up(chat: Chat, visitor: Visitor) -> None:
    link = await link_for(chat)
    for method in ("GET", "HEAD", "GET"):
        assert (await Visitor(visitor.address).ask(method, link, {})).status == 200
    assert not await WebSession.exists()
    assert (await visitor.enter(link)).status == 200


async def test_the_button_tells_nothing_about_anybody(chat: Chat, visitor: Visitor) -> None:
    looked = await visitor.get(await link_for(chat))
    assert "张三" not in looked.text and "支部" not in looked.text


async def test_one_link_lets_one_browser_in(chat: Chat, visitor: Visitor) -> None:
    link, other = await link_for(chat), Visitor(visitor.address)
    looked, looked_too = await visitor.get(link), await other.get(link)
    assert (await visitor.post("/my/enter", looked.fields)).status == 303
    late = await other.post("/my/enter", looked_too.fields)
    assert late.status == 410 and "已经用过了" in late.words
    assert (await other.get("/my")).status == 403
    assert await WebSession.all().count() == 1


async def test_of_many_at_the_same_moment_one_gets_in(chat: Chat, visitor: Visitor) -> None:
    link, browsers = await link_for(chat), [Visitor(visitor.address) for _ in range(8)]
    forms = [(await browser.get(link)).fields for browser in browsers]
    pressed = await asyncio.gather(
        *(browser.post("/my/enter", form) for browser, form in zip(browsers, forms, strict=True))
    )
    assert sorted(answer.status for answer in pressed) == [303] + [410] * 7
    assert await WebSession.all().count() == 1


async def test_a_link_dies_after_ten_minutes_and_by_the_next_one(chat: Chat, visitor: Visitor) -> None:
    first = await link_for(chat)
    second = await link_for(chat)
    assert "已经失效" in (await visitor.get(first)).words
    looked = await visitor.get(second)
    chat.clock.moment += timedelta(minutes=10)
    assert "已经失效" in (await visitor.get(second)).words
    assert (await visitor.post("/my/enter", looked.fields)).status == 410
    for guess in ("x", "张三", "%00", "a" * 5000):
        assert (await visitor.get(f"/my/enter/{guess}")).status == 410
    assert not await WebSession.exists()


async def test_a_link_of_before_a_rebinding_opens_nothing(chat: Chat, visitor: Visitor) -> None:
    link = await link_for(chat)
    chat.clock.moment += timedelta(minutes=1)
    account = await Account.get(contact=contact("张三"))
    await account.bind(await Member.get(name="李娜"), chat.clock.now())
    assert (await visitor.get(link)).status == 410


async def unbound(chat: Chat) -> None:
    await Account.filter(contact=contact("张三")).update(member_id=None)


async def bound_elsewhere(chat: Chat) -> None:
    other = await Account.create(channel=CHANNEL, contact="wxid-new", friend=True)
    await other.bind(await Member.get(name="张三"), chat.clock.now())


async def bound_anew(chat: Chat) -> None:
    account = await Account.get(contact=contact("张三"))
    await account.bind(await Member.get(name="张三"), chat.clock.now())


async def left_the_branch(chat: Chat) -> None:
    await Member.filter(name="张三").update(active=False)


async def idle(chat: Chat) -> None:
    chat.clock.moment += timedelta(minutes=30)


async def told_to_end(chat: Chat) -> None:
    assert await chat.whisper("张三", "退出网页") == "已退出 1 处打开的网页，没用过的链接也作废了。"
    assert "没有打开着的网页" in await chat.whisper("张三", "退出网页")


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (unbound, "unbound"),
        (bound_elsewhere, "unbound"),
        (bound_anew, "unbound"),
        (left_the_branch, "gone"),
        (idle, "idle"),
        (told_to_end, "left"),
    ],
)
async def test_what_ends_it_at_once(chat: Chat, visitor: Visitor, happens: Any, why: str) -> None:
    await visitor.enter(await link_for(chat))
    chat.clock.moment += timedelta(minutes=1)
    assert (await visitor.get("/my")).status == 200
    await happens(chat)
    refused = await visitor.get("/my")
    assert refused.status == 403 and "张三" not in refused.words
    [ended] = await AuditEntry.filter(command="web.session.end")
    assert ended.detail["why"] == why


async def test_it_ends_after_some_hours_however_busy(chat: Chat, visitor: Visitor) -> None:
    await visitor.enter(await link_for(chat))
    for _ in range(8 * 3 - 1):
        chat.clock.moment += timedelta(minutes=20)
        assert (await visitor.get("/my")).status == 200
    chat.clock.moment += timedelta(minutes=20)
    assert (await visitor.get("/my")).status == 403


async def test_what_nobody_comes_back_to_is_ended_and_forgotten(chat: Chat, visitor: Visitor) -> None:
    await visitor.enter(await link_for(chat))
    await link_for(chat)
    chat.clock.moment += timedelta(minutes=31)
    await chat.tick()
    assert (await AuditEntry.get(command="web.session.end")).detail["why"] == "idle"
    assert await WebSession.all().count() == 1
    chat.clock.moment += timedelta(days=2)
    await chat.tick()
    assert not await WebSession.exists() and not await WebLink.exists()


async def test_another_link_in_the_same_browser_ends_the_first(chat: Chat, visitor: Visitor) -> None:
    await visitor.enter(await link_for(chat))
    page = await visitor.enter(await link_for(chat, "李娜"))
    assert "李娜" in page.words and "张三" not in page.words
    assert await WebSession.filter(ended_at=None).count() == 1


async def test_who_it_is_stands_on_the_trail_and_the_secret_nowhere(
    chat: Chat, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    link = await link_for(chat)
    await visitor.enter(link)
    await visitor.leave()
    # What is no request at all is logged, but not quoted.
    reader, writer = await asyncio.open_connection("127.0.0.1", chat.settings.web.port)
    writer.write(f"GET {link} HTTP/1.1\r\nReferer: {link}\x00\r\n\r\n".encode())
    assert b"400" in await reader.readline()
    writer.close()
    assert "Error handling request" in caplog.text
    member = await Member.get(name="张三")
    trail = await AuditEntry.filter(command__startswith="web.").order_by("id")
    assert [entry.command for entry in trail] == [
        *("web.open", "web.session.open", "web.page.me", "web.page.me", "web.session.end"),
    ]
    assert all((entry.member_id, entry.conversation) == (member.id, contact("张三")) for entry in trail)
    secrets = [link.rpartition("/")[2], *(cookie.value for cookie in visitor.jar)]
    assert not any(secret in caplog.text for secret in secrets if secret)
    kept = await everything_opened()
    assert not [secret for secret in ("/my/enter/", *secrets) if secret and secret in kept]


@pytest.mark.parametrize("path", ["/my/enter", "/my/exit"])
@pytest.mark.parametrize(
    ("change", "headers", "status"),
    [
        ({"proof": ""}, {}, 403),
        ({"proof": "é" * 64}, {}, 403),
        ({}, {"Origin": "https://elsewhere.example"}, 403),
        ({}, {"Origin": "null"}, 403),
        ({}, {"Host": "rebound.example"}, 421),
        ({}, {"Cookie": ""}, 403),
        ({}, {"Cookie": "hongyan=another"}, 403),
        ({}, {"Content-Type": "application/json"}, 415),
        ({}, {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({}, {"Content-Type": "application/x-www-form-urlencoded; charset=none"}, 400),
    ],
)
async def test_a_forged_form_does_nothing(
    chat: Chat, visitor: Visitor, path: str, change: dict[str, str], headers: dict[str, str], status: int
) -> None:
    if path == "/my/exit":
        await visitor.enter(await link_for(chat))
        fields = (await visitor.get("/my")).fields
    else:
        fields = (await visitor.get(await link_for(chat))).fields
    forger = Visitor(visitor.address, jar=visitor.jar if "Cookie" not in headers else Visitor("").jar)
    assert (await forger.post(path, fields | change, **headers)).status == status
    assert await WebSession.filter(ended_at=None).count() == (path == "/my/exit")
    assert await WebLink.filter(used_at=None).count() == (path == "/my/enter")


async def test_a_form_without_an_origin_does_nothing(chat: Chat, visitor: Visitor) -> None:
    looked = await visitor.get(await link_for(chat))
    assert (await visitor.ask("POST", "/my/enter", {}, looked.fields)).status == 403


async def test_the_proof_of_another_browser_does_not_fit(chat: Chat, visitor: Visitor) -> None:
    """Else somebody could log others in as themselves."""
    link, other = await link_for(chat), Visitor(visitor.address)
    fields = (await other.get(link)).fields
    await visitor.get(link)
    assert (await visitor.post("/my/enter", fields)).status == 403


async def test_a_secret_that_was_planted_is_not_the_sessions(chat: Chat, visitor: Visitor) -> None:
    visitor.jar.update_cookies({"hongyan": "planted"}, URL(visitor.address))
    assert (await visitor.enter(await link_for(chat))).status == 200
    assert (await WebSession.get()).secret_hash != hash_of("planted")
    [cookie] = visitor.jar
    assert cookie.value != "planted" and (await WebSession.get()).secret_hash == hash_of(cookie.value)


async def test_how_it_looks_behind_https(chat: Chat) -> None:
    """Through a proxy that ends TLS, and keeps the Host."""
    web = WebSettings(public_url="https://hongyan.example.edu.cn")
    settings = chat.settings.model_copy(update={"web": web})
    chat.settings = settings
    chat.read_by(chat.dispatcher._hearing.reader)
    await found_branch(chat)
    application = gateway_application(_probe, Metrics(), settings, member_pages(chat.catalogue, settings, chat.clock))
    own = {"Host": "hongyan.example.edu.cn", "Origin": web.public_url}
    async with serving(application, "127.0.0.1", 0) as address:
        through = Visitor(address.rstrip("/"), headers=own)
        said = await chat.whisper("张三", "我的页面")
        assert f"{web.public_url}/my/enter/" in said
        looked = await through.get(link_in(said))
        assert looked.headers["Strict-Transport-Security"] == "max-age=31536000"
        cookie = looked.headers["Set-Cookie"]
        name, _, rest = cookie.partition("=")
        assert name == "__Host-hongyan"
        assert {part.strip() for part in rest.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Strict", "Secure"}
        own["Cookie"] = cookie.split(";")[0]
        entered = await through.post("/my/enter", looked.fields, **own)
        assert entered.status == 303 and entered.headers["Set-Cookie"].startswith("__Host-hongyan=")
        own["Cookie"] = entered.headers["Set-Cookie"].split(";")[0]
        assert (await through.get("/my", Cookie=own["Cookie"])).status == 200
        for host in ("127.0.0.1", "hongyan.example.edu.cn:8443", "[", ""):
            assert (await through.get("/my", Host=host)).status == 421


async def test_without_an_address_there_is_no_page(chat: Chat) -> None:
    chat.settings = chat.settings.model_copy(update={"web": WebSettings()})
    chat.read_by(chat.dispatcher._hearing.reader)
    await found_branch(chat)
    for private in (True, False):
        answer = await chat.say("张三", "我的页面", private=private)
        assert answer == "网页还没有开通。发送“我的”，在这里就能看。"
    async with serving(gateway_application(_probe, Metrics(), chat.settings), "127.0.0.1", 0) as address:
        assert (await Visitor(address.rstrip("/")).get("/my")).status == 404


async def test_links_are_given_so_many_an_hour(chat: Chat, visitor: Visitor) -> None:
    for _ in range(chat.settings.web.links_per_hour):
        await link_for(chat)
    assert "太多了" in await chat.whisper("张三", "我的页面")
    await link_for(chat, "李娜")
    chat.clock.moment += timedelta(hours=1)
    await link_for(chat)


async def until_refused(visitor: Visitor, path: str, most: int) -> list[int]:
    """The statuses up to the first 429."""
    statuses: list[int] = []
    while 429 not in statuses:
        statuses.append((await visitor.get(path)).status)
        assert len(statuses) < most
    return statuses


async def test_a_member_and_an_address_may_ask_so_often(chat: Chat, visitor: Visitor) -> None:
    await visitor.enter(await link_for(chat))
    assert len(await until_refused(visitor, "/my/none", 200)) >= 59
    refused = await visitor.get("/my")
    assert refused.status == 429 and int(refused.headers["Retry-After"]) >= 1 and "太频繁" in refused.words
    stranger = Visitor(visitor.address, headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
    assert len(await until_refused(stranger, "/my", 1000)) > 300
    stranger.headers["X-Forwarded-For"] = "203.0.113.7, 198.51.100.1"
    assert (await stranger.get("/my")).status == 403


async def test_a_page_is_for_whom_it_is_declared(chat: Chat, visitor: Visitor) -> None:
    await visitor.enter(await link_for(chat))
    refused = await visitor.get("/my/committee")
    assert refused.status == 403 and "只有支部委员" in refused.words
    assert (await AuditEntry.get(command="web.page.committee")).outcome == "refused"
    await visitor.enter(await link_for(chat, "李书记"))
    assert (await visitor.get("/my/committee")).status == 200
    read = await AuditEntry.get(command="web.page.committee", outcome="done")
    assert read.subjects == [(await Member.get(name="王强")).id]
    await Member.filter(name="李书记").update(post=Post.NONE)
    assert (await visitor.get("/my/committee")).status == 403, (
        "who is no longer in the committee has no longer its pages"
    )


async def test_a_refusal_is_said_as_it_is(chat: Chat, visitor: Visitor) -> None:
    await visitor.enter(await link_for(chat))
    refused = await visitor.get("/my/refusing")
    assert refused.status == 403 and f"没有 {{}} {MARKUP}" in refused.words and "<img src=x" not in refused.text
    assert (await AuditEntry.get(command="web.page.refusing")).outcome == "refused"


async def test_what_people_wrote_is_text(chat: Chat, visitor: Visitor) -> None:
    await Member.filter(name="张三").update(name=MARKUP, post=Post.SECRETARY)
    await Branch.all().update(name=MARKUP)
    page = await visitor.enter(await link_for(chat))
    for shown in (page, await visitor.get("/my/committee")):
        assert "<img src=x" not in shown.text and MARKUP in shown.words and shown.text.count("<img") == 0


async def test_above_the_branches(chat: Chat, visitor: Visitor) -> None:
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=chat.clock.now()
    )
    await Member.filter(name="张三").update(branch_id=college.id, post=Post.COLLEGE)
    page = await visitor.enter(await link_for(chat))
    assert "可以看下属 1 个支部" in page.words


async def test_a_fault_is_told_without_details(chat: Chat, visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    await visitor.enter(await link_for(chat))
    answer = await visitor.get("/my/broken")
    assert (answer.status, answer.text) == (500, "出了点问题，请稍后再试。")
    assert "ValueError" in caplog.text and "张三" not in caplog.text
