"""Durable, ordered, paced sending."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest

from bot.commands import ToGroup, ToGroups, ToMember
from bot.messages import (
    Capabilities,
    Card,
    ChannelUnavailable,
    DeliveryUnknown,
    File,
    Health,
    Incoming,
    Kind,
    Outgoing,
    Undeliverable,
)
from bot.outbox import NOBODY_TO_TELL, Address, Sender, put, put_notice
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from bot.wording import GroupCard, Public, in_group
from models import Account, Member, OutboxMessage, OutboxState, Urgency
from tests.chat import CHANNEL, Chat, SetClock, Wire, contact, found_branch
from tests.conftest import NOON

NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI)
CARD = GroupCard(Public("公报要点"), in_group("政策解读"), Public("https://example.org/a?b=1&c=2"))
ROOM = Address(CHANNEL, room="room-1@chatroom")


class Faulty(Wire):
    """A wire that answers the next messages with these errors."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)

    async def send(self, message: Outgoing) -> str | None:
        if self.errors:
            raise self.errors.pop(0)
        return await super().send(message)


def echo(text: str, number: int = 1) -> Incoming:
    """What comes back of an own message in the group."""
    return Incoming(
        CHANNEL, f"echo-{number}", Kind.TEXT, "bot", "鸿雁", NOON, room="room-1@chatroom", text=text, own=True
    )


async def said(wire: Wire, settings: Settings, now: datetime = NOON) -> list[str]:
    sender = Sender(wire, settings, SetClock(now))
    await sender.settle()
    while await sender.send_next() == 0:
        pass
    return [message.text for message in wire.sent]


async def test_in_the_order_in_which_it_was_written(database: str, settings: Settings) -> None:
    for number in range(5):
        await put(ROOM, in_group(f"第{number}条"), now=NOON, settings=settings)
    assert "\n\n".join(await said(Wire(), settings)) == "\n\n".join(f"第{number}条" for number in range(5))


async def test_answers_go_before_notices(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("提醒"), now=NOON, settings=settings, urgency=Urgency.NOTICE)
    await put(Address(CHANNEL, contact="a"), "答复", now=NOON, settings=settings)
    assert await said(Wire(), settings) == ["答复", "提醒"]


async def test_a_notice_waits_for_the_end_of_quiet_hours_and_an_answer_does_not(
    database: str, settings: Settings
) -> None:
    await put(ROOM, in_group("提醒"), now=NIGHT, settings=settings, urgency=Urgency.NOTICE)
    await put(ROOM, in_group("答复"), now=NIGHT, settings=settings)
    wire = Wire()
    assert await said(wire, settings, NIGHT) == ["答复"]
    assert await said(wire, settings, MORNING) == ["答复", "提醒"]


async def test_a_key_is_used_once(database: str, settings: Settings) -> None:
    assert await put(ROOM, in_group("提醒"), now=NOON, settings=settings, key="reminder:1:2026-11")
    assert not await put(ROOM, in_group("提醒"), now=NOON, settings=settings, key="reminder:1:2026-11")
    assert await said(Wire(), settings) == ["提醒"]


async def test_a_long_text_is_sent_in_parts_and_a_file_after_it(database: str, settings: Settings) -> None:
    text = "\n".join(f"第{number}行" for number in range(1000))
    file = File("台账.xlsx", "application/vnd.ms-excel", b"content")
    await put(Address(CHANNEL, contact="a"), text, now=NOON, settings=settings, file=file)
    wire = Wire()
    parts = await said(wire, settings)
    assert len(parts) > 2
    assert "\n".join(parts[:-1]) == text
    assert wire.sent[-1].file == file


