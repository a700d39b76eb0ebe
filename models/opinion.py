"""意见: what members tell their committee, or the college above it, and what became of it."""

from __future__ import annotations

from tortoise import fields

from models.branch import Branch
from models.member import Member
from models.sealed import SealedModel, SealedTextField
from models.terms import Term


class OpinionState(Term):
    WAITING = "waiting", "待答复"
    ANSWERED = "answered", "已答复"
    WITHDRAWN = "withdrawn", "已撤回"


class Opinion(SealedModel):
    """`branch` is who it was given to: a branch, or a college or school. An anonymous one has a `seal` and no `author`,
    and not even a seal once its author has had their information deleted.

    Its id is what everybody names it by. Only the day it was given is kept: the minute would help to guess who it was.
    """

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="opinions", on_delete=fields.RESTRICT
    )
    branch_id: int
    text = SealedTextField()
    author: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="opinions", null=True, on_delete=fields.RESTRICT
    )
    author_id: int | None
    seal = SealedTextField(null=True)  # see bot.anonymity
    state = fields.CharEnumField(OpinionState, max_length=10, default=OpinionState.WAITING)
    given_on = fields.DateField()
    answer = SealedTextField(default="")
    answerer: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="opinions_answered", null=True, on_delete=fields.RESTRICT
    )
    answerer_id: int | None
    answered_on = fields.DateField(null=True)
    published_at = fields.DatetimeField(null=True)

    class Meta:
        table = "opinion"
        indexes = (("branch_id", "state"), ("author_id",))

    @property
    def anonymous(self) -> bool:
        return self.author_id is None
