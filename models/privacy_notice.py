"""What the notice on personal information said, by its version: who agreed to one can be shown what it was."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields
from tortoise.models import Model


class PrivacyNotice(Model):
    """`text` never changes: another text is another version."""

    id = fields.IntField(primary_key=True)
    version = fields.CharField(max_length=40, unique=True)
    text = fields.TextField()
    in_force_at = fields.DatetimeField()

    class Meta:
        table = "privacy_notice"

    @classmethod
    async def keep(cls, version: str, text: str, since: datetime) -> PrivacyNotice:
        """The version as it was put on record first; put on record now where it was not."""
        kept, _ = await cls.get_or_create(version=version, defaults={"text": text, "in_force_at": since})
        return kept