async def test_what_the_channel_could_not_take_is_tried_again_in_order(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    await put(ROOM, in_group("二"), now=NOON, settings=settings)
    wire = Faulty(ChannelUnavailable())
    assert await said(wire, settings) == []
    assert await said(wire, settings) == ["一\n\n二"]


@pytest.mark.parametrize(
    ("error", "state"), [(DeliveryUnknown(), OutboxState.UNKNOWN), (Undeliverable(), OutboxState.FAILED)]
)
async def test_what_may_have_arrived_or_cannot_is_not_sent_again(
    database: str, settings: Settings, error: Exception, state: OutboxState
) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings, mentions=["a"])
    await put(ROOM, in_group("二"), now=NOON, settings=settings, mentions=["b"])
    wire = Faulty(error)
    assert await said(wire, settings) == ["二"]
    first = await OutboxMessage.all().order_by("id").first()
    assert first and (first.text, first.state) == ("一", state)


async def test_what_the_database_marked_without_saying_so_is_sent_all_the_same(
    database: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    wire = Wire()
    sender = Sender(wire, settings, SetClock(NOON))
    with monkeypatch.context() as outage:

        async def committed_and_gone(rows: list[OutboxMessage], now: datetime) -> None:
            await Sender._claim(sender, rows, now)
            raise ConnectionResetError

        outage.setattr(sender, "_claim", committed_and_gone)
        with pytest.raises(ConnectionResetError):
            await sender.send_next()
    assert wire.sent == []
    await sender.send_next()
    assert [message.text for message in wire.sent] == ["一"]


async def test_an_echo_settles_what_was_not_known(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings, mentions=["zhang"])
    wire = Faulty(DeliveryUnknown())
    sender = Sender(wire, settings, SetClock(NOON))
    await sender.send_next()
    assert (await OutboxMessage.get()).state is OutboxState.UNKNOWN
    sender.hear(echo("@张三\u2005一"))
    await sender.settle_by_echoes()
    row = await OutboxMessage.get()
    assert (row.state, row.sent_id) == (OutboxState.SENT, "echo-1")


async def test_an_echoed_card_is_known_by_its_address(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("公报要点"), now=NOON, settings=settings, card=CARD)
    wire = Faulty(DeliveryUnknown())
    wire.capabilities = Capabilities(cards=True)
    sender = Sender(wire, settings, SetClock(NOON))
    await sender.send_next()
    sender.hear(echo("<msg><url>https://example.org/a?b=1&amp;c=2</url></msg>"))
    await sender.settle_by_echoes()
    assert (await OutboxMessage.get()).state is OutboxState.SENT


async def test_a_card_goes_where_it_can_be_shown_and_by_itself(database: str, settings: Settings) -> None:
    for channel_cards, expected in ((True, [Card(**asdict(CARD)), None]), (False, [None, None])):
        await OutboxMessage.all().delete()
        await put(ROOM, in_group("公报要点"), now=NOON, settings=settings, card=CARD)
        await put(ROOM, in_group("很长" * 1500), now=NOON, settings=settings, card=CARD)
        wire = Wire()
        wire.capabilities = Capabilities(cards=channel_cards)
        assert (await said(wire, settings))[0] == "公报要点"
        assert [message.card for message in wire.sent[:2]] == expected


async def test_several_groups_hear_it_once_each(chat: Chat, settings: Settings) -> None:
    first = await found_branch(chat)
    second = await found_branch(chat, "软件流动党支部", [], room="room-2@chatroom")
    notice = ToGroups([first.id, second.id, 999], in_group("通知"), "notice:1")
    assert await put_notice(notice, now=NOON, settings=settings)
    assert not await put_notice(notice, now=NOON, settings=settings)
    assert sorted([str(row.room) for row in await OutboxMessage.all()]) == ["room-1@chatroom", "room-2@chatroom"]
    await put_notice(ToGroups([first.id], in_group("另一条"), "notice:11"), now=NOON, settings=settings)
    assert await OutboxMessage.withdraw("notice:1:")
    assert [row.text for row in await OutboxMessage.all()] == ["另一条"]
    with pytest.raises(TypeError):
        GroupCard("张三的去向", in_group(""), Public("https://example.org"))


async def test_an_echo_that_came_before_the_call_broke_off_counts(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)

    class Late(Wire):
        async def send(self, message: Outgoing) -> str | None:
            sender.hear(echo("一"))
            await sender.settle_by_echoes()
            raise DeliveryUnknown

    sender = Sender(Late(), settings, SetClock(NOON))
    await sender.send_next()
    assert (await OutboxMessage.get()).state is OutboxState.SENT


async def test_an_echo_that_came_before_the_process_died_counts(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    await OutboxMessage.all().update(state=OutboxState.SENDING, sending_at=NOON)
    sender = Sender(Wire(), settings, SetClock(NOON))
    sender.hear(echo("一"))
    await sender.settle_by_echoes()
    await sender.settle()
    assert (await OutboxMessage.get()).state is OutboxState.SENT


async def test_another_message_settles_nothing(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    sender = Sender(Faulty(DeliveryUnknown()), settings, SetClock(NOON))
    await sender.send_next()
    sender.hear(echo("别的话"))
    await sender.settle_by_echoes()
    assert (await OutboxMessage.get()).state is OutboxState.UNKNOWN


class Silent(Faulty):
    """Of a chat system that does not tell the ids of what it sent."""

    async def send(self, message: Outgoing) -> str | None:
        await super().send(message)
        return None


async def test_the_echo_of_an_answer_given_again_proves_nothing_of_the_first(database: str, settings: Settings) -> None:
    sender = Sender(Silent(DeliveryUnknown()), settings, clock := SetClock(NOON))
    for _ in range(2):
        await put(ROOM, in_group("一"), now=NOON, settings=settings)
        await sender.send_next()
        clock.moment += timedelta(seconds=1)
    states = OutboxMessage.all().order_by("id").values_list("state", flat=True)
    for number, expected in ((1, OutboxState.UNKNOWN), (1, OutboxState.UNKNOWN), (2, OutboxState.SENT)):
        sender.hear(echo("一", number))
        await sender.settle_by_echoes()
        assert list(await states) == [expected, OutboxState.SENT], number


async def test_an_echo_that_says_more_or_less_is_another_message(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings, mentions=["zhang"])
    await put(ROOM, in_group("二"), now=NOON, settings=settings, mentions=["zhang"])
    sender = Sender(Faulty(DeliveryUnknown()), settings, SetClock(NOON))
    await sender.send_next()
    for number, text in enumerate(("@张三\u2005一", "@张三\u2005一\n\n二\n\n三"), 1):
        sender.hear(echo(text, number))
        await sender.settle_by_echoes()
        assert await OutboxMessage.filter(state=OutboxState.UNKNOWN).count() == 2
    sender.hear(echo("@张三 一\n\n二", 3))
    await sender.settle_by_echoes()
    assert await OutboxMessage.filter(state=OutboxState.SENT).count() == 2


async def test_short_answers_to_one_person_go_together(database: str, settings: Settings) -> None:
    for number in range(3):
        await put(Address(CHANNEL, contact="a"), f"第{number}条", now=NOON, settings=settings)
    await put(Address(CHANNEL, contact="b"), "给别人的", now=NOON, settings=settings)
    assert await said(Wire(), settings) == ["第0条\n\n第1条\n\n第2条", "给别人的"]
    assert await OutboxMessage.filter(state=OutboxState.SENT).count() == 4


async def test_answers_to_several_people_in_a_group_are_not_joined(database: str, settings: Settings) -> None:
    for who in ("a", "b"):
        await put(ROOM, in_group(f"给{who}"), now=NOON, settings=settings, mentions=[who])
    assert await said(Wire(), settings) == ["给a", "给b"]


async def test_long_answers_and_notices_go_alone(database: str, settings: Settings) -> None:
    for _ in range(2):
        await put(ROOM, in_group("长" * 300), now=NOON, settings=settings)
        await put(ROOM, in_group("通知"), now=NOON, settings=settings, urgency=Urgency.NOTICE)
    assert len(await said(Wire(), settings)) == 4


async def test_when_wechat_says_too_fast_nothing_more_goes(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    wire = Wire()
    sender = Sender(wire, settings, SetClock(NOON))
    await sender.restricted()
    assert await sender.send_next() > 0
    assert wire.sent == []


async def test_a_restart_does_not_cut_short_what_wechat_asked_for(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    await Sender(Wire(), settings, SetClock(NOON)).restricted()
    wire = Wire()
    for minutes, sent in ((29, []), (31, ["一"])):
        sender = Sender(wire, settings, SetClock(NOON + timedelta(minutes=minutes)))
        await sender.settle()
        await sender.send_next()
        assert [message.text for message in wire.sent] == sent
    assert sender.pace.pauses == 1  # so the next one is longer


async def test_a_days_cap_keeps_the_rest_for_tomorrow(database: str, settings: Settings) -> None:
    outbox = settings.outbox.model_copy(update={"per_day": 5})
    capped = settings.model_copy(update={"outbox": outbox})
    for number in range(7):
        await put(Address(CHANNEL, contact=f"c{number}"), "提醒", now=NOON, settings=capped, urgency=Urgency.NOTICE)
    wire = Wire()
    assert len(await said(wire, capped)) == 4  # eight tenths
    await put(Address(CHANNEL, contact="a"), "答复", now=NOON, settings=capped)
    assert (await said(wire, capped))[-1] == "答复"
    assert len(await said(wire, capped, MORNING)) == 8


async def test_what_was_being_sent_at_a_crash_is_unknown_and_not_sent_again(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    await OutboxMessage.all().update(state=OutboxState.SENDING)
    wire = Wire()
    await Sender(wire, settings, SetClock(NOON)).settle()
    assert await said(wire, settings) == []
    assert (await OutboxMessage.get()).state is OutboxState.UNKNOWN


async def test_nothing_is_tried_while_the_channel_is_away(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    wire = Wire()
    wire.health = Health(ready=False)
    assert await Sender(wire, settings, SetClock(NOON)).send_next() > 0
    assert (await OutboxMessage.get()).attempts == 0


async def test_an_errors_own_words_are_not_kept(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    await said(Faulty(Undeliverable("the message 张三欠费 was refused")), settings)
    assert (await OutboxMessage.get()).error == "Undeliverable"


async def test_notices_find_their_people_and_groups(chat: Chat, settings: Settings) -> None:
    branch = await found_branch(chat)
    account = await Account.get(contact=contact("张三"))
    member_id = account.member_id or 0
    assert await put_notice(ToMember(member_id, "私信"), now=NOON, settings=settings)
    assert await put_notice(ToGroup(branch.id, in_group("群消息")), now=NOON, settings=settings)
    await Account.all().update(friend=False)
    assert not await put_notice(ToMember(member_id, "私信"), now=NOON, settings=settings)
    await chat.send()
    assert chat.heard("张三") == ["私信"]
    assert chat.group() == ["群消息"]


async def test_a_notice_that_waits_follows_its_member_to_the_account_they_have_now(
    chat: Chat, settings: Settings
) -> None:
    await found_branch(chat)
    member = await Member.get(name="张三")
    file = File("材料.zip", "application/zip", b"content")
    await put_notice(ToMember(member.id, "李娜约了您", file, key="talk:1"), now=NIGHT, settings=settings)
    other = await Account.create(channel=CHANNEL, contact="wxid-new", friend=True)
    await other.bind(member, NIGHT)
    wire = Wire()
    await said(wire, settings, MORNING)
    assert [(message.contact, message.text or message.file) for message in wire.sent] == [
        ("wxid-new", "李娜约了您"),
        ("wxid-new", file),
    ]
    assert not await put_notice(ToMember(member.id, "李娜约了您", key="talk:1"), now=MORNING, settings=settings)


async def test_a_notice_that_waits_goes_over_to_another_channel_and_is_sent_there_once(
    chat: Chat, settings: Settings
) -> None:
    await found_branch(chat)
    member = await Member.get(name="张三")
    await put_notice(ToMember(member.id, "提醒"), now=NIGHT, settings=settings)
    await Account.filter(member_id=member.id).update(member_id=None)
    await Account.create(channel="onebot", contact="10001", member=member, friend=True, bound_at=NIGHT)
    here, there = Wire(), Wire()
    there.name = "onebot"
    assert await said(here, settings, MORNING) == []
    assert await said(there, settings, MORNING) == ["提醒"] and there.sent[0].contact == "10001"
    assert await said(here, settings, MORNING) == [] and await said(there, settings, MORNING) == ["提醒"]


@pytest.mark.parametrize("fleeting", [False, True])
async def test_a_notice_for_whom_no_account_is_left_ends_and_holds_nothing(
    chat: Chat, settings: Settings, *, fleeting: bool
) -> None:
    await found_branch(chat)
    member = await Member.get(name="张三")
    file = File("材料.zip", "application/zip", b"content")
    notice = ToMember(member.id, "李娜约了您", file, key="talk:1", fleeting=fleeting)
    await put_notice(notice, now=NIGHT, settings=settings)
    await put(ROOM, in_group("提醒"), now=NIGHT, settings=settings, urgency=Urgency.NOTICE)
    # It is somebody else's by now: to be bound is not enough.
    await Account.filter(member_id=member.id).update(member_id=(await Member.get(name="王强")).id)
    assert await said(Wire(), settings, MORNING) == ["提醒"]
    rows = await OutboxMessage.filter(room=None)
    assert [(row.state, row.text, row.file_data, row.error) for row in rows] == (
        [] if fleeting else [(OutboxState.FAILED, "", None, NOBODY_TO_TELL)] * 2
    )


async def test_an_urgent_notice_is_not_joined_with_what_goes_to_an_account_that_was_lost(
    chat: Chat, settings: Settings
) -> None:
    await found_branch(chat)
    member = await Member.get(name="张三")
    address = Address(CHANNEL, contact=contact("张三"))
    await put(address, "还不认识您", now=NOON, settings=settings)
    await put_notice(ToMember(member.id, "您的申请通过了", urgent=True), now=NOON, settings=settings)
    await Account.filter(member_id=member.id).update(member_id=None)
    assert await said(Wire(), settings) == ["还不认识您"]


async def test_it_can_be_stopped_at_the_moment_it_is_woken(database: str, settings: Settings) -> None:
    sender = Sender(Wire(), settings, SetClock(NOON))
    work = asyncio.create_task(sender.run())
    await asyncio.sleep(0.3)  # it has looked, found nothing, and waits
    sender.wake()
    work.cancel()
    done, _ = await asyncio.wait([work], timeout=5)
    assert done == {work}


async def test_two_that_send_at_once_send_each_message_once(database: str, settings: Settings) -> None:
    for number in range(20):
        await put(Address(CHANNEL, contact=f"c{number}"), f"第{number}条", now=NOON, settings=settings)
    wire = Wire()
    await asyncio.gather(*(said(wire, settings) for _ in range(3)))
    assert sorted(message.text for message in wire.sent) == sorted(f"第{number}条" for number in range(20))


async def test_an_error_that_no_channel_should_raise_leaves_it_unknown(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("一"), now=NOON, settings=settings)
    await said(Faulty(RuntimeError("an error of ours")), settings)
    assert (await OutboxMessage.get()).state is OutboxState.UNKNOWN


async def test_what_is_fleeting_leaves_nothing_however_it_ends(database: str, settings: Settings) -> None:
    errors = (ChannelUnavailable(), DeliveryUnknown(), Undeliverable(), None)
    for error in errors:
        await put(ROOM, in_group("匿名的答复"), now=NOON, settings=settings, fleeting=True)
        wire = Faulty(error) if error else Wire()
        sent = await said(wire, settings)
        if isinstance(error, ChannelUnavailable):
            assert sent == [] and (await OutboxMessage.get()).state is OutboxState.PENDING
            sent = await said(wire, settings)
        assert len(sent) == (error is None or isinstance(error, ChannelUnavailable))
        assert not await OutboxMessage.exists()


async def test_what_is_fleeting_and_was_being_sent_at_a_crash_is_gone(database: str, settings: Settings) -> None:
    await put(ROOM, in_group("匿名的答复"), now=NOON, settings=settings, fleeting=True)
    await OutboxMessage.all().update(state=OutboxState.SENDING, sending_at=NOON)
    assert await said(Wire(), settings) == [] and not await OutboxMessage.exists()
