"""同意: asked before the first record, by a notice whose version is kept; what somebody wanted to do waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.commands import Command, Reply, Request
from bot.messages import Incoming
from bot.settings import Settings
from bot.understanding.serialise import dump
from bot.wording import in_group
from models import MatterKind, Member, OpenMatter

WAITS = timedelta(minutes=10)

QUESTION = "登记以前，请先看一下：{notice}\n同意请回复“同意”，不同意回复“不同意”。{then}"
THEN = "同意后，刚才那条我接着办（10 分钟内）。"
THEN_AGAIN = "同意后，刚才那条请再发一次。"
IN_GROUP = in_group("登记以前要先征得您同意，告知已私聊发给您，请在私聊里回复。")


def is_lacking(member: Member, settings: Settings) -> bool:
    """Whether the member has not agreed to the notice as it is now."""
    return settings.privacy.consent and member.consent_version != settings.privacy.version


def is_needed(request: Request, command: Command) -> bool:
    """Whether `command` may not run before the sender has agreed."""
    return command.needs_consent and request.member is not None and is_lacking(request.member, request.settings)


def question(settings: Settings, then: str = "") -> str:
    """The notice, and how to answer it; private."""
    return QUESTION.format(notice=settings.privacy.notice, then=then).strip()


def asking(request: Request, *, waits: bool) -> Reply:
    """The question to the sender; `waits`: what they wanted is done as soon as they agree."""
    text = question(request.settings, THEN if waits else THEN_AGAIN)
    return Reply(IN_GROUP, text, anonymous=request.anonymous)


async def wait(message: Incoming, command: str, values: Mapping[str, Any], *, unsure: bool) -> None:
    """Let the command wait for 同意, which has to be said privately; what waited before no longer does."""
    await OpenMatter.filter(kind=MatterKind.CONSENT, channel=message.channel, contact=message.sender).delete()
    await OpenMatter.create(
        kind=MatterKind.CONSENT,
        channel=message.channel,
        conversation=message.sender,
        contact=message.sender,
        opens_at=message.sent_at,
        closes_at=message.sent_at + WAITS,
        content={"command": command, "values": dump(values), "slot": "", "choices": [], "unsure": unsure},
    )
