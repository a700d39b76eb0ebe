"""The same Wechaty client in the make-believe WeChat, and that WeChat's own rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.channels.wechaty import sandbox_channel
from bot.messages import Card, File, Kind, Outgoing, Undeliverable
from bot.sandbox import Befriended, Joined, Message, NotAllowed, World
from bot.understanding.values import SHANGHAI
from tests.channels.line import Line, running

ROOM = "branch@chatroom"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    world = World(clock)
    world.add_contact("zhang", "张三")
    world.add_contact("stranger", "王强", friend=False)
    world.add_contact("outsider", "赵敏")
    world.add_room("branch", "机电流动党支部", ["zhang", "stranger"])
    return world


@pytest.fixture
async def line(world: World) -> AsyncIterator[Line]:
    async with running(sandbox_channel("sandbox", world)) as line:
        await line.health(True)
        yield line


async def test_messages_reach_the_bot_in_order_with_the_worlds_time(world: World, line: Line, clock: Clock) -> None:
    said = world.say("zhang", "交党费", room=ROOM, mentions=[world.bot.id])
    clock.time += timedelta(minutes=2)
    world.say("zhang", "我的")
    last = await line.expect(lambda incoming: incoming.text == "我的")
    first = line.received[0]
    assert (first.id, first.channel, first.kind, first.text) == (said.id, "sandbox", Kind.TEXT, "交党费")
    assert (first.sender, first.sender_name, first.friend) == ("zhang", "张三", True)
    assert (first.room, first.room_topic, first.addressed) == (ROOM, "机电流动党支部", True)
    assert (last.room, last.sent_at) == (None, clock.time)
    assert last.sent_at - first.sent_at == timedelta(minutes=2)


async def test_the_bot_answers_in_the_room_and_privately(world: World, line: Line) -> None:
    identity = await line.channel.send(Outgoing(room=ROOM, text="已登记", mentions=("zhang",)))
    await line.channel.send(Outgoing(contact="zhang", text="明细"))
    await line.channel.send(Outgoing(contact="zhang", file=File("台账.xlsx", "application/x", b"rows")))
    (group,) = world.messages(room=ROOM)
    assert (group.id, group.sender, group.text, group.mentions) == (
        identity,
        "hongyan",
        "@张三\u2005已登记",
        ("zhang",),
    )
    private, file = world.messages(contact="zhang")
    assert (private.text, private.to) == ("明细", "zhang")
    assert file.file == File("台账.xlsx", "application/x", b"rows")
    echo = await line.expect(lambda incoming: incoming.id == private.id)
    assert (echo.own, echo.to, echo.conversation) == (True, "zhang", "zhang")


async def test_a_link_is_shown_as_a_card(world: World, line: Line) -> None:
    card = Card("公报要点", "政策解读 3号", "https://example.org/a")
    identity = await line.channel.send(Outgoing(room=ROOM, text="公报要点 https://example.org/a", card=card))
    (said,) = world.messages(room=ROOM)
    assert (said.id, said.card, said.text) == (identity, card, "")
    echo = await line.expect(lambda incoming: incoming.id == said.id)
    assert (echo.own, echo.kind, echo.text) == (True, Kind.OTHER, card.url)


async def test_it_writes_only_where_wechat_would_let_it(world: World, line: Line) -> None:
    for message in (
        Outgoing(contact="stranger", text="?"),
        Outgoing(contact="nobody", text="?"),
        Outgoing(room="gone@chatroom", text="?"),
    ):
        with pytest.raises(Undeliverable):
            await line.channel.send(message)
    assert world.messages() == ()


async def test_files_recalls_friends_and_joins_arrive(world: World, line: Line) -> None:
    photo = world.say("zhang", File("手写.jpg", "image/jpeg", b"\xff\xd8"))
    world.say("zhang", File("思想汇报.pdf", "application/pdf", b"%PDF"), room=ROOM)
    world.recall(photo.id)
    world.befriend("stranger")
    world.befriend("stranger")
    world.join(ROOM, "outsider", inviter="zhang")
    join = await line.expect(lambda incoming: incoming.kind is Kind.JOIN)
    image, file, recall, friend = line.received[:4]
    assert image.kind is Kind.IMAGE and image.load
    assert await image.load() == photo.file
    assert (file.kind, file.text, file.room) == (Kind.FILE, "思想汇报.pdf", ROOM)
    assert (recall.kind, recall.recalled, recall.room) == (Kind.RECALL, photo.id, None)
    assert (friend.kind, friend.sender, friend.friend) == (Kind.FRIEND, "stranger", True)
    assert (join.sender, join.room) == ("outsider", ROOM)
    await line.channel.send(Outgoing(contact="stranger", text="欢迎"))


async def test_two_hundred_messages_stay_in_order(world: World, line: Line) -> None:
    texts = [f"第{number}句" for number in range(200)]
    for text in texts:
        world.say("zhang", text, room=ROOM)
    await line.expect(lambda incoming: incoming.text == texts[-1])
    assert line.texts == texts


def test_the_world_holds_to_wechats_rules(world: World) -> None:
    with pytest.raises(NotAllowed, match="不在这个群里"):
        world.say("outsider", "?", room=ROOM)
    with pytest.raises(NotAllowed, match="好友"):
        world.say("stranger", "?")
    with pytest.raises(NotAllowed, match="只能和机器人"):
        world.say("zhang", "?", to="outsider")
    recall = world.recall(world.say("zhang", "!").id)
    with pytest.raises(NotAllowed, match="撤回"):
        world.recall(recall.id)
    with pytest.raises(ValueError, match="zhang"):
        world.add_contact("zhang", "另一个")
    with pytest.raises(KeyError):
        world.add_room("other", "?", ["nobody"])
    assert world.rename("zhang", "张三丰").name == "张三丰"
    assert [contact.id for contact in world.contacts] == ["zhang", "stranger", "outsider"]
    assert [room.members for room in world.rooms] == [("hongyan", "zhang", "stranger")]


async def test_listeners_hear_everything_from_when_they_came(world: World) -> None:
    world.say("zhang", "早")
    with world.listen() as events:
        said = world.say("zhang", "晚", room=ROOM)
        answer = world.say("hongyan", "好", room=ROOM)
        world.befriend("stranger")
        world.join(ROOM, "outsider")
        heard = [await anext(events) for _ in range(4)]
    assert heard[:2] == [said, answer] and isinstance(said, Message)
    assert isinstance(heard[2], Befriended) and isinstance(heard[3], Joined)
    assert world.messages(room=ROOM) == (said, answer)
    assert world.message(said.id) is said
