"""Sealing what an older version of the program kept plain; part of bringing a database up to date."""

from __future__ import annotations

from bot.encryption import proofs, rows
from models import SealedColumn


async def seal_what_is_plain(told: rows.Told) -> None:
    """Seal each column that has not been sealed to the end; what was killed in the middle goes on where it was.

    Nobody else may write meanwhile.
    """
    unsealed = await proofs.unsealed()
    total, done = await rows.waiting(unsealed), 0
    # The proofs' own first: from then on the key that the rest is sealed with cannot be changed unnoticed.
    for column in sorted(unsealed, key=lambda column: column.model is not SealedColumn):
        async for size in rows.seal(column, plain=True):
            done += size
            told(done, total)
        await proofs.keep(column)
    if done:
        await rows.scrub(unsealed)
