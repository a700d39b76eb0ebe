"""导出台账 above the branches: a table of counts, a row for each branch; names stay in the branches' own ledgers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.commands import Refusal, Reply, Request
from bot.messages import File
from bot.organisation import branches_in, parts_of
from bot.picture import Picture, pictures, summed
from bot.understanding.values import Months
from bot.whereabouts import of_branches
from bot.wording import Public, in_group
from handlers.ledger.workbook import MEDIA_TYPE, Column, Table, Value, xlsx
from models import Branch, Category, PaymentState

NO_BRANCHES = in_group("下属还没有支部，没有可以导出的。")
READY = "{name}汇总表（{months}）见附件，共 {count} 个支部，只有数字，没有姓名。"
GROUP = "{name}汇总表（{months}）已私聊发给您。"
FILE_NAME = "{name}_汇总表_{months}.xlsx"
SUM = "合计"

COLUMNS = (
    Column("上级", 24),
    Column("支部", 24),
    Column("支部类型", 10),
    *(Column(category.label) for category in Category),
    Column("未绑定", 8),
    Column("汇报应交", 10),
    Column("汇报已交", 10),
    Column("汇报退回", 10),
    Column("汇报未交", 10),
    Column("党费应交（人月）", 16),
    Column("党费已登记", 12),
    Column("党费已确认", 12),
    Column("党费未交", 10),
    Column("组织生活（次）", 14),
    Column("应到人次", 10),
    Column("实到人次", 10),
    Column("谈心谈话（次）", 14),
    Column("今年没谈过（人）", 16),
    Column("组织生活还差（项）", 18),
    Column("在外", 8),
    Column("流动党员", 10),
)


async def export_below(request: Request, node: Branch, months: Months) -> Reply:
    """The counts of `months` of every branch below `node`, or of the one that it is, with their sum."""
    parts = await parts_of(node)
    if not parts:
        raise Refusal(NO_BRANCHES)
    branches = branches_in(parts)
    every = await pictures(branches, months, request.settings, request.now)
    away, mobile = Counter[int](), Counter[int]()
    for one in await of_branches(branches, request.settings, request.now):
        away[one.member.branch_id] += one.away
        mobile[one.member.branch_id] += one.mobile(request.now)
    rows: list[Sequence[Value]] = [
        (*_named(branch, node), *_counts(picture), away[branch.id], mobile[branch.id])
        for branch, picture in zip(branches, every, strict=True)
    ]
    rows.append((SUM, "", "", *_counts(summed(every)), away.total(), mobile.total()))
    name = FILE_NAME.format(name=node.name, months=months.label)
    return Reply(
        group=in_group(GROUP, name=Public(node.name), months=months),
        private=READY.format(name=node.name, months=months.label, count=len(branches)),
        file=File(name, MEDIA_TYPE, xlsx([Table("各支部", COLUMNS, rows, fixed=2)])),
        about=node.id,
    )


def _named(branch: Branch, node: Branch) -> tuple[str, str, str]:
    """What stands between the two, the branch, and its kind."""
    between = branch.path.removeprefix(f"{node.path}/").rpartition("/")[0]
    return between, branch.name, branch.kind.label


def _counts(total: Picture) -> list[int]:
    of_category = Counter(member.category for member in total.members)
    handed = sum(due.handed_in for due in total.reports)
    returned = sum(due.returned for due in total.reports)
    states = Counter(due.state for due in total.dues)
    turnouts = [came for _, came in total.activities]
    return [
        *(of_category[category] for category in Category),
        len(total.unbound),
        len(total.reports),
        handed,
        returned,
        len(total.reports) - handed - returned,
        len(total.dues),
        len(total.dues) - states[None],
        states[PaymentState.CONFIRMED],
        states[None],
        len(turnouts),
        sum(came.expected for came in turnouts),
        sum(came.present for came in turnouts),
        len(total.talks),
        len(total.unreached),
        len(total.to_hold),
    ]
