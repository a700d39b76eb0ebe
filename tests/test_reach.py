"""Where people are told: a branch's channels, a member's accounts, SMS for those whom nothing else reaches."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.commands import ToGroup, ToGroups, ToMember
from bot.configured_rooms import ConfiguredRooms
from bot.outbox import put_notice
from bot.reach import account_of, groups_below, groups_of
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from bot.wording import in_group
from models import Account, Branch, Level, Member, OutboxMessage, OutboxState, Phone, Room
from tests.chat import CHANNEL, Chat, SetClock, contact, found_branch
from tests.conftest import NOON

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=SHANGHAI)
NAME = "智能制造流动党支部"
SAID = in_group("提醒")


def choosing(settings: Settings, *channels: str, sms: bool = False) -> Settings:
    chosen = {NAME: channels} if channels else {}
    sms_settings = settings.sms.model_copy(update={"enabled": sms})
    return settings.model_copy(update={"channels_of": chosen, "sms": sms_settings})


@pytest.fixture
async def branch(chat: Chat) -> Branch:
    """A branch with a group on each of two channels, and a secretary with an account on each."""
    branch = await found_branch(chat)
    await Room.create(channel="wecom", room="wr-1", branch=branch, bound_at=NOON)
    secretary = await Member.get(name="李书记")
    await Account.create(channel="wecom", contact="li", member=secretary, friend=True, bound_at=NOON)
    return branch


async def told(channel: str | None = None) -> list[tuple[str, str]]:
    rows = await OutboxMessage.filter(**({"channel": channel} if channel else {})).order_by("id")
    return [(row.channel, row.conversation) for row in rows]


@pytest.mark.parametrize(
    ("channels", "groups"),
    [
        ((), [CHANNEL, "wecom"]),
        (("wecom",), ["wecom"]),
        (("wecom", CHANNEL), [CHANNEL, "wecom"]),
        (("onebot",), [CHANNEL, "wecom"]),  # chosen, and without a group yet
    ],
)
async def test_the_groups_of_a_branch(
    branch: Branch, settings: Settings, channels: tuple[str, ...], groups: list[str]
) -> None:
    chosen = choosing(settings, *channels)
    assert [room.channel for room in await groups_of([branch.id], chosen)] == groups
    assert [room.channel for room in await groups_below(branch, chosen)] == groups
    for _ in range(2):  # each group once
        await put_notice(ToGroup(branch.id, SAID, key="one"), now=NOON, settings=chosen)
        await put_notice(ToGroups([branch.id], SAID, key="several"), now=NOON, settings=chosen)
    assert sorted(await told()) == sorted((room, place) for room, place in await _places(groups) for _ in range(2))


async def _places(channels: list[str]) -> list[tuple[str, str]]:
    return [(room.channel, room.room) for room in await Room.filter(channel__in=channels)]


@pytest.mark.parametrize(
    ("channels", "account"), [((), "wecom"), ((CHANNEL, "wecom"), CHANNEL), (("wecom", CHANNEL), "wecom")]
)
async def test_a_member_with_two_accounts_is_told_once(
    branch: Branch, settings: Settings, channels: tuple[str, ...], account: str
) -> None:
    secretary = await Member.get(name="李书记")
    await put_notice(ToMember(secretary.id, "提醒"), now=NOON, settings=choosing(settings, *channels))
    assert [channel for channel, _ in await told()] == [account]


async def test_an_account_that_cannot_be_written_to_is_passed_over(branch: Branch, settings: Settings) -> None:
    secretary = await Member.get(name="李书记")
    await Account.filter(channel="wecom").update(friend=False)
    reached = await account_of(secretary.id, choosing(settings, "wecom"))
    assert reached is not None and reached.contact == contact("李书记")
    await Account.all().update(friend=False)
    assert await account_of(secretary.id, settings) is None


async def test_an_sms_only_where_no_chat_reaches_and_without_what_it_is_about(
    branch: Branch, settings: Settings
) -> None:
    members = {member.name: member for member in await Member.all()}
    for number, member in enumerate(members.values()):
        await Phone.create(member=member, number=f"1380000000{number}")
    await Account.filter(member=members["张三"]).update(friend=False)
    await Account.filter(member=members["王强"]).delete()
    await Phone.filter(member=members["王强"]).delete()
    chosen = choosing(settings, sms=True)
    for name, expected in (("李书记", True), ("张三", True), ("王强", False)):
        notice = ToMember(members[name].id, "您的汇报被退回")
        assert await put_notice(notice, now=NOON, settings=chosen) is expected, name
    assert await told("sms") == [("sms", str(members["张三"].id))]
    row = await OutboxMessage.get(channel="sms")
    assert row.text == settings.sms.text and "汇报" not in row.text
    assert not await put_notice(ToMember(members["张三"].id, "提醒"), now=NOON, settings=settings)  # switched off


async def test_one_sms_a_day_and_none_at_night(branch: Branch, settings: Settings) -> None:
    zhang = await Member.get(name="张三")
    await Phone.create(member=zhang, number="13800000001")
    await Account.filter(member=zhang).delete()
    chosen = choosing(settings, sms=True)
    night = NOON.replace(hour=23)
    for key in ("a", "b", None):
        await put_notice(ToMember(zhang.id, "提醒", key=key, urgent=True), now=night, settings=chosen)
    [row] = await OutboxMessage.filter(channel="sms", state=OutboxState.PENDING)
    assert row.not_before == MORNING
    await put_notice(ToMember(zhang.id, "提醒", key="a"), now=MORNING, settings=chosen)
    assert await OutboxMessage.filter(channel="sms").count() == 1  # of this one they were told
    await put_notice(ToMember(zhang.id, "提醒", key="b"), now=MORNING, settings=chosen)
    assert await OutboxMessage.filter(channel="sms").count() == 2


async def test_configured_groups_follow_the_configuration(branch: Branch) -> None:
    clock = SetClock(NOON)
    rooms = ConfiguredRooms("wecom_webhook", [NAME, "别的支部"], clock)
    assert await rooms.assign() == ["别的支部"]
    assert await rooms.assign() == ["别的支部"]
    [room] = await Room.filter(channel="wecom_webhook")
    assert (room.room, room.branch_id, room.active) == (NAME, branch.id, True)
    await Branch.create(name="别的支部", level=Level.BRANCH, path="示范大学/别的支部", created_at=NOON)
    assert await rooms.assign() == []
    assert await ConfiguredRooms("wecom_webhook", ["别的支部"], clock).assign() == []
    assert {room.room: room.active for room in await Room.filter(channel="wecom_webhook")} == {
        NAME: False,
        "别的支部": True,
    }
    assert await Room.filter(channel=CHANNEL, active=True).exists()
