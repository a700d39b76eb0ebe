"""Who sent what without a name: known to its sender, who asks for it, and to nobody who reads the records.

A record keeps a seal in place of the member: random salt, and a keyed digest of salt and member. The key lies in a
file beside the database and in no backup of it. It is none of the keys that records are encrypted with
(`bot.encryption`): those change, and a seal made with another key would no longer be its owner's. Each seal has its own
salt, so that two records of one member cannot be told to be of one. Unavoidable: who holds the database, the key of its
records and this one can try every member.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Protocol

from bot.commands import Request, ToMember
from bot.key_file import KeyFile
from bot.settings import AnonymitySettings
from models import Member, Opinion, Wish

BATCH = 500  # rows that are read at once, so that others are answered meanwhile


class Authored(Protocol):
    """A record with its `author_id`, or an anonymous one with a `seal`, or with neither once its author has had their
    information deleted: then it is nobody's."""

    author_id: int | None
    seal: str | None


def is_by_sender(request: Request, record: Authored) -> bool:
    """Whether the sender is the author; by name alone where their own secrets are closed to them, see `bot.access`."""
    if record.seal is None:
        return record.author_id == request.me.id
    if request.closed_until is not None:
        return False
    return _fits(key_file(request.settings.anonymity).read(), record.seal, request.me.id)


async def sealed_by_sender(request: Request, model: type[Opinion] | type[Wish]) -> list[int]:
    """What `sealed_by` finds of the sender; nothing where their own secrets are closed to them."""
    return [] if request.closed_until is not None else await sealed_by(request.settings.anonymity, model, request.me.id)


async def sealed_by(settings: AnonymitySettings, model: type[Opinion] | type[Wish], member_id: int) -> list[int]:
    """The ids of what the member sent without a name, whatever branch was theirs when they sent it.

    A seal says nothing of whose it is, so every one that retention has left is tried.
    """
    key, found, last = key_file(settings).read(), list[int](), 0
    sealed = model.filter(seal__isnull=False).order_by("id").limit(BATCH).only("id", "seal")
    while page := await sealed.filter(id__gt=last):
        found += [row.id for row in page if row.seal is not None and _fits(key, row.seal, member_id)]
        last = page[-1].id
    return found


async def to_author(settings: AnonymitySettings, record: Authored, text: str) -> list[ToMember]:
    """Tell the author, whatever branch is theirs now; of an anonymous record nothing is kept of that once it is sent.

    Nobody is told where the author has left or has had their information deleted. Until it is sent the outbox holds
    whom it goes to: unavoidable, for who is to be told must be written somewhere.
    """
    if record.seal is None:
        return [ToMember(record.author_id, text)] if record.author_id is not None else []
    members = await Member.filter(active=True).values_list("id", flat=True)
    author = owner(settings, record.seal, [int(str(id_)) for id_ in members])
    return [ToMember(author, text, fleeting=True)] if author is not None else []


def seal(settings: AnonymitySettings, member_id: int) -> str:
    """What a record keeps in place of the member."""
    salt = secrets.token_hex(16)
    return f"{salt}:{_digest(key_file(settings).read(), salt, member_id)}"


def owner(settings: AnonymitySettings, seal: str, member_ids: Iterable[int]) -> int | None:
    """Whose the seal is, of those; None where it is nobody's of them, or the key is another one."""
    key = key_file(settings).read()
    return next((id_ for id_ in member_ids if _fits(key, seal, id_)), None)


def key_file(settings: AnonymitySettings) -> KeyFile:
    """Where the key lies."""
    return KeyFile(settings.key_file, "anonymity.key_file", "匿名心愿、匿名意见")


def _fits(key: bytes, seal: str, member_id: int) -> bool:
    salt, _, digest = seal.partition(":")
    return hmac.compare_digest(_digest(key, salt, member_id), digest)


def _digest(key: bytes, salt: str, member_id: int) -> str:
    return hmac.new(key, f"{salt}:{member_id}".encode(), hashlib.sha256).hexdigest()
