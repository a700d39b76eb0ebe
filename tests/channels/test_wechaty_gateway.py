"""The Wechaty channel on a real gateway: both ways, in order, with everything a group throws at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from bot.channels.wechaty import WechatyChannel, service_channel
from bot.messages import Card, File, FileUnavailable, Incoming, Kind, Outgoing, Undeliverable
from tests.channels.conftest import ROOM
from tests.channels.line import running
from tests.gateway.control import EMOTICON, GROUP_NOTE, POST, Gateway

pytestmark = pytest.mark.gateway


def channel_of(gateway: Gateway) -> WechatyChannel:
    return service_channel("wechat", gateway.token, gateway.endpoint, file_limit=2_000_000)


def dong(channel: WechatyChannel) -> Callable[[Incoming], Awaitable[None]]:
    async def answer(incoming: Incoming) -> None:
        if incoming.room:
            await channel.send(Outgoing(room=incoming.room, text=f"dong {incoming.text}", mentions=(incoming.sender,)))
        else:
            await channel.send(Outgoing(contact=incoming.sender, text=f"dong {incoming.text}"))

    return answer


async def test_answers_in_the_group_and_privately(gateway: Gateway) -> None:
    channel = channel_of(gateway)
    async with running(channel, dong(channel)) as line:
        await line.health(True)
        before = datetime.now(UTC)
        said = await gateway.say("li", "ding 一", room=ROOM, mentions=[gateway.bot])
        heard = await gateway.expect_text("dong ding 一", room=ROOM)
        assert heard.text == "@李娜(实习\u2005dong ding 一"
        group = await line.expect(lambda incoming: incoming.id == said)
        assert (group.channel, group.kind, group.sender, group.sender_name) == ("wechat", Kind.TEXT, "li", "李娜(实习")
        assert (group.room, group.room_topic, group.addressed) == (ROOM, "机电流动党支部", True)
        assert abs((group.sent_at - before).total_seconds()) < 60

        said = await gateway.say("zhang", "ding 二")
        await gateway.expect_text("dong ding 二", to="zhang")
        private = await line.expect(lambda incoming: incoming.id == said)
        assert (private.room, private.addressed, private.conversation) == (None, False, "zhang")

        echo = await line.expect(lambda incoming: incoming.own and incoming.room is None)
        assert (echo.sender, echo.to, echo.conversation) == (gateway.bot, "zhang", "zhang")


async def test_files_go_both_ways(gateway: Gateway) -> None:
    channel = channel_of(gateway)
    report = File("思想汇报.docx", "", bytes(range(256)) * 6000)
    async with running(channel) as line:
        await line.health(True)
        await gateway.say("zhang", file=report)
        incoming = await line.expect(lambda incoming: incoming.kind is Kind.FILE)
        assert incoming.load
        loaded = await incoming.load()
        assert (loaded.name, loaded.data) == (report.name, report.data)
        assert loaded.media_type.endswith("wordprocessingml.document")

        await channel.send(Outgoing(contact="zhang", file=report))
        heard = await gateway.expect_file(to="zhang")
        assert (heard.name, heard.data) == (report.name, report.data)

        await gateway.say("zhang", room=ROOM, file=File("手写.png", "image/png", b"\x89PNG"))
        image = await line.expect(lambda incoming: incoming.kind is Kind.IMAGE)
        assert image.load and (await image.load()).media_type == "image/png"

        await gateway.say("li", file=File("大.pdf", "", bytes(2_100_000)))
        large = await line.expect(lambda incoming: incoming.sender == "li")
        assert large.load
        with pytest.raises(FileUnavailable) as refused:
            await large.load()
        assert refused.value.too_large
        with pytest.raises(Undeliverable):
            await channel.send(Outgoing(contact="zhang", file=File("大.pdf", "", bytes(3_100_000))))


CARD = Card("二十届四中全会公报要点", "政策解读 3号", "https://example.org/a?b=1&c=2", "https://example.org/a.png")


async def test_a_link_goes_as_a_card(gateway: Gateway) -> None:
    channel = channel_of(gateway)
    async with running(channel) as line:
        await line.health(True)
        assert channel.capabilities.cards
        plain = Card("没有图", "也没有缩略图", "https://example.org/b")
        await channel.send(Outgoing(room=ROOM, text="文字", card=CARD))
        await channel.send(Outgoing(contact="zhang", text="文字", card=plain))
        in_group, private = (
            await gateway.expect(lambda heard: heard.room == ROOM),
            await gateway.expect(lambda heard: heard.to == "zhang"),
        )
        assert (in_group.card, in_group.text, private.card) == (CARD, "", plain)


async def test_where_the_puppet_has_no_cards_the_text_goes() -> None:
    async with Gateway(cards=False) as gateway:
        await gateway.add_contact("zhang", "张三")
        channel = channel_of(gateway)
        async with running(channel) as line:
            await line.health(True)
            for text in ("第一条", "第二条"):
                await channel.send(Outgoing(contact="zhang", text=text, card=CARD))
                await gateway.expect_text(text, to="zhang")
            assert not channel.capabilities.cards


async def test_two_hundred_messages_stay_in_order(gateway: Gateway) -> None:
    texts = [f"第{number}句" for number in range(200)]
    async with running(channel_of(gateway)) as line:
        await line.health(True)
        for text in texts:
            await gateway.say("zhang", text, room=ROOM)
        await line.expect(lambda incoming: incoming.text == texts[-1])
        assert line.texts == texts


async def test_reads_recalls_joins_and_friendships(gateway: Gateway) -> None:
    async with running(channel_of(gateway)) as line:
        await line.health(True)
        said = await gateway.say("zhang", "发错了", room=ROOM)
        await gateway.recall("zhang", said, room=ROOM)
        recall = await line.expect(lambda incoming: incoming.kind is Kind.RECALL)
        assert (recall.recalled, recall.room, recall.sender, recall.text) == (said, ROOM, "zhang", "")

        await gateway.add_contact("zhao", "赵敏")
        await gateway.join(ROOM, "zhao", inviter="zhang")
        join = await line.expect(lambda incoming: incoming.kind is Kind.JOIN)
        assert (join.sender, join.sender_name, join.room, join.own) == ("zhao", "赵敏", ROOM, False)

        await gateway.friendship("request-1", "stranger")
        friend = await line.expect(lambda incoming: incoming.kind is Kind.FRIEND)
        assert (friend.sender, friend.friend, friend.room) == ("stranger", True, None)
        assert gateway.accepted == ["request-1"]
        # The confirmation of the same friendship is not told a second time.
        await gateway.friendship("confirmed-1", "stranger", kind="Confirm")
        await gateway.rename_room(ROOM, "机电第二支部", by="zhang")
        await gateway.say("zhang", "改名了", room=ROOM)
        assert (await line.expect(lambda incoming: incoming.text == "改名了")).room_topic == "机电第二支部"
        assert [incoming.kind for incoming in line.received].count(Kind.FRIEND) == 1


async def test_writes_privately_to_friends_only(gateway: Gateway) -> None:
    channel = channel_of(gateway)
    async with running(channel) as line:
        await line.health(True)
        said = await gateway.say("stranger", "大家好", room=ROOM)
        assert not (await line.expect(lambda incoming: incoming.id == said)).friend
        with pytest.raises(Undeliverable):
            await channel.send(Outgoing(contact="stranger", text="您好"))
        await gateway.befriend("stranger")
        await channel.send(Outgoing(contact="stranger", text="现在可以了"))
        await gateway.expect_text("现在可以了", to="stranger")
        assert [heard.text for heard in gateway.heard] == []
        for nowhere in (Outgoing(room="gone@chatroom", text="?"), Outgoing(contact="nobody", text="?"), Outgoing()):
            with pytest.raises(Undeliverable):
                await channel.send(nowhere)


async def test_what_it_cannot_read_breaks_nothing(gateway: Gateway) -> None:
    async with running(channel_of(gateway)) as line:
        await line.health(True)
        for kind, payload in (
            (99, {}),
            (22, {"status": 77}),
            (2, {}),
            (20, []),
            (16, {"gerror": "?"}),
            (1, {}),
            (27, {}),
        ):
            await gateway.raw_event(kind, payload)
        await gateway.raw_event(2, {"messageId": "never-was"})
        await gateway.add_contact("gh_news", "某公众号", type=2)
        await gateway.add_contact("weixin", "微信团队")
        await gateway.say("gh_news", "推送")
        await gateway.say("weixin", "欢迎")
        await gateway.say("zhang", "朋友圈", type=POST)
        await gateway.say("zhang", "[表情]", type=EMOTICON, room=ROOM)
        await gateway.say("zhang", "#接龙\n1. 张三", type=GROUP_NOTE, room=ROOM)
        await gateway.say("zhang", "以秒计", timestamp=1_795_000_000)
        last = await line.expect(lambda incoming: incoming.text == "以秒计")
        assert last.sent_at == datetime.fromtimestamp(1_795_000_000, UTC)
        kinds = [(incoming.kind, incoming.text) for incoming in line.received]
        assert kinds == [
            (Kind.OTHER, "朋友圈"),
            (Kind.OTHER, "[表情]"),
            (Kind.TEXT, "#接龙\n1. 张三"),
            (Kind.TEXT, "以秒计"),
        ]
        assert line.channel.health.ready
