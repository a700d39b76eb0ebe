"""党员名册."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.ledger.workbook import Column, Table
from models import Account, Branch, Member

COLUMNS = (
    Column("序号", 6),
    Column("支部", 24),
    Column("支部类型", 10),
    Column("姓名", 12),
    Column("学号", 16),
    Column("类别", 14),
    Column("职务", 12),
    Column("入党日期", 12),
    Column("转正日期", 12),
    Column("党费起算月", 12),
    Column("微信", 10),
)


async def roster_table(branch: Branch, members: Sequence[Member]) -> Table:
    """The members of the branch who are active, in the order of the roster."""
    accounts = await Account.filter(member_id__in=[member.id for member in members])
    bound = {account.member_id for account in accounts}
    rows = [
        (
            number,
            branch.name,
            branch.kind.label,
            member.name,
            member.student_no,
            member.category.label,
            member.post.label,
            member.admitted_on,
            member.full_since,
            member.dues_from if member.owes_dues and branch.collects_dues else None,
            "已绑定" if member.id in bound else "未绑定",
        )
        for number, member in enumerate((one for one in members if one.active), 1)
    ]
    return Table("党员名册", COLUMNS, rows, fixed=4)
