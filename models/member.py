"""A member of a branch: who they are to the Party, not which account they write from."""

from __future__ import annotations

from datetime import date

from tortoise import fields
from tortoise.expressions import Q
from tortoise.models import Model

from models.branch import Branch
from models.terms import Term


class Category(Term):
    FULL = "full", "正式党员"
    PROBATIONARY = "probationary", "预备党员"
    CANDIDATE = "candidate", "发展对象"
    APPLICANT = "applicant", "入党积极分子"


class Post(Term):
    NONE = "none", ""
    SECRETARY = "secretary", "书记"
    DEPUTY = "deputy", "副书记"
    ORGANISATION = "organisation", "组织委员"
    PUBLICITY = "publicity", "宣传委员"
    DISCIPLINE = "discipline", "纪检委员"
    COLLEGE = "college", "学院党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    SCHOOL = "school", "学校党委"


OFFICES = frozenset({Post.COLLEGE, Post.GENERAL_BRANCH, Post.SCHOOL})
COMMITTEE = frozenset({Post.SECRETARY, Post.DEPUTY, Post.ORGANISATION, Post.PUBLICITY, Post.DISCIPLINE})


class Member(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=50)
    student_no = fields.CharField(max_length=30, unique=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="members", on_delete=fields.RESTRICT
    )
    branch_id: int
    category = fields.CharEnumField(Category, max_length=20)
    post = fields.CharEnumField(Post, max_length=20, default=Post.NONE)
    admitted_on = fields.DateField(null=True)  # the day the general meeting admitted the 预备党员
    full_since = fields.DateField(null=True)  # 转正日期
    probation_until = fields.DateField(null=True)  # where the general meeting extended it
    handed_over_on = fields.DateField(null=True)  # 转出: another organisation looks after them since then
    dues_from = fields.CharField(max_length=7)  # YYYY-MM, the first month whose dues this ledger expects
    active = fields.BooleanField(default=True)
    consent_version = fields.CharField(max_length=40, null=True)  # of the notice they agreed to; NULL: to none
    consented_at = fields.DatetimeField(null=True)
    first_bound_at = fields.DatetimeField(null=True)  # an account that is bound later may be somebody else's
    created_at = fields.DatetimeField()

    class Meta:
        table = "member"
        indexes = (("branch_id",),)

    @property
    def is_party_member(self) -> bool:
        return self.category in (Category.FULL, Category.PROBATIONARY)

    @property
    def owes_dues(self) -> bool:
        """Dues are owed from admission as 预备党员 on, not by applicants or 发展对象 (中组发〔2008〕3号 第八条).

        Whoever holds an office above the branches pays them where they are a member, which is not known here; whoever
        was handed over, there.
        """
        return self.is_party_member and not self.in_office and not self.handed_over

    @property
    def handed_over(self) -> bool:
        """Another organisation looks after the member: nothing is asked here, and nobody is chased."""
        return self.handed_over_on is not None

    @property
    def probation_ends(self) -> date | None:
        """A year after the general meeting admitted a probationary member, or later where it was extended (党章第七条).

        None for the others.
        """
        if self.category is not Category.PROBATIONARY or self.admitted_on is None:
            return None
        return self.probation_until or years_after(self.admitted_on, 1)

    @property
    def votes(self) -> bool:
        """Only full members have the right to vote (党章第七条)."""
        return self.category is Category.FULL

    @property
    def in_committee(self) -> bool:
        """Whoever was handed over keeps the post in the roster and does nothing by it."""
        return self.post in COMMITTEE and not self.handed_over

    @property
    def in_office(self) -> bool:
        """Of what stands above the branches: no member of a branch."""
        return self.post in OFFICES

    @staticmethod
    def first_dues_month(admitted_on: date | None, today: date) -> str:
        """The month of admission where it lies ahead, else this month: what lies before was settled elsewhere."""
        first = max(admitted_on, today) if admitted_on else today
        return f"{first:%Y-%m}"

    @classmethod
    async def unbound(cls, branch: Branch | None) -> list[Member]:
        """Active members of `branch` and below (None: everywhere) who have no account, by branch and name, with it."""
        members = cls.filter(active=True, accounts__id__isnull=True)
        if branch is not None:
            members = members.filter(within(branch.path))
        return await members.select_related("branch").order_by("branch__path", "id")


def years_after(day: date, years: int) -> date:
    """The same day years later; for 29 February where there is none, the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def within(path: str, prefix: str = "") -> Q:
    """What is of the branch at `path` and of those below it; `prefix` leads to what has the branch: ``member__``."""
    return Q(**{f"{prefix}branch__path": path}) | Q(**{f"{prefix}branch__path__startswith": f"{path}/"})
