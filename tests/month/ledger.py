"""30 November: what the secretaries hand in, and whether it holds what was said."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from openpyxl import load_workbook

from bot.messages import File
from tests.month.chatlog import PRIVATE, Attachment, ChatLog
from tests.month.party_day import NIGHT, TOPIC
from tests.month.people import CODERS, MAKERS, members_of
from tests.month.reports import COMMENT
from tests.month.talks import PLANS, RECORD


async def is_handed_in(log: ChatLog) -> None:
    """Privately, also where it is asked for in the group; by the committee alone, of its own branch."""
    await log.at("11-30 18:00")
    await log.dialog(
        (PRIVATE, "张三", "导出11月台账", "只有支部委员能用"),
        (MAKERS, "李芳", "导出11月台账", "已私聊发给您", {"李芳": ["6 人", Attachment("智能制造流动党支部_台账_")]}),
        (PRIVATE, "周洁", "导出台账", "6 人", {"周洁": Attachment("软件流动党支部_台账_")}),
        (MAKERS, "李芳", "支部情况", ("已登记 4（已确认 4）", "实到 3 人次"), {"李芳": ("未交汇报", "实到 3，请假 1")}),
        (PRIVATE, "李芳", "看看王强", "王强"),
        (MAKERS, "李芳", "待办", "已私聊发给您", {"李芳": ("待批阅的思想汇报 1 份：赵敏", "待确认的党费 1 笔：李芳")}),
    )
    holds_what_the_makers_said(log.file("智能制造流动党支部_台账"))
    holds_what_the_coders_said(log.file("软件流动党支部_台账"))


def sheets(file: File) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every sheet, below its header."""
    book = load_workbook(io.BytesIO(file.data))
    return {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book.worksheets}


def holds_what_the_makers_said(file: File) -> None:
    tables = sheets(file)
    assert [row[3:5] for row in tables["党员名册"]] == [(one.name, one.number) for one in members_of(MAKERS)]
    # November's cell, owed, paid, unconfirmed, paid late, paid ahead, given voluntarily, paid to.
    assert [(row[0], *row[3:11]) for row in tables["党费收缴"]] == [
        ("李芳", 0.2, 0.2, 0.2, 0, 0, 0, 0, "2026-11"),
        ("王强", 0.2, 0.2, 0.2, 0, 0, 0, 9.4, "2026-11"),
        ("张三", 0.2, 0.2, 0.2, 0, 0, 0, 0, "2026-11"),
        ("李娜", 0.2, 0.2, 0.2, 0, 0, 0, 0, "2026-11"),
    ]
    assert [(row[1], row[3], row[4], row[6], row[7], row[10]) for row in tables["党费明细"]] == [
        ("张三", "2026年11月", 0.2, None, "已作废", "已更正"),
        ("张三", "2026年10月", 0.2, None, "已作废", "本人撤销"),
        ("张三", "2026年11月", 0.2, None, "已确认", None),
        ("张三", "2026年9–10月", 0.4, None, "已确认", None),
        ("李娜", "2026年9–11月", 0.6, None, "已确认", None),
        ("王强", "2026年9–11月", 10, None, "已确认", None),
        ("李芳", "2026年11月", 0.2, "王强", "已确认", None),
        ("李芳", "2026年10月", 0.2, None, "已确认", None),
        ("李芳", "2026年9月", 0.2, None, "待确认", None),
    ]
    assert sorted((row[1], row[0], row[5], row[6], row[8]) for row in tables["思想汇报"]) == sorted(
        [
            ("李芳", "2026年第四季度", "合格", "王强", None),
            ("王强", "2026年第四季度", "未交", None, None),
            ("张三", "2026年第四季度", "合格", "李芳", None),
            ("李娜", "2026年11月", "合格", "李芳", datetime(2026, 11, 18)),
            ("陈晨", "2026年第四季度", "合格", "李芳", None),
            ("赵敏", "2026年第四季度", "待批阅", None, None),
        ],
        key=str,
    )
    assert tables["谈心谈话"] == [
        (datetime(2026, 11, 12), "14:00–14:20", "李芳", "李娜", "委员与党员"),
        (datetime(2026, 11, 12), "14:40–15:00", "李芳", "张三", "委员与党员"),
    ]
    assert [row[:9] for row in tables["组织生活"]] == [
        (1, "主题党日", datetime(2026, 11, 24, 19, 30), TOPIC, "李芳", 4, 3, 1, 0)
    ]
    assert [(row[0], row[2]) for row in tables["考勤"]] == [
        ("李芳", "到"),
        ("王强", "假"),
        ("张三", "到"),
        ("李娜", "到"),
        ("陈晨", None),
        ("赵敏", "列席"),
    ]
    everything = str(tables)
    assert not [secret for secret in (NIGHT, PLANS, RECORD, COMMENT) if secret in everything]


def holds_what_the_coders_said(file: File) -> None:
    tables = sheets(file)
    assert [(row[0], *row[3:7]) for row in tables["党费收缴"]] == [
        ("周洁", 0.2, 0.2, 0, 0.2),
        ("吴昊", 0.2, 0.2, 0.2, 0),
        ("郑凯", None, 0.2, 0, 0),
        ("孙悦", None, 0.2, 0, 0),
    ]
    assert [(row[1], row[7], row[10]) for row in tables["党费明细"]] == [
        ("周洁", "待确认", None),
        ("吴昊", "已确认", None),
        ("孙悦", "已作废", "本人撤销"),
        ("孙悦", "已作废", "书记未收到"),
    ]
    assert [row[1] for row in tables["思想汇报"] if row[5] == "合格"] == ["何鹏"]
    assert not tables["谈心谈话"] and not tables["组织生活"]
    assert {row[3] for row in tables["党员名册"]} == {one.name for one in members_of(CODERS)}
