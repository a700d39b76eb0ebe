"""导出台账: the file is opened again and compared with the records."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from handlers.ledger.for_operators import ExportFaulty, export_to
from models import ActivityKind, AuditEntry, Branch, Category, DuesPayment, Member, Post, ReportState
from models.dues import void
from tests.chat import Chat, found_branch
from tests.conftest import NOON
from tests.handlers.branch_records import announced, asked_leave, at, came, paid, reported, talked

SECRET = "家里的事"


@pytest.fixture
async def branch(chat: Chat) -> Branch:
    return await found_branch(chat)


async def exported(chat: Chat, text: str) -> Workbook:
    """What the secretary gets for `text`."""
    before = len(chat.files("李书记"))
    await chat.whisper("李书记", text)
    (file,) = chat.files("李书记")[before:]
    assert file.name.endswith(".xlsx") and "spreadsheetml" in file.media_type
    return load_workbook(BytesIO(file.data))


def rows(book: Workbook, title: str) -> list[dict[str, Any]]:
    """The rows of a sheet by their headers."""
    head, *body = book[title].iter_rows(values_only=True)
    return [dict(zip((str(cell) for cell in head), row, strict=True)) for row in body]


def everything(book: Workbook) -> str:
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def workbooks_in(folder: Path) -> list[Path]:
    """Also those that were begun."""
    return [file for file in folder.rglob("*") if "台账" in file.name]


async def test_the_ledger_of_the_month_has_every_sheet(chat: Chat, branch: Branch) -> None:
    book = await exported(chat, "导出11月台账")
    sheets = ["党员名册", "党费收缴", "党费实收", "党费明细", "思想汇报", "谈心谈话", "组织生活", "考勤"]
    assert book.sheetnames == [*sheets, "公益服务", "去向", "转出转回"]
    assert chat.files("李书记")[-1].name == "智能制造流动党支部_台账_2026年11月.xlsx"
    for sheet in book:
        assert sheet.freeze_panes and all(cell.font.bold for cell in sheet[1])


async def test_the_roster(chat: Chat, branch: Branch) -> None:
    await Member.filter(name="李娜").update(admitted_on=date(2026, 6, 30))
    await Member.filter(name="王强").update(active=False)
    people = rows(await exported(chat, "导出台账"), "党员名册")
    assert [one["姓名"] for one in people] == ["李书记", "张三", "李娜"]
    assert people[0]["职务"] == "书记" and people[2]["类别"] == "预备党员"
    assert people[2]["入党日期"] == datetime(2026, 6, 30) and people[1]["学号"] == "20230002"


async def test_dues_are_what_was_recorded(chat: Chat, branch: Branch) -> None:
    await paid("张三", "2026-09", "2026-10", on="2026-11-02 10:00", confirmed=True, extra=100)
    await paid("张三", "2026-11", "2026-12", on="2026-11-20 10:00")
    book = await exported(chat, "导出党费")
    assert book.sheetnames == ["党费收缴", "党费实收", "党费明细"]
    zhang = next(row for row in rows(book, "党费收缴") if row["姓名"] == "张三")
    assert zhang["2026年8月"] is None and zhang["2026年9月"] == 0.2 and zhang["2026年11月"] == 0.2
    assert "2026年12月" not in zhang  # a single table covers this year up to now
    assert (zhang["应交（元）"], zhang["实交（元）"], zhang["待确认（元）"]) == (0.6, 0.4, 0.2)
    assert (zhang["补交（元）"], zhang["预交（元）"], zhang["自愿多交（元）"]) == (0.4, 0, 1)
    assert (zhang["交至"], zhang["经手人"], zhang["确认日期"]) == ("2026-12", "李书记", datetime(2026, 11, 3))
    wang = next(row for row in rows(book, "党费收缴") if row["姓名"] == "王强")
    assert (wang["应交（元）"], wang["实交（元）"], wang["交至"]) == (0.6, 0, None)
    assert [row["金额（元）"] for row in rows(book, "党费明细")] == [1.4, 0.4]


async def test_what_came_in_adds_up_whichever_months_it_was_for(chat: Chat, branch: Branch) -> None:
    await paid("张三", "2026-10", "2026-11", "2026-12", "2027-01", on="2026-11-20 10:00", confirmed=True, extra=100)
    await paid("李娜", "2026-09", on="2026-10-31 23:59", confirmed=True)
    await paid("李娜", "2026-11", "2026-12", on="2026-11-01 00:00")
    await paid("王强", "2026-11", on="2026-11-20 10:00")
    await void(await DuesPayment.get(member__name="王强"), "undone", at("2026-11-20 10:05"))
    book = await exported(chat, "导出11月台账")
    zhang, li, total = rows(book, "党费实收")
    assert list(zhang.values())[2:] == [0.2, 0.2, 0.4, 1, 1.8, 0]
    assert list(li.values())[2:] == [0.2, 0, 0.2, 0, 0.4, 0.4]
    assert list(total.values()) == ["合计", None, 0.4, 0.2, 0.6, 1, 2.2, 0.4]
    declared = [row for row in rows(book, "党费明细") if row["状态"] != "已作废"]
    assert sum(row["金额（元）"] for row in declared) == pytest.approx(total["合计（元）"])


async def test_prepaid_months_are_marked_as_such(chat: Chat, branch: Branch) -> None:
    await paid("张三", "2026-12", on="2026-11-20 10:00")
    book = await exported(chat, "导出2026年12月党费")
    zhang = next(row for row in rows(book, "党费收缴") if row["姓名"] == "张三")
    assert (zhang["2026年12月"], zhang["应交（元）"], zhang["预交（元）"]) == (0.2, 0, 0.2)


async def test_money_is_a_number_of_yuan(chat: Chat, branch: Branch) -> None:
    await paid("张三", "2026-11", on="2026-11-20 10:00", fen=123456)
    sheet = (await exported(chat, "导出11月党费"))["党费收缴"]
    (cell,) = [one for row in sheet.iter_rows() for one in row if one.value == 1234.56 and one.column == 4]
    assert cell.data_type == "n" and cell.number_format == "0.00"


async def test_what_was_voided_stays_visible(chat: Chat, branch: Branch) -> None:
    await paid("张三", "2026-11", on="2026-11-20 10:00")
    await void(await DuesPayment.get(member__name="张三"), "amended", at("2026-11-21 10:00"))
    book = await exported(chat, "导出11月党费")
    (row,) = rows(book, "党费明细")
    assert (row["状态"], row["作废原因"]) == ("已作废", "已更正")
    assert next(row for row in rows(book, "党费收缴") if row["姓名"] == "张三")["2026年11月"] is None


async def test_reports_without_text_or_comment(chat: Chat, branch: Branch) -> None:
    await reported("张三", "2026-Q4", "2026-11-10 20:00", ReportState.APPROVED, comment="写得实在")
    book = await exported(chat, "导出思想汇报")
    fourth = [row for row in rows(book, "思想汇报") if row["周期"] == "2026年第四季度"]
    assert [(row["姓名"], row["结果"]) for row in fourth] == [
        ("李书记", "未交"),
        ("张三", "合格"),
        ("李娜", "未交"),
        ("王强", "未交"),
    ]
    assert fourth[1]["提交时间"] == datetime(2026, 11, 10, 20, 0) and fourth[1]["批阅人"] == "李书记"
    assert "正文" not in everything(book) and "写得实在" not in everything(book)


async def test_talks_without_topic(chat: Chat, branch: Branch) -> None:
    await talked(branch, "张三", "2026-11-03 15:00", topic=SECRET)
    await talked(branch, "李娜", "2026-10-03 15:00", topic=SECRET)
    book = await exported(chat, "导出11月谈心")
    assert rows(book, "谈心谈话") == [
        {
            "日期": datetime(2026, 11, 3),
            "时间": "15:00–15:30",
            "谈话人": "李书记",
            "谈话对象": "张三",
            "形式": "委员与党员",
        }
    ]
    assert SECRET not in everything(book)


async def test_activities_and_who_came(chat: Chat, branch: Branch) -> None:
    day = await announced(branch, 1, ActivityKind.PARTY_DAY, "2026-11-06 19:30", "参观")
    meeting = await announced(branch, 2, ActivityKind.GENERAL_MEETING, "2026-11-13 19:30", "讨论转正")
    await announced(branch, 3, ActivityKind.LECTURE, "2026-11-28 19:30", "还没开始")
    await came(day, "李书记", "张三", "李娜")
    await asked_leave(day, "王强", SECRET)
    await came(meeting, "李书记")
    book = await exported(chat, "导出11月考勤")
    first, second = rows(book, "组织生活")
    counts = ("应到", "实到", "请假", "缺席")
    assert (first["编号"], first["类别"], first["时间"]) == (1, "主题党日", datetime(2026, 11, 6, 19, 30))
    assert [first[one] for one in counts] == [4, 3, 1, 0] and first["法定人数"] == "不要求"
    assert [second[one] for one in counts] == [4, 1, 0, 3]
    assert (second["有表决权实到/应到"], second["法定人数"]) == ("1/3", "未达到")
    marks = {row["姓名"]: list(row.values())[2:] for row in rows(book, "考勤")}
    assert marks["李书记"] == ["到", "到", 2, 2, 0, 0]
    assert marks["王强"] == ["假", "缺", 2, 0, 1, 1]
    assert SECRET not in everything(book)


@pytest.mark.parametrize("topic", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "＝1", "\t=1"])
async def test_a_cell_is_never_a_formula(chat: Chat, branch: Branch, topic: str) -> None:
    await announced(branch, 1, ActivityKind.PARTY_DAY, "2026-11-06 19:30", topic)
    cell = (await exported(chat, "导出11月组织生活"))["组织生活"]["D2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (topic, "s", True)


async def test_signs_that_excel_cannot_hold_are_left_out(chat: Chat, branch: Branch) -> None:
    await announced(branch, 1, ActivityKind.PARTY_DAY, "2026-11-06 19:30", "参\x0b观")
    assert (await exported(chat, "导出11月组织生活"))["组织生活"]["D2"].value == "参观"


async def test_every_export_is_on_the_trail(chat: Chat, branch: Branch) -> None:
    await exported(chat, "导出党费")
    entry = await AuditEntry.get(command="export")
    others = await Member.exclude(name="李书记").order_by("id")
    assert entry.outcome == "done" and entry.subjects == [member.id for member in others]


async def test_in_the_group_only_that_it_was_sent(chat: Chat, branch: Branch) -> None:
    assert await chat.say("李书记", "@鸿雁 导出第三季度党费") == "党费（2026年7–9月）已私聊发给您。"
    assert len(chat.files("李书记")) == 1


async def test_of_a_talk_that_nobody_booked_only_the_day_is_known(chat: Chat, branch: Branch) -> None:
    await chat.whisper("李书记", "谈心记录 王强 昨天 聊了实习")
    (talk,) = [row for row in rows(await exported(chat, "导出11月谈心"), "谈心谈话") if row["谈话对象"] == "王强"]
    assert (f"{talk['日期']:%Y-%m-%d}", talk["时间"]) == ("2026-11-22", None)


async def test_what_was_declared_is_owed_as_it_was_then(chat: Chat, branch: Branch) -> None:
    """A new standard does not make a debt of what was in order."""
    await paid("王强", "2026-09", "2026-10", on="2026-10-20 10:00", confirmed=True)
    assert "已经登记的不变" in await chat.whisper("李书记", "党费标准 王强 2026年 5元")
    (row,) = [row for row in rows(await exported(chat, "导出2026年9到11月党费"), "党费收缴") if row["姓名"] == "王强"]
    assert (row["应交（元）"], row["实交（元）"], row["交至"]) == (5.4, 0.4, "2026-10")


async def test_who_may_not_and_what_cannot_be(chat: Chat, branch: Branch) -> None:
    assert "只有支部委员能用" in await chat.whisper("张三", "导出台账")
    assert "还没有开始" in await chat.whisper("李书记", "导出2027年3月台账")
    assert chat.files("李书记") == [] and chat.files("张三") == []


async def test_an_empty_branch_exports_too(chat: Chat) -> None:
    await found_branch(chat, members=(("李书记", Post.SECRETARY, Category.FULL),))
    book = await exported(chat, "导出台账")
    assert rows(book, "组织生活") == [] and rows(book, "谈心谈话") == [] and len(rows(book, "考勤")) == 1


async def test_an_operator_gets_the_same_workbook_and_leaves_the_same_trail(
    chat: Chat, branch: Branch, tmp_path: Path
) -> None:
    await paid("张三", "2026-11", on="2026-11-20 10:00")
    file = tmp_path / "台账.xlsx"
    done = await export_to(file, branch.name, "2026-11", "ledger", chat.settings, NOON)
    assert (done.label, done.sheets, done.members) == ("智能制造流动党支部台账（2026年11月）", 11, 4)
    (entry,) = await AuditEntry.filter(command="export")
    assert (entry.outcome, entry.channel, entry.branch_id, entry.member_id) == ("done", "operator", branch.id, None)
    assert entry.subjects == [member.id for member in await Member.all().order_by("id")]
    assert everything(load_workbook(file)) == everything(await exported(chat, "导出11月台账"))
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("branch_name", "month", "what", "file", "line"),
    [
        ("智能", "2026-11", "ledger", "台账.xlsx", "没有名为“智能”的支部。现有的支部：智能制造流动党支部"),
        ("智能制造流动党支部", "11月", "ledger", "台账.xlsx", "--month 不认识“11月”，请写成 2026-11 这样"),
        ("智能制造流动党支部", "2027-03", "ledger", "台账.xlsx", "2027年3月还没有开始"),
        ("智能制造流动党支部", "2026-11", "花名册", "台账.xlsx", "可以写：ledger（台账）、dues（党费）"),
        ("智能制造流动党支部", "2026-11", "党费", "台账.csv", "请以 .xlsx 结尾"),
        ("智能制造流动党支部", "2026-11", "dues", "没有/台账.xlsx", "写不了"),
    ],
)
async def test_an_operators_mistake_is_a_line_and_leaves_nothing(
    chat: Chat, branch: Branch, tmp_path: Path, branch_name: str, month: str, what: str, file: str, line: str
) -> None:
    with pytest.raises(ExportFaulty, match=re.escape(line)):
        await export_to(tmp_path / file, branch_name, month, what, chat.settings, NOON)
    assert not await AuditEntry.exists() and not workbooks_in(tmp_path)


async def test_branches_of_one_name_are_told_apart_by_their_path(chat: Chat, branch: Branch, tmp_path: Path) -> None:
    other = await Branch.create(name=branch.name, path=f"示范大学/机械学院/{branch.name}", created_at=branch.created_at)
    with pytest.raises(ExportFaulty, match=f"请写全：{branch.path}、{other.path}"):
        await export_to(tmp_path / "台账.xlsx", branch.name, None, "ledger", chat.settings, NOON)
    done = await export_to(tmp_path / "台账.xlsx", other.path, None, "党费", chat.settings, NOON)
    assert (done.label, done.members) == ("智能制造流动党支部党费（2026年1–11月）", 0)
