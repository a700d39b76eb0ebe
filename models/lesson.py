"""微课堂: short lessons by section, their pictures, and which of them a member has read."""

from __future__ import annotations

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.branch import Branch
from models.member import Member
from models.terms import Term


class Section(Term):
    """A section of lessons: one of the five, or one that the school has configured."""


class LessonSection(Section):
    FRONTIER = "frontier", "前沿热点", "热点"
    POLICY = "policy", "政策解读", "政策"
    LAW = "law", "法律法规", "法律", "法规"
    NEWS = "news", "新闻观察", "新闻"
    CULTIVATION = "cultivation", "党员修养", "修养"


class Lesson(Model):
    """`branch` published it for itself and all below it, NULL for all. `section` is a label, configured or not."""

    id = fields.IntField(primary_key=True)  # which members type
    branch: fields.ForeignKeyNullableRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="lessons", null=True, on_delete=fields.RESTRICT
    )
    branch_id: int | None
    author: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="lessons", null=True, on_delete=fields.RESTRICT
    )
    author_id: int | None
    section = fields.CharField(max_length=20)
    title = fields.CharField(max_length=100)
    summary = fields.TextField(default="")
    text = fields.TextField(default="")  # Markdown
    url = fields.CharField(max_length=500, default="")
    source = fields.CharField(max_length=200, unique=True, null=True)  # of what was imported: again updates it
    published_at = fields.DatetimeField()
    withdrawn_at = fields.DatetimeField(null=True)

    pictures: fields.ReverseRelation[LessonPicture]

    class Meta:
        table = "lesson"
        indexes = (("published_at",),)

    @classmethod
    def published(cls) -> QuerySet[Lesson]:
        """What was not withdrawn, the newest first."""
        return cls.filter(withdrawn_at=None).order_by("-published_at", "-id")

    @classmethod
    def for_branch(cls, branch: Branch) -> QuerySet[Lesson]:
        """What was published for `branch`, by itself or above it."""
        return cls.published().filter(Q(branch_id=None) | Q(branch__path__in=branch.lineage))


def matching(words: str) -> Q:
    """Lessons that hold every one of `words` (between spaces) in section, title, summary or text."""
    found = Q()
    for word in words.split():
        found &= (
            Q(section__icontains=word) | Q(title__icontains=word) | Q(summary__icontains=word) | Q(text__icontains=word)
        )
    return found


class LessonPicture(Model):
    id = fields.IntField(primary_key=True)
    lesson: fields.ForeignKeyRelation[Lesson] = fields.ForeignKeyField(
        "models.Lesson", related_name="pictures", on_delete=fields.RESTRICT
    )
    lesson_id: int
    position = fields.IntField()  # from 1
    name = fields.CharField(max_length=200)
    media_type = fields.CharField(max_length=100)
    data = fields.BinaryField()

    class Meta:
        table = "lesson_picture"
        unique_together = (("lesson", "position"),)


class LessonReading(Model):
    """That a member has read a lesson: for that member's own list, counted and shown nowhere else."""

    id = fields.IntField(primary_key=True)
    lesson: fields.ForeignKeyRelation[Lesson] = fields.ForeignKeyField(
        "models.Lesson", related_name="readings", on_delete=fields.RESTRICT
    )
    lesson_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="lesson_readings", on_delete=fields.RESTRICT
    )
    member_id: int
    read_at = fields.DatetimeField()

    class Meta:
        table = "lesson_reading"
        unique_together = (("member", "lesson"),)
