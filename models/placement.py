"""去向: where a member is while away from school, and the months of it; what was said before is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tortoise import fields

from models.member import Member
from models.sealed import SealedModel, SealedTextField

AWAY_MONTHS = 6  # from so many on a member who lives away is a 流动党员 (DOMAIN: rules)


class Placement(SealedModel):
    """`claim` is the member's id while this is what holds, NULL once it was replaced or taken back: one at a time.

    `at_school`: the member said that there is no placement. `since` and `until` are months (YYYY-MM), both included;
    `until` is NULL where nobody knows it yet. `company` is private, and never looked for.
    """

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="placements", on_delete=fields.RESTRICT
    )
    member_id: int
    claim = fields.IntField(unique=True, null=True)
    at_school = fields.BooleanField(default=False)
    city = fields.CharField(max_length=30, default="")
    company = SealedTextField(default="")
    since = fields.CharField(max_length=7)
    until = fields.CharField(max_length=7, null=True)
    ended_on = fields.DateField(null=True)  # the day on which the member said that it is over
    registered_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField()  # when the member last said that it holds
    replaces: fields.ForeignKeyNullableRelation[Placement] = fields.ForeignKeyField(
        "models.Placement", related_name="replaced_by", null=True, on_delete=fields.RESTRICT
    )
    replaces_id: int | None
    voided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "placement"
        indexes = (("member_id",), ("until",))

    @property
    def away(self) -> bool:
        """The member is out there, as far as is known."""
        return not self.at_school and self.ended_on is None

    def months(self, this: str) -> int:
        """How many months it lasts, its end included; up to `this` (YYYY-MM) where no end is known."""
        first, last = (_ordinal(month) for month in (self.since, self.until or max(this, self.since)))
        return last - first + 1

    def is_mobile(self, this: str) -> bool:
        """Six months or more away makes a 流动党员."""
        return self.away and self.months(this) >= AWAY_MONTHS

    async def take_back(self, now: datetime) -> None:
        """Let it no longer hold, and what it replaced hold again."""
        self.claim, self.voided_at = None, now
        await self.save(update_fields=["claim", "voided_at"])
        if self.replaces_id is not None:
            await Placement.filter(id=self.replaces_id).update(claim=self.member_id)

    @classmethod
    async def current(cls, member_ids: Iterable[int]) -> dict[int, Placement]:
        """What holds for each of these members who have said something, by the member's id."""
        return {row.member_id: row for row in await cls.filter(claim__in=list(member_ids))}

    @classmethod
    async def register(cls, row: Placement) -> Placement:
        """Let `row` hold in place of what held before; raises IntegrityError where another was quicker."""
        before = await cls.get_or_none(claim=row.member_id)
        if before is not None:
            row.replaces_id = before.id
            await cls.filter(id=before.id).update(claim=None)
        row.claim = row.member_id
        await row.save()
        return row


def _ordinal(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number)
