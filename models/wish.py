"""微心愿: a small wish that somebody of the branch may grant."""

from __future__ import annotations

from tortoise import fields

from models.branch import Branch
from models.member import Member
from models.sealed import SealedModel, SealedTextField
from models.terms import Term


class WishState(Term):
    OPEN = "open", "等人认领"
    CLAIMED = "claimed", "已有人认领"
    DONE = "done", "已实现"
    REMOVED = "removed", "已撤下"


class Wish(SealedModel):
    """`text` is meant for the whole branch. Who posted it is `author`, or of an anonymous one nobody but `seal` knows,
    which is gone once its author has had their information deleted.

    `reason` is why the committee took it down, which `remover` did; both are empty where its author did.
    """

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="wishes", on_delete=fields.RESTRICT
    )
    branch_id: int
    number = fields.IntField()  # the branch's own
    text = SealedTextField()
    author: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="wishes", null=True, on_delete=fields.RESTRICT
    )
    author_id: int | None
    seal = SealedTextField(null=True)  # see bot.anonymity
    state = fields.CharEnumField(WishState, max_length=10, default=WishState.OPEN)
    posted_at = fields.DatetimeField()
    brought_up_at = fields.DatetimeField(null=True)  # when the group was reminded that nobody had claimed it
    holder: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="wishes_claimed", null=True, on_delete=fields.RESTRICT
    )
    holder_id: int | None
    claimed_at = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    removed_at = fields.DatetimeField(null=True)
    remover: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="wishes_removed", null=True, on_delete=fields.RESTRICT
    )
    remover_id: int | None
    reason = SealedTextField(default="")

    class Meta:
        table = "wish"
        unique_together = (("branch", "number"),)
        indexes = (("branch_id", "state"),)

    @property
    def anonymous(self) -> bool:
        return self.author_id is None
