"""What each level is told: the month's summary by itself, and in January everything that was asked, counted by hand."""

from __future__ import annotations

import re
from io import BytesIO

from openpyxl import load_workbook

from tests.month.chatlog import Told
from tests.term import plan
from tests.term.chatlog import TermLog
from tests.term.school import (
    AT,
    BRANCHES,
    CARS,
    GENERAL,
    INFORMATION,
    LANGUAGES,
    MACHINES,
    MATTER,
    NETWORKS,
    OF_GENERAL,
    OF_MACHINES,
    OFFICE_OF,
    OFFICERS,
    RECTORATE,
    SCHOOL,
    SIZE,
    SOFTWARE,
    branches_of,
)

REPORT_COLUMNS = ("汇报应交", "汇报已交", "汇报退回", "汇报未交")
DUES_COLUMNS = ("党费应交（人月）", "党费已登记", "党费已确认", "党费未交")
OFFICES = {**OFFICE_OF, GENERAL: OF_GENERAL}
PARTS = {SCHOOL: (INFORMATION, LANGUAGES, MACHINES), MACHINES: (GENERAL, CARS, MATTER)}


async def summary(log: TermLog, moment: str, month: str, groups: Told | None = None) -> None:
    """Once, to each office, of its own branches; `groups` hear something else at that moment."""
    before = len(log.letters)
    await log.at(moment, groups)
    told = [(name, text) for name, text in log.letters[before:] if f"【{month}小结】" in text]
    assert sorted(name for name, _ in told) == sorted(officer.name for officer in OFFICERS)
    for node, officer in OFFICES.items():
        text = next(text for name, text in told if name == officer)
        assert f"{node} {len(branches_of(node))} 个支部的情况（{month}）" in text
        assert f"党员 {len(branches_of(node)) * 16} 人" in text


async def rolled_up(log: TermLog) -> None:
    """支部情况 of every branch, 党总支, college and of the school, for three months."""
    await log.at("2027-01-26 10:00")
    askers = {branch.name: AT[branch.name, 0] for branch in BRANCHES} | OFFICES
    for node, who in askers.items():
        for asked, month in (("11月统计", "2026-11"), ("12月统计", "2026-12"), ("支部情况", "2027-01")):
            answer = await log.whisper(who, asked)
            assert read(answer) == plan.figures(node, month), f"{node} {month}\n{answer}"
            _nobody_is_named(answer) if who in OFFICES.values() else None


async def part_by_part(log: TermLog) -> None:
    """The school sees its colleges, a college its branches; one that is named is looked at alone."""
    answer = await log.whisper(RECTORATE, "支部情况")
    for college in PARTS[SCHOOL]:
        count = len(branches_of(college)) * SIZE
        assert f"· {college}：{count} 人，未交汇报 {count}，" in answer
    for part in PARTS[MACHINES]:
        branches = branches_of(part)
        owed = 12 * sum(branch.collects_dues for branch in branches)
        line = f"· {part}：{len(branches) * SIZE} 人，未交汇报 {len(branches) * SIZE}，未交党费 {owed}"
        assert line in await log.whisper(OF_MACHINES, "支部情况")
        assert line in await log.whisper(RECTORATE, "支部情况 机电学院")
    alone = await log.whisper(RECTORATE, f"12月统计 {CARS}")
    assert read(alone) == plan.figures(CARS, "2026-12")
    _nobody_is_named(alone)
    assert AT[CARS, 12] in await log.whisper(OF_MACHINES, f"支部情况 {CARS}", "未交党费")
    await log.whisper(OF_MACHINES, f"支部情况 {SOFTWARE}", "您这一级下面没有找到")


async def in_their_groups(log: TermLog) -> None:
    """A committee asks in its own group, and hears counts there."""
    await log.say(SCHOOL, RECTORATE, "支部情况", ("示范大学 12 个支部的情况", f"· {MACHINES}：80 人"))
    await log.say(MACHINES, OF_MACHINES, f"支部情况 {CARS}", f"{CARS}：支部情况")
    await log.say(MACHINES, OF_MACHINES, "去向", "在外 28 人")
    for group in (SCHOOL, MACHINES):
        _nobody_is_named(log.last(group))


