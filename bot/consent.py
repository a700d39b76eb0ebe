"""同意: asked before the first record, by a notice whose version is kept; what somebody wanted to do waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bot.commands import Command, Reply, Request
from bot.messages import Incoming
from bot.settings import ConfigurationError, Settings
from bot.understanding.serialise import dump
from bot.wording import in_group
from models import MatterKind, Member, OpenMatter, PrivacyNotice

WAITS = timedelta(minutes=10)

QUESTION = "登记以前，请先看一下：{notice}\n同意请回复“同意”，不同意回复“不同意”。{then}"
THEN = "同意后，刚才那条我接着办（10 分钟内）。"
THEN_AGAIN = "同意后，刚才那条请再发一次。"
CHANGED = (
    "privacy.notice：告知的文字改了，privacy.version 还是“{version}”。有人同意过的版本，文字不能变："
    "请给 privacy.version 写一个新的版本（会重新征求每个人的同意），或者把文字改回原来的：{text}"
)
IN_GROUP = in_group("登记以前要先征得您同意，告知已私聊发给您，请在私聊里回复。")


def is_lacking(member: Member, settings: Settings) -> bool:
    """Whether the member has not agreed to the notice as it is now."""
    return settings.privacy.consent and member.consent_version != settings.privacy.version


async def keep_notice(settings: Settings, now: datetime) -> None:
    """Put the notice on record, where it is not. Raises ConfigurationError where its version said something else."""
    if fault := await fault_of_notice(settings):
        raise ConfigurationError(fault)
    # Who agreed before notices were kept agreed to this one: since when at least is known.
    agreed = Member.filter(consent_version=settings.privacy.version, consented_at__isnull=False)
    first = await agreed.order_by("consented_at").first()
    since = first.consented_at if first is not None and first.consented_at is not None else now
    await PrivacyNotice.keep(settings.privacy.version, settings.privacy.notice, since)


async def fault_of_notice(settings: Settings) -> str | None:
    """What the operator has to do where the text was changed and the version was not; None where all is well."""
    kept = await PrivacyNotice.get_or_none(version=settings.privacy.version)
    if kept is None or kept.text == settings.privacy.notice:
        return None
    return CHANGED.format(version=kept.version, text=kept.text)


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


async def wait(
    message: Incoming, command: str, values: Mapping[str, Any], *, unsure: bool, day: date | None = None
) -> None:
    """Let the command wait for 同意, which has to be said privately; what waited before no longer does."""
    await OpenMatter.filter(kind=MatterKind.CONSENT, channel=message.channel, contact=message.sender).delete()
    await OpenMatter.create(
        kind=MatterKind.CONSENT,
        channel=message.channel,
        conversation=message.sender,
        contact=message.sender,
        opens_at=message.sent_at,
        closes_at=message.sent_at + WAITS,
        content={
            "command": command,
            "values": dump(values),
            "slot": "",
            "choices": [],
            "day": day and day.isoformat(),
            "unsure": unsure,
        },
    )
