"""The made-up school that the sandbox starts with, so that there is something to see."""

from __future__ import annotations

import asyncio
import mimetypes
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from bot.clock import MovableClock
from bot.messages import Channel, File
from bot.roster import import_roster
from bot.sandbox import World
from bot.settings import ConfigurationError, SandboxSettings
from models import Account, Branch, Level, Member, Room

ROOM = "sandbox@chatroom"  # of the branch that is shown first
REAL_PEOPLE = (
    "这个数据库里有真的绑定了的人，不能在沙盒里打开（沙盒里谁都可以扮成任何人）："
    "要连网关请设 HONGYAN_CHANNEL__PUPPET=service，要用沙盒请换一个数据库（DATABASE_URL）"
)
OTHER_ROOM = "sandbox-{id}@chatroom"
COMMITTEE = "{name}党委"
ANSWERED_SECONDS = 1.5  # a line is waited for no longer than this
NO_ROSTER = "sandbox.roster：找不到文件 {path}，请检查路径"
QUIET_SECONDS = 0.15  # without a word of the bot: it has said all that it had to
LOOK_SECONDS = 0.03
PROJECT = Path(__file__).parent.parent  # where the given files lie, wherever the bot was started


async def furnish(settings: SandboxSettings, channel: str, now: datetime, consent: str | None = None) -> bool:
    """Import the sample roster into an empty database and bind its people and groups; False where one is filled.

    Raises ConfigurationError where there is no such roster, and for a database of real people: on the page everybody
    can be anybody.

    Those named in `settings.newcomers` stay unbound, and no friends of the bot,
    so that binding can be tried; the others have agreed to the notice of version
    `consent`. Each branch has a group, and so has each
    committee above them that is of more than one.
    """
    if await _real_people():
        raise ConfigurationError(REAL_PEOPLE)
    if await Branch.exists():
        return False
    roster = PROJECT / settings.roster
    if not roster.is_file():
        raise ConfigurationError(NO_ROSTER.format(path=roster))
    await import_roster(roster, now=now)
    people = Counter[int]()
    for member in await Member.all():
        people[member.branch_id] += 1
        if member.name not in settings.newcomers:
            await Account.create(channel=channel, contact=contact_of(member), member=member, friend=True, bound_at=now)
    agreed = Member.exclude(name__in=list(settings.newcomers))
    await agreed.update(consent_version=consent, consented_at=now if consent else None)
    for branch in await Branch.all().order_by("id"):
        if branch.level is Level.BRANCH or people[branch.id] > 1:
            room = ROOM if branch.name == settings.group else OTHER_ROOM.format(id=branch.id)
            await Room.create(channel=channel, room=room, branch=branch, bound_at=now)
    return True


async def _real_people() -> bool:
    """Whether an account is bound that the sandbox did not make."""
    bound = await Account.exclude(member_id=None).select_related("member")
    return any(account.member is not None and account.contact != contact_of(account.member) for account in bound)


async def populate(world: World, settings: SandboxSettings, channel: str) -> None:
    """Put the people of the roster and their groups into `world`, as the database has them."""
    friends = {account.contact for account in await Account.filter(channel=channel, friend=True)}
    inside: dict[int, list[str]] = defaultdict(list)
    for member in await Member.filter(active=True).order_by("id"):
        contact = world.add_contact(contact_of(member), member.name, friend=contact_of(member) in friends)
        inside[member.branch_id].append(contact.id)
    for room in await Room.filter(channel=channel).order_by("id").select_related("branch"):
        topic = room.branch.name if room.branch.level is Level.BRANCH else COMMITTEE.format(name=room.branch.name)
        world.add_room(room.room, topic, inside[room.branch_id])


class Line(BaseModel):
    """What one of the scene's people says or sends. `at` ("21 09:30") is so many days ago, at that time of the day, and
    "0" the present; without it the line follows the one before. `talk` is not meant for the bot."""

    model_config = ConfigDict(extra="forbid")

    who: str
    text: str = ""
    file: Path | None = None
    at: str | None = None
    room: str | None = None
    private: bool = False
    talk: bool = False

    def moment(self, present: datetime) -> datetime | None:
        """When it is said; None for right after the line before."""
        if self.at is None:
            return None
        days, _, clock = self.at.partition(" ")
        day = present.date() - timedelta(days=int(days))
        return datetime.combine(day, time.fromisoformat(clock), present.tzinfo) if clock else present


def scene(settings: SandboxSettings) -> list[Line]:
    """The lines, in the order in which they are said."""
    lines = yaml.load((PROJECT / settings.scene).read_text("utf-8"), yaml.BaseLoader)
    return [Line.model_validate(line) for line in lines]


def begins(lines: Sequence[Line], present: datetime) -> datetime:
    """When the first of the lines is said, and the school is furnished."""
    return (lines[0].moment(present) if lines else None) or present


async def play(
    world: World,
    settings: SandboxSettings,
    channel: Channel,
    clock: MovableClock,
    lines: Sequence[Line],
    present: datetime,
) -> None:
    """Have the scene's lines said, up to the present, so that the school looks in use; the bot answers them as any
    others, and does by itself what is due in that time."""
    contacts = {contact.name: contact.id for contact in world.contacts}
    rooms = {room.branch.name: room.room for room in await Room.all().select_related("branch")}
    with world.staging():
        while not channel.health.ready:  # noqa: ASYNC110 - a channel tells its health to whoever looks
            await asyncio.sleep(0.1)
        for line in lines:
            if moment := line.moment(present):
                before = _said(world)
                clock.move_to(moment)
                await _until_quiet(world, before)
            content = _file(PROJECT / line.file) if line.file else line.text
            room = None if line.private else rooms[line.room or settings.group]
            before = _said(world)
            world.say(contacts[line.who], content, room=room)
            if not line.talk:
                await _until_quiet(world, before)


def _file(path: Path) -> File:
    return File(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes())


def _said(world: World) -> int:
    """How much the bot has said."""
    return sum(message.sender == world.bot.id for message in world.messages())


async def _until_quiet(world: World, before: int) -> None:
    """Wait until the bot has said something since `before`, and then nothing for a moment; not for ever."""
    loop = asyncio.get_running_loop()
    said, since, last = before, loop.time(), loop.time()
    while loop.time() - since < ANSWERED_SECONDS and (said == before or loop.time() - last < QUIET_SECONDS):
        await asyncio.sleep(LOOK_SECONDS)
        if (now := _said(world)) != said:
            said, last = now, loop.time()


def contact_of(member: Member) -> str:
    """The sandbox account of a member."""
    return f"wxid-{member.student_no}"