async def what_is_missing(log: TermLog) -> None:
    """谁还没交 of the school, by college."""
    answer = await log.whisper(RECTORATE, "谁还没交")
    for college in PARTS[SCHOOL]:
        branches = branches_of(college)
        dues = 12 * sum(branch.collects_dues for branch in branches)
        assert f"· {college}：思想汇报 {len(branches) * SIZE} 人，党费 {dues} 人" in answer
    answer = await log.whisper(OF_MACHINES, "谁还没交11月党费", "应交 64 人，已登记 24 人", "还没交 40 人")
    assert f"· {GENERAL}：应交 32 人，已登记 12 人，还没交 20 人" in answer
    answer = await log.whisper(OF_GENERAL, "谁还没交思想汇报", "应交 40，已交 0")
    _nobody_is_named(answer)


async def the_table(log: TermLog) -> None:
    """A row for each branch, and the sum of them."""
    await log.whisper(RECTORATE, "导出12月台账", "共 12 个支部，只有数字")
    rows = list(load_workbook(BytesIO(log.file("汇总表").data)).worksheets[0].values)
    table = {row[1] or SCHOOL: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert set(table) == {SCHOOL, *(branch.name for branch in BRANCHES)}
    for node, row in table.items():
        figures = plan.figures(node, "2026-12")
        owed, handed, _, returned, missing = figures.reports
        assert [row[column] for column in REPORT_COLUMNS] == [owed, handed, returned, missing]
        assert tuple(row[column] for column in DUES_COLUMNS) == figures.dues
        assert (row["预备党员"], row["在外"], row["流动党员"]) == (figures.probationary, figures.away, figures.mobile)


async def of_autumn(log: TermLog) -> None:
    """What was wished, said and done in October and September."""
    said = "微心愿：许了 2 个，实现 1 个，等人认领 1 个"
    for who in (AT[NETWORKS, 0], OFFICES[INFORMATION], RECTORATE):
        await log.whisper(who, "10月统计", said)
    for who in (AT[MATTER, 0], OF_MACHINES, RECTORATE):
        await log.whisper(who, "10月统计", "意见：收到 2 条，已答复 2 条")
    await log.whisper(OFFICES[INFORMATION], "9月统计", "公益和爱心传递：开展 1 次，参加 3 人次")
    await log.whisper(RECTORATE, "9月统计", "公益和爱心传递：开展 3 次，参加 3 人次")
    await log.whisper(RECTORATE, "去向", f"在外 {7 * len(BRANCHES)} 人", f"苏州 ■■■■■■■■■■ {len(BRANCHES)}")


def _nobody_is_named(answer: str) -> None:
    named = [name for name in AT.values() if name in answer]
    assert not named, named


def read(answer: str) -> plan.Figures:
    """The counts that an answer to 支部情况 holds."""
    party, probationary = _ints(r"党员 (\d+) 人（预备 (\d+)）", answer)
    waiting, returned = _or_none(r"（待批阅 (\d+)）", answer), _or_none(r"，退回 (\d+)", answer)
    owed, handed = _ints(r"思想汇报（.+?）：应交 (\d+)，已交 (\d+)", answer)
    (missing,) = _ints(r"思想汇报.+?未交 (\d+)", answer)
    held = re.search(r"组织生活：开展 (\d+) 次，应到 (\d+) 人次，实到 (\d+) 人次", answer)
    dues = re.search(r"党费（.+?）：应交 (\d+)，已登记 (\d+)（已确认 (\d+)），未交 (\d+)", answer)
    return plan.Figures(
        party=party,
        probationary=probationary,
        candidates=_or_none(r"发展对象 (\d+) 人", answer),
        applicants=_or_none(r"入党积极分子 (\d+) 人", answer),
        reports=(owed, handed, waiting, returned, missing),
        dues=tuple(map(int, dues.groups())) if dues else (0, 0, 0, 0),  # type: ignore[arg-type]
        held=tuple(map(int, held.groups())) if held else (0, 0, 0),  # type: ignore[arg-type]
        away=_or_none(r"在外 (\d+) 人", answer),
        mobile=_or_none(r"流动党员 (\d+)", answer),
        unknown=_or_none(r"未登记 (\d+)", answer),
        over=_or_none(r"到期没更新 (\d+)", answer),
        silent=_or_none(r"久没有消息 (\d+)", answer),
    )


def _ints(pattern: str, text: str) -> tuple[int, ...]:
    match = re.search(pattern, text)
    assert match, f"{pattern} in\n{text}"
    return tuple(map(int, match.groups()))


def _or_none(pattern: str, text: str) -> int:
    match = re.search(pattern, text)
    return int(match[1]) if match else 0
