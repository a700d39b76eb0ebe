"""One-time binding codes: whoever sends one is the member it was given to."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from models import BindingCode, BindingKey, Branch, Member

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L, which are mistaken for each other
LENGTH = 6


async def make_codes(branch: Branch | None, *, now: datetime, days: int) -> list[tuple[Member, str]]:
    """A code for each member of `branch` and below (None: everywhere) who has no account; valid for `days`."""
    return await codes_for(await Member.unbound(branch), now=now, days=days)


async def codes_for(members: Sequence[Member], *, now: datetime, days: int) -> list[tuple[Member, str]]:
    """A new code for each of `members`, to be shown now or never: no code is kept. The unused ones that they had before
    expire."""
    async with in_transaction():
        await BindingCode.expire([member.id for member in members], now)
        key = await BindingKey.current()
        codes = await _new_codes(len(members), key)
        expires_at = now + timedelta(days=days)
        pairs = list(zip(members, codes, strict=True))
        rows = [BindingCode(digest=key.digest(code), member=member, expires_at=expires_at) for member, code in pairs]
        await BindingCode.bulk_create(rows, batch_size=500)
    return pairs


async def _new_codes(count: int, key: BindingKey) -> list[str]:
    """Codes that were never given before."""
    codes: dict[str, str] = {}  # by digest
    while len(codes) < count:
        codes |= {key.digest(code): code for code in (_random() for _ in range(count - len(codes)))}
        for taken in await BindingCode.filter(digest__in=list(codes)).values_list("digest", flat=True):
            del codes[str(taken)]
    return list(codes.values())


def _random() -> str:
    """At least one letter, as digits alone would be read as a student number, and one digit, as letters alone could be
    a word."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isdigit() and not code.isalpha():
            return code
