"""School, college, branch: the three levels, whatever lies between them, and the kinds of a branch."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.terms import Term


class Level(Term):
    SCHOOL = "school", "学校"
    COLLEGE = "college", "学院"
    GENERAL_BRANCH = "general", "党总支"  # between a college and its branches, as deep as a school needs it
    BRANCH = "branch", "支部"


class BranchKind(Term):
    ORDINARY = "ordinary", "普通"
    MOBILE = "mobile", "流动"
    TEMPORARY = "temporary", "临时"


class Branch(Model):
    """A node of the tree of Party organisations, `parent` is the next level up.

    The tree may be of any depth.
    """

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100)
    level = fields.CharEnumField(Level, max_length=10, default=Level.BRANCH)
    kind = fields.CharEnumField(BranchKind, max_length=10, default=BranchKind.MOBILE)
    parent: fields.ForeignKeyNullableRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="children", null=True, on_delete=fields.RESTRICT
    )
    parent_id: int | None
    path = fields.CharField(max_length=400, unique=True)  # 学校/学院/…/支部: a NULL parent would not hold uniqueness
    created_at = fields.DatetimeField()

    class Meta:
        table = "branch"

    @property
    def collects_dues(self) -> bool:
        """A 临时党支部 generally collects no dues (DOMAIN: 流动党员 rules), nor does what stands above the branches."""
        return self.level is Level.BRANCH and self.kind is not BranchKind.TEMPORARY

    @property
    def lineage(self) -> list[str]:
        """The paths of this node and of all above it, the school's first."""
        names = self.path.split("/")
        return ["/".join(names[: depth + 1]) for depth in range(len(names))]

    @classmethod
    async def below(cls, above: Branch) -> list[Branch]:
        """The branches (支部) under what stands above them, however deep, by path."""
        return await cls.filter(level=Level.BRANCH, path__startswith=f"{above.path}/").order_by("path")
