"""资讯: news by section, and which sections a branch's group gets in its digest."""

from __future__ import annotations

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.branch import Branch
from models.member import Member
from models.terms import Term


class BulletinSection(Term):
    PARTY = "party", "党的资讯", "党建资讯"
    CAMPUS = "campus", "校园信息", "校园资讯", "校园"
    STARTUP = "startup", "创新创业", "创业"


class Bulletin(Model):
    """`branch` published it for itself and all below it, NULL for everybody: what a feed brought."""

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyNullableRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="bulletins", null=True, on_delete=fields.RESTRICT
    )
    branch_id: int | None
    author: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="bulletins", null=True, on_delete=fields.RESTRICT
    )
    author_id: int | None
    section = fields.CharEnumField(BulletinSection, max_length=10)
    text = fields.TextField()
    url = fields.CharField(max_length=500, default="")
    origin = fields.CharField(max_length=64, unique=True, null=True)  # a hash of the feed and its entry's id: once
    published_at = fields.DatetimeField()  # when its source says
    created_at = fields.DatetimeField()  # when it came here: what came since the last digest is in the next
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "bulletin"
        indexes = (("created_at",),)

    @classmethod
    def published(cls) -> QuerySet[Bulletin]:
        """What was not withdrawn, the newest first."""
        return cls.filter(withdrawn_at=None).order_by("-published_at", "-id")

    @classmethod
    def for_branch(cls, branch: Branch) -> QuerySet[Bulletin]:
        """What was published for `branch`, by itself or above it."""
        return cls.published().filter(Q(branch_id=None) | Q(branch__path__in=branch.lineage))


class BulletinSubscription(Model):
    """What a branch decided of one section, without a row the setting holds."""

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="bulletin_subscriptions", on_delete=fields.RESTRICT
    )
    branch_id: int
    section = fields.CharEnumField(BulletinSection, max_length=10)
    wanted = fields.BooleanField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "bulletin_subscription"
        unique_together = (("branch", "section"),)
