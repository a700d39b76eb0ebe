"""Photos that follow a message: for some hours, what its sender sends privately belongs to one record."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath
from typing import Any

from bot.commands import Request
from bot.formats import recognised
from bot.messages import File
from models import MatterKind, OpenMatter

LONGEST_NAME = 100  # characters of what a chat system calls a file


async def expect_photos(request: Request, kind: MatterKind, hours: int, content: dict[str, Any]) -> None:
    """What the sender sends privately for `hours` goes to the command of `kind`, with `content` as its matter's."""
    channel, contact = request.sender.channel, request.sender.contact
    await OpenMatter.filter(kind=kind, channel=channel, contact=contact).delete()
    await OpenMatter.create(
        kind=kind,
        channel=channel,
        contact=contact,
        conversation=contact,
        opens_at=request.now,
        closes_at=request.now + timedelta(hours=hours),
        content=content,
    )


def photo_of(file: File) -> File | None:
    """The file, its type told by its content, where that is a photo; else None."""
    form = recognised(file.data)
    if form is None or not form.is_photo:
        return None
    return File(f"{PurePath(file.name).stem[:LONGEST_NAME]}{form.suffix}", form.media_type, file.data)
