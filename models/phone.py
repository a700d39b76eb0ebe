"""A member's phone number, where the roster tells it: for an SMS to those whom no chat reaches, and no more."""

from __future__ import annotations

from tortoise import fields

from models.member import Member
from models.sealed import SealedModel, SealedTextField


class Phone(SealedModel):
    """Private: no list, page or export shows it, and no query looks for a number."""

    id = fields.IntField(primary_key=True)
    member: fields.OneToOneRelation[Member] = fields.OneToOneField(
        "models.Member", related_name="phone", on_delete=fields.RESTRICT
    )
    member_id: int
    number = SealedTextField()

    class Meta:
        table = "phone"

    @classmethod
    async def number_of(cls, member_id: int) -> str | None:
        """The number of a member, who is one still."""
        phone = await cls.get_or_none(member_id=member_id, member__active=True)
        return phone.number if phone else None
