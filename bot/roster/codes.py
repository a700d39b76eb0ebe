"""One-time binding codes: whoever sends one is the member it was given to."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from models import BindingCode, Branch, Member

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L, which are mistaken for each other
LENGTH = 6


async def make_codes(branch: Branch | None, *, now: datetime, days: int) -> list[tuple[Member, str]]:
    """A code for each member of `branch` and below (None: everywhere) who has no account; valid for `days`."""
    return await codes_for(await Member.unbound(branch), now=now, days=days)


async def codes_for(members: Sequence[Member], *, now: datetime, days: int) -> list[tuple[Member, str]]:
    """A new code for each of `members`; the unused ones that they had before expire."""
    async with in_transaction():
        await BindingCode.expire([member.id for member in members], now)
        codes = await _new_codes(len(members))
        expires_at = now + timedelta(days=days)
        pairs = list(zip(members, codes, strict=True))
        rows = [BindingCode(code=code, member=member, expires_at=expires_at) for member, code in pairs]
        await BindingCode.bulk_create(rows, batch_size=500)
    return pairs


async def _new_codes(count: int) -> list[str]:
    """Codes that were never given before."""
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {_random() for _ in range(count - len(codes))}
        taken = await BindingCode.filter(code__in=list(codes)).values_list("code", flat=True)
        codes -= set(map(str, taken))
    return list(codes)


def _random() -> str:
    """At least one letter, as digits alone would be read as a student number, and one digit, as letters alone could be
    a word."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isdigit() and not code.isalpha():
            return code
