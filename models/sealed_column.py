"""Which columns of this database hold tokens alone, and the proof that the keys at hand are theirs."""

from __future__ import annotations

from tortoise import fields

from models.sealed import SealedModel, SealedTextField


class SealedColumn(SealedModel):
    """A column (`name`: table.column) whose every row has been sealed. `proof` is its name, sealed."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100, unique=True)
    proof = SealedTextField()

    class Meta:
        table = "sealed_column"
