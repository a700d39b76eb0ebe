"""The made-up branch that the sandbox starts with, so that there is something to see."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import yaml

from bot.messages import Channel
from bot.roster import import_roster
from bot.sandbox import World
from bot.settings import SandboxSettings
from models import Account, Branch, Member, Room

ROOM = "sandbox@chatroom"
SECONDS_BETWEEN_LINES = 1.0  # so that each is answered before the next
PROJECT = Path(__file__).parent.parent  # where the given files lie, wherever the bot was started


async def furnish(settings: SandboxSettings, channel: str, now: datetime) -> bool:
    """Import the sample roster into an empty database and bind its people and its group; False where one is filled.

    Those named in `settings.newcomers` stay unbound, and no friends of the bot,
    so that binding can be tried.
    """
    if await Branch.exists():
        return False
    await import_roster(PROJECT / settings.roster, now=now)
    for member in await Member.all():
        if member.name not in settings.newcomers:
            await Account.create(channel=channel, contact=contact_of(member), member=member, friend=True, bound_at=now)
    branch = await Branch.get(name=settings.group)
    await Room.create(channel=channel, room=ROOM, branch=branch, bound_at=now)
    return True


async def populate(world: World, settings: SandboxSettings, channel: str) -> None:
    """Put the people of the roster and the branch's group into `world`, as the database has them."""
    friends = {account.contact for account in await Account.filter(channel=channel, friend=True)}
    branch = await Branch.get_or_none(name=settings.group)
    inside = []
    for member in await Member.filter(active=True).order_by("id"):
        contact = world.add_contact(contact_of(member), member.name, friend=contact_of(member) in friends)
        if branch is not None and member.branch_id == branch.id:
            inside.append(contact.id)
    if inside:
        world.add_room(ROOM, settings.group, inside)


async def play(world: World, settings: SandboxSettings, channel: Channel) -> None:
    """Have the scene's lines said, so that the branch looks in use; the bot answers them as any others."""
    lines = yaml.safe_load((PROJECT / settings.scene).read_text("utf-8"))
    contacts = {contact.name: contact.id for contact in world.contacts}
    while not channel.health.ready:  # noqa: ASYNC110 - a channel tells its health to whoever looks
        await asyncio.sleep(0.1)
    for line in lines:
        await asyncio.sleep(SECONDS_BETWEEN_LINES)
        if line.get("private"):
            world.say(contacts[line["who"]], line["text"])
        else:
            world.say(contacts[line["who"]], line["text"], room=ROOM)


def contact_of(member: Member) -> str:
    """The sandbox account of a member."""
    return f"wxid-{member.student_no}"
