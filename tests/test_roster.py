"""The roster as operators hand it in, and what they are told where it is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from bot.commands import Role, ToMember
from bot.outbox import NOBODY_TO_TELL, Sender, put_notice
from bot.people import role_of
from bot.roster import RosterFaulty, absent_from, codes_for, import_roster, make_codes
from bot.roster.codes import ALPHABET
from bot.roster.sheet import COLUMNS, OLE
from bot.settings import Settings
from models import (
    Account,
    BindingCode,
    Branch,
    BranchKind,
    Category,
    FullMembership,
    Level,
    Member,
    OutboxMessage,
    OutboxState,
    Phone,
    Post,
)
from run_bot import app
from tests.chat import CHANNEL, SetClock, Wire
from tests.conftest import NOON

SANDBOX = Path(__file__).parents[1] / "sandbox" / "roster.csv"
ZHANG = {
    "学校": "示范大学",
    "学院": "信息学院",
    "支部": "智能制造流动党支部",
    "支部类型": "流动",
    "姓名": "张伟",
    "学号": "20230105",
    "类别": "正式党员",
    "职务": "",
    "入党日期": "2024-06-01",
}
LI = ZHANG | {"姓名": "李芳", "学号": "20210001", "职务": "书记"}

Person = Mapping[str, object]


def text_of(people: Sequence[Person], columns: Sequence[str] = COLUMNS) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([columns, *([person.get(column, "") for column in columns] for person in people)])
    return written.getvalue()


def as_csv(folder: Path, *people: Person, encoding: str = "utf-8", columns: Sequence[str] = COLUMNS) -> Path:
    path = folder / "名册.csv"
    path.write_bytes(text_of(people, columns).encode(encoding))
    return path


def as_xlsx(folder: Path, *people: Person, above: Sequence[Sequence[object]] = (), blank: int = 0) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (*above, COLUMNS, *([person.get(column) for column in COLUMNS] for person in people)):
        sheet.append(list(line))
    for _ in range(blank):
        sheet.append([None, "　", ""])
    book.save(folder / "名册.xlsx")
    return folder / "名册.xlsx"


async def faults_of(path: Path) -> list[str]:
    with pytest.raises(RosterFaulty) as raised:
        await import_roster(path, now=NOON)
    assert await Member.all().count() == 0 and await Branch.all().count() == 0
    return raised.value.faults


async def test_the_sandboxs_roster(database: str) -> None:
    report = await import_roster(SANDBOX, now=NOON)
    assert (report.branches, report.added, report.updated, report.unchanged, report.absent) == (5, 29, 0, 0, 0)
    secretary = await Member.get(name="李芳").select_related("branch__parent__parent")
    assert secretary.name == "李芳" and secretary.admitted_on == date(2019, 6, 20)
    branch = secretary.branch
    assert (branch.level, branch.kind, branch.path) == (
        Level.BRANCH,
        BranchKind.MOBILE,
        "示范大学/信息学院/智能制造流动党支部",
    )
    assert branch.parent is not None and branch.parent.level is Level.COLLEGE
    assert branch.parent.parent is not None and branch.parent.parent.level is Level.SCHOOL
    assert await Branch.all().count() == 10
    again = await import_roster(SANDBOX, now=NOON)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 29)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_encodings_of_csv(database: str, tmp_path: Path, encoding: str) -> None:
    await import_roster(as_csv(tmp_path, ZHANG, encoding=encoding), now=NOON)
    assert (await Member.get()).name == "张伟"


async def test_columns_in_any_order_and_others_not_read(database: str, tmp_path: Path) -> None:
    columns = ["手机", *reversed(COLUMNS)]
    await import_roster(as_csv(tmp_path, ZHANG | {"手机": "13800001111"}, columns=columns), now=NOON)
    assert (await Member.get()).student_no == "20230105"


async def test_a_workbook_with_its_own_types(database: str, tmp_path: Path) -> None:
    typed = ZHANG | {"学号": 20230105, "入党日期": datetime(2024, 6, 1)}
    path = as_xlsx(tmp_path, typed, LI | {"学号": 20210001.0}, above=[["2026 年党员名册"]], blank=30)
    assert (await import_roster(path, now=NOON)).added == 2
    member = await Member.get(student_no="20230105")
    assert member.admitted_on == date(2024, 6, 1)


@pytest.mark.parametrize(
    "written",
    ["2024-06-01", "2024/6/1", "2024.6.1", "2024年6月1日", "２０２４－６－１", "20240601", "45444", "2024/6/1 0:00"],
)
async def test_dates_as_people_write_them(database: str, tmp_path: Path, written: str) -> None:
    await import_roster(as_csv(tmp_path, ZHANG | {"入党日期": written}), now=NOON)
    assert (await Member.get()).admitted_on == date(2024, 6, 1)


@pytest.mark.parametrize("written", ["组织委员兼宣传委员", "组织委员、宣传委员", "青年委员，组织委员"])
async def test_of_several_posts_the_first_known_counts(database: str, tmp_path: Path, written: str) -> None:
    await import_roster(as_csv(tmp_path, ZHANG | {"职务": written}), now=NOON)
    assert (await Member.get()).post is Post.ORGANISATION


async def test_spaces_of_every_width(database: str, tmp_path: Path) -> None:
    spaced = {column: f"　{value} " for column, value in ZHANG.items()} | {
        "姓名": " 张　伟",
        "学号": "２０２３ ０１０５",
    }
    await import_roster(as_csv(tmp_path, spaced), now=NOON)
    member = await Member.get().select_related("branch")
    assert (member.name, member.student_no, member.branch.path) == (
        "张伟",
        "20230105",
        "示范大学/信息学院/智能制造流动党支部",
    )


async def test_latin_names_keep_their_space(database: str, tmp_path: Path) -> None:
    people = [ZHANG | {"姓名": "Aisha  Khan"}, LI | {"姓名": "阿依古丽·买买提"}]
    await import_roster(as_csv(tmp_path, *people), now=NOON)
    assert {member.name for member in await Member.all()} == {"Aisha Khan", "阿依古丽·买买提"}


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("学校", "", "空着"),
        ("学院", "", "空着"),
        ("支部", "", "只有学院党委、党总支、学校党委可以不填支部"),
        ("支部", "一/二", "斜杠"),
        ("支部", "支" * 101, "最多 100 个字"),
        ("支部类型", "", "空着"),
        ("支部类型", "流动党员", "普通、流动、临时"),
        ("姓名", "", "空着"),
        ("姓名", "张三1", "不像姓名"),
        ("学号", "", "空着"),
        ("学号", "12", "不像学号"),
        ("学号", "学号未知", "不像学号"),
        ("学号", "2.02301E+07", "科学计数"),
        ("类别", "", "空着"),
        ("类别", "党员", "正式党员、预备党员、发展对象、入党积极分子"),
        ("类别", "发展对象", "还没有入党日期"),
        ("职务", "支书", "书记、副书记、组织委员"),
        ("职务", "学院党委", "请留空"),
        ("入党日期", "2024-13-01", "不是日期"),
        ("入党日期", "去年六月", "不是日期"),
        ("入党日期", "2062-06-01", "在今天以后"),
        ("入党日期", "1820-06-01", "早于 1921 年"),
        ("学号", "=A1", "公式"),
        ("学号", "#REF!", "错误值"),
    ],
)
async def test_a_fault_is_named_by_row_and_column(
    database: str, tmp_path: Path, column: str, value: str, said: str
) -> None:
    faults = await faults_of(as_csv(tmp_path, LI, ZHANG | {column: value}))
    assert any(said in fault for fault in faults), faults
    assert all(fault.startswith("第 3 行“") for fault in faults), faults


async def test_who_is_on_probation_has_been_admitted(database: str, tmp_path: Path) -> None:
    faults = await faults_of(as_csv(tmp_path, LI, ZHANG | {"类别": "预备党员", "入党日期": ""}))
    assert str(*faults) == "第 3 行“入党日期”：空着。预备党员的党费从支部大会通过那天算起，请填写。"


async def test_every_fault_at_once_and_nothing_imported(database: str, tmp_path: Path) -> None:
    faults = await faults_of(as_csv(tmp_path, LI, ZHANG | {"姓名": "", "类别": "党员"}, LI, ZHANG | {"学号": ""}))
    assert [fault.partition("：")[0] for fault in faults] == [
        "第 3 行“姓名”",
        "第 3 行“类别”",
        "第 4 行“学号”",
        "第 4 行“职务”",
        "第 5 行“学号”",
    ]
    assert "第 2 行重复" in faults[2] and "第 2 行已有书记" in faults[3]


async def test_a_second_secretary_is_refused_until_the_file_says_what_the_first_one_is_now(
    database: str, tmp_path: Path
) -> None:
    await import_roster(as_csv(tmp_path, LI, ZHANG), now=NOON)
    new = ZHANG | {"职务": "书记"}
    with pytest.raises(RosterFaulty) as refused:
        await import_roster(as_csv(tmp_path, ZHANG | {"学号": "20230106", "姓名": "王静"}, new), now=NOON)
    assert refused.value.faults == [
        "第 3 行“职务”：支部已有书记李芳（20210001），一个支部只有一位书记。"
        "请把李芳也写进这份名册，填上现在的职务（没有就留空）。"
    ]
    assert await Member.filter(post=Post.SECRETARY).values_list("name", flat=True) == ["李芳"]
    assert not await Member.exists(name="王静")
    await import_roster(as_csv(tmp_path, LI | {"职务": "组织委员"}, new), now=NOON)
    assert await Member.filter(post=Post.SECRETARY).values_list("name", flat=True) == ["张伟"]


async def test_who_leaves_or_has_left_is_no_secretary_in_the_way(database: str, tmp_path: Path) -> None:
    await import_roster(as_csv(tmp_path, LI, ZHANG), now=NOON)
    li = await Member.get(name="李芳")
    report = await import_roster(as_csv(tmp_path, ZHANG | {"职务": "书记"}), now=NOON, leaving=[li.id])
    assert [member.name for member in report.left] == ["李芳"]
    zhang = await Member.get(name="张伟")
    wang = ZHANG | {"学号": "20230106", "姓名": "王静", "职务": "书记"}
    await import_roster(as_csv(tmp_path, wang), now=NOON, leaving=[zhang.id])
    assert await Member.filter(post=Post.SECRETARY, active=True).values_list("name", flat=True) == ["王静"]


def test_another_kind_of_branch_and_another_name_are_told(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"database:\n  url: sqlite://{tmp_path}/roster.sqlite3\n", "utf-8")
    tell = ["roster", "import", "--config", str(config)]
    run = CliRunner()
    first = run.invoke(app, [*tell, str(as_csv(tmp_path, LI, ZHANG))])
    assert first.exit_code == 0 and "支部类型改了" not in first.output and "姓名改了" not in first.output
    changed = as_csv(tmp_path, LI | {"支部类型": "普通", "姓名": "李方"})
    again = run.invoke(app, [*tell, str(changed)])
    assert again.exit_code == 0
    assert "支部类型改了（名册里写错的，改正后再导入一次）：\n  智能制造流动党支部：流动 → 普通\n" in again.output
    assert "姓名改了（是另一个人的，请改正学号再导入一次）：\n  20210001：李芳 → 李方\n" in again.output


async def test_one_branch_has_one_kind(database: str, tmp_path: Path) -> None:
    (fault,) = await faults_of(as_csv(tmp_path, LI, ZHANG | {"支部类型": "临时"}))
    assert fault.startswith("第 3 行“支部类型”：与第 2 行不一致")


async def test_missing_and_doubled_columns(database: str, tmp_path: Path) -> None:
    (fault,) = await faults_of(as_csv(tmp_path, ZHANG, columns=[c for c in COLUMNS if c not in ("职务", "类别")]))
    assert fault.startswith("缺少列：类别、职务")
    (fault,) = await faults_of(as_csv(tmp_path, ZHANG, columns=[*COLUMNS, "学号"]))
    assert "“学号”出现了两次" in fault


async def test_formula_cells_and_long_numbers_of_a_workbook(database: str, tmp_path: Path) -> None:
    faults = await faults_of(as_xlsx(tmp_path, LI | {"学号": 20230105123456789}, ZHANG | {"学号": "=1+1"}))
    assert "科学计数" in faults[0] and "公式" in faults[1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("名册.xls", b"", "只能导入 .xlsx 或 .csv"),
        ("名册", b"", "只能导入 .xlsx 或 .csv"),
        ("名册.xlsx", OLE + b"\0" * 600, "密码"),
        ("名册.xlsx", b"not a workbook", "打不开"),
        ("名册.xlsx", b"", "打不开"),
        ("名册.csv", b"", "没有人员"),
        ("名册.csv", b"\xff\x00\xfe\x81" * 9, "编码"),
        ("名册.csv", "姓名,电话\n张伟,1\n".encode(), "没有找到表头"),
        ("名册.csv", (",".join(COLUMNS) + "\n").encode(), "没有人员"),
        ("名册.csv", (",".join(COLUMNS) + '\n示范大学,"信息学院').encode(), "引号"),
    ],
)
async def test_files_that_are_no_roster(database: str, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (fault,) = await faults_of(path)
    assert said in fault


async def test_a_file_that_is_not_there(database: str, tmp_path: Path) -> None:
    (fault,) = await faults_of(tmp_path / "名册.xlsx")
    assert "找不到文件" in fault


async def test_a_damaged_workbook(database: str, tmp_path: Path) -> None:
    path = as_xlsx(tmp_path, ZHANG)
    path.write_bytes(path.read_bytes()[:-200])
    (fault,) = await faults_of(path)
    assert "打不开" in fault


async def test_importing_again_changes_moves_and_deletes_nobody(database: str, tmp_path: Path) -> None:
    await import_roster(as_csv(tmp_path, LI, ZHANG, ZHANG | {"学号": "20230106", "姓名": "王静"}), now=NOON)
    member = await Member.get(name="张伟")
    await Account.create(channel="wechaty", contact="a", member=member, friend=True)
    moved = ZHANG | {"支部": "软件工程流动党支部", "支部类型": "临时", "职务": "副书记"}
    report = await import_roster(as_csv(tmp_path, LI, moved), now=NOON + timedelta(days=40))
    assert (report.branches, report.added, report.updated, report.unchanged, report.absent) == (2, 0, 1, 1, 1)
    member = await Member.get(name="张伟").select_related("branch")
    assert (member.branch.name, member.post, member.dues_from) == ("软件工程流动党支部", Post.DEPUTY, "2026-11")
    assert await Account.exists(member_id=member.id) and await Member.exists(name="王静", active=True)
    assert not member.branch.collects_dues


async def test_who_is_missing_in_a_complete_roster_leaves_and_their_records_stay(database: str, tmp_path: Path) -> None:
    elsewhere = ZHANG | {"学号": "20230107", "姓名": "周洁", "支部": "软件工程流动党支部"}
    await import_roster(as_csv(tmp_path, LI, ZHANG, elsewhere), now=NOON)
    gone = await Member.get(name="张伟")
    await Account.create(channel="wechaty", contact="a", member=gone, friend=True, bound_at=NOON)
    ((_, code),) = await codes_for([gone], now=NOON, days=30)
    complete = as_csv(tmp_path, LI)
    absent = await absent_from(complete, now=NOON)
    assert [(member.name, member.branch.name) for member in absent] == [("张伟", "智能制造流动党支部")]
    report = await import_roster(complete, now=NOON + timedelta(days=1), leaving=[member.id for member in absent])
    assert ([member.name for member in report.left], report.absent) == (["张伟"], 0)
    assert await Member.filter(active=True).order_by("id").values_list("name", flat=True) == ["李芳", "周洁"]
    assert (await Account.get(contact="a")).member_id is None
    given = await BindingCode.given(code)
    assert given is not None and given.expires_at == NOON + timedelta(days=1)
    assert await absent_from(complete, now=NOON) == []
    await import_roster(as_csv(tmp_path, LI, ZHANG), now=NOON + timedelta(days=2))
    assert await Member.exists(id=gone.id, active=True)


def test_a_complete_roster_is_imported_only_after_a_yes(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"database:\n  url: sqlite://{tmp_path}/roster.sqlite3\n", "utf-8")
    tell = ["roster", "import", "--config", str(config)]
    run = CliRunner()
    assert run.invoke(app, [*tell, str(as_csv(tmp_path, LI, ZHANG))]).exit_code == 0
    complete = [*tell, str(as_csv(tmp_path, LI)), "--complete"]
    asked = run.invoke(app, complete, input="n\n")
    assert asked.exit_code == 1 and "张伟 20230105 智能制造流动党支部" in asked.output and "没有导入" in asked.output
    done = run.invoke(app, [*complete, "--yes"])
    assert done.exit_code == 0 and "已离开 1 人" in done.output and "张伟" in done.output


async def test_dues_begin_with_admission_not_with_the_roster_that_tells_of_it(database: str, tmp_path: Path) -> None:
    await import_roster(as_csv(tmp_path, ZHANG | {"类别": "发展对象", "入党日期": ""}), now=NOON)
    admitted = ZHANG | {"类别": "预备党员", "入党日期": "2026-12-20"}
    await import_roster(as_csv(tmp_path, admitted), now=NOON + timedelta(days=60))
    member = await Member.get()
    assert (member.category, member.dues_from) == (Category.PROBATIONARY, "2026-12")


async def test_who_stands_above_the_branches(database: str, tmp_path: Path) -> None:
    college = ZHANG | {"支部": "", "支部类型": "", "职务": "学院党委", "姓名": "孙老师", "学号": "T2001"}
    school = college | {"学院": "", "职务": "学校党委", "姓名": "何老师", "学号": "T2002"}
    report = await import_roster(as_csv(tmp_path, LI, college, school), now=NOON)
    assert (report.branches, report.added) == (1, 3)
    levels = {member.name: member.branch.level for member in await Member.all().select_related("branch")}
    assert levels == {"李芳": Level.BRANCH, "孙老师": Level.COLLEGE, "何老师": Level.SCHOOL}


async def test_codes_for_those_who_have_no_account(database: str) -> None:
    await import_roster(SANDBOX, now=NOON)
    await Account.create(channel="wechaty", contact="a", member=await Member.get(name="李芳"), friend=True)
    pairs = await make_codes(None, now=NOON, days=30)
    assert "李芳" not in {member.name for member, _ in pairs} and len(pairs) == await Member.all().count() - 1
    for _, code in pairs:
        assert len(code) == 6 and set(code) <= set(ALPHABET) and not code.isdigit()
    assert len({code for _, code in pairs}) == len(pairs)
    branch = await Branch.get(name="软件工程流动党支部")
    anew = await make_codes(branch, now=NOON, days=30)
    assert [member.name for member, _ in anew] == ["郑丽", "冯凯", "蒋怡", "沈涛"]
    for member, code in anew:
        valid = await BindingCode.filter(member_id=member.id, expires_at__gt=NOON)
        assert await BindingCode.given(code) == valid[0] and len(valid) == 1
    college = await Branch.get(name="信息学院")
    assert len(await make_codes(college, now=NOON, days=30)) == 13


async def test_the_day_of_full_membership_may_stand_in_a_column_of_its_own(database: str, tmp_path: Path) -> None:
    columns = (*COLUMNS, "转正日期")
    await import_roster(as_csv(tmp_path, ZHANG | {"转正日期": "2025-06-03"}, columns=columns), now=NOON)
    assert (await Member.get()).full_since == date(2025, 6, 3)
    await import_roster(as_csv(tmp_path, ZHANG), now=NOON)
    assert (await Member.get()).full_since == date(2025, 6, 3)
    with pytest.raises(RosterFaulty) as early:
        await import_roster(as_csv(tmp_path, ZHANG | {"转正日期": "2024-01-01"}, columns=columns), now=NOON)
    assert early.value.faults == ["第 2 行“转正日期”：2024-01-01 不在入党日期以后，请检查。"]
    probationary = ZHANG | {"类别": "预备党员"}
    with pytest.raises(RosterFaulty) as not_yet:
        await import_roster(as_csv(tmp_path, probationary | {"转正日期": "2025-06-03"}, columns=columns), now=NOON)
    assert "预备党员还没有转正日期" in not_yet.value.faults[0]
    await import_roster(as_csv(tmp_path, probationary), now=NOON)
    assert (await Member.get()).full_since is None


GENERAL = ZHANG | {"学院": "机电学院/智能制造党总支"}
OFFICE = {"学校": "示范大学", "姓名": "孙老师", "学号": "T0001", "类别": "正式党员", "支部": "", "支部类型": ""}


async def test_levels_between_a_college_and_its_branches(database: str, tmp_path: Path) -> None:
    """As deep as the school needs it: 学院/党总支/…, and each may have its office."""
    of_it = OFFICE | {"学院": "机电学院／智能制造党总支", "职务": "党总支"}
    deeper = LI | {"学院": "机电学院/智能制造党总支/研究生分党委"}
    report = await import_roster(as_csv(tmp_path, GENERAL, of_it, deeper), now=NOON)
    assert (report.branches, report.added) == (2, 3)
    path = "示范大学/机电学院/智能制造党总支"
    zhang = await Member.get(name="张伟").select_related("branch")
    levels = []
    node: Branch | None = zhang.branch
    while node is not None:
        levels.append(node.level)
        node = await Branch.get_or_none(id=node.parent_id) if node.parent_id else None
    assert levels == [Level.BRANCH, Level.GENERAL_BRANCH, Level.COLLEGE, Level.SCHOOL]
    office = await Member.get(name="孙老师").select_related("branch")
    assert office.branch.path == path and office.in_office and not office.owes_dues
    assert role_of(office) is Role.COLLEGE
    assert [branch.path.removeprefix(path) for branch in await Branch.below(office.branch)] == [
        f"/{ZHANG['支部']}",
        f"/研究生分党委/{LI['支部']}",
    ]


async def test_faults_of_levels(database: str, tmp_path: Path) -> None:
    gap = as_csv(tmp_path, ZHANG | {"学院": "机电学院//智能制造党总支"})
    assert await faults_of(gap) == ["第 2 行“学院”：斜杠“/”的两边都要有名称，例如：机电学院/智能制造党总支。"]
    endless = as_csv(tmp_path, ZHANG | {"学院": "/".join(["机电学院的一部分"] * 30)})
    assert "太长" in (await faults_of(endless))[0]
    twice = as_csv(tmp_path, GENERAL, LI | {"学院": "机电学院", "支部": "智能制造党总支"})
    assert "第 3 行“支部”：“智能制造党总支”在第 2 行是党总支" in (await faults_of(twice))[0]


async def test_what_is_a_branch_already_does_not_become_a_level(database: str, tmp_path: Path) -> None:
    await import_roster(as_csv(tmp_path, LI | {"学院": "机电学院", "支部": "智能制造党总支"}), now=NOON)
    with pytest.raises(RosterFaulty) as raised:
        await import_roster(as_csv(tmp_path, GENERAL), now=NOON)
    assert "“示范大学/机电学院/智能制造党总支”已经登记为支部" in raised.value.faults[0]
    assert await Member.all().count() == 1


async def test_a_phone_number_is_kept_apart_and_only_where_the_roster_tells_it(database: str, tmp_path: Path) -> None:
    columns = (*COLUMNS, "手机")

    async def numbers() -> dict[str, str]:
        return {phone.member.name: phone.number for phone in await Phone.all().select_related("member")}

    people = (ZHANG | {"手机": "138 0000-0001"}, LI | {"手机": "+8613800000002"})
    await import_roster(as_csv(tmp_path, *people, columns=columns), now=NOON)
    assert await numbers() == {"张伟": "13800000001", "李芳": "13800000002"}
    await import_roster(as_csv(tmp_path, ZHANG, LI), now=NOON)
    assert len(await numbers()) == 2
    again = (ZHANG | {"手机": "13800000003"}, LI | {"手机": ""})
    await import_roster(as_csv(tmp_path, *again, columns=columns), now=NOON)
    assert await numbers() == {"张伟": "13800000003"}
    with pytest.raises(RosterFaulty) as caught:
        await import_roster(as_csv(tmp_path, ZHANG | {"手机": "010-1234"}, columns=columns), now=NOON)
    assert "不像手机号码" in caught.value.faults[0]


async def test_who_leaves_is_phoned_no_more(database: str, tmp_path: Path) -> None:
    columns = (*COLUMNS, "手机")
    await import_roster(as_csv(tmp_path, ZHANG | {"手机": "13800000001"}, LI, columns=columns), now=NOON)
    gone = await absent_from(as_csv(tmp_path, LI), now=NOON)
    await import_roster(as_csv(tmp_path, LI), now=NOON, leaving=[member.id for member in gone])
    assert not await Phone.exists()


async def test_what_waits_for_the_morning_is_not_sent_to_who_left_in_the_night(
    database: str, tmp_path: Path, settings: Settings
) -> None:
    await import_roster(as_csv(tmp_path, ZHANG, LI), now=NOON)
    member = await Member.get(name=ZHANG["姓名"])
    await Account.create(channel=CHANNEL, contact="zhang", member=member, friend=True, bound_at=NOON)
    night, morning = NOON.replace(hour=23), NOON.replace(hour=9) + timedelta(days=1)
    await put_notice(ToMember(member.id, "您的汇报批注了"), now=night, settings=settings)
    await import_roster(as_csv(tmp_path, LI), now=night, leaving=[member.id])
    wire = Wire()
    sender = Sender(wire, settings, SetClock(morning))
    while await sender.send_next() == 0:
        pass
    row = await OutboxMessage.get()
    assert (wire.sent, row.state, row.text, row.error) == ([], OutboxState.FAILED, "", NOBODY_TO_TELL)


async def test_a_stale_file_does_not_turn_back_what_was_recorded_since(database: str, tmp_path: Path) -> None:
    """Who became a full member in the meantime stays one, and the import says who."""
    probationary = ZHANG | {"类别": "预备党员", "入党日期": "2025-11-10"}
    await import_roster(as_csv(tmp_path, probationary, LI), now=NOON)
    member = await Member.get(name=ZHANG["姓名"])
    secretary = await Member.get(name=LI["姓名"])
    day = date(2026, 11, 20)
    recorded = await FullMembership.create(
        member=member, claim=member.id, decided_on=day, recorded_by=secretary, recorded_at=NOON
    )
    await Member.filter(id=member.id).update(category=Category.FULL, full_since=day)
    report = await import_roster(as_csv(tmp_path, probationary | {"姓名": "张新"}, LI), now=NOON)
    assert [kept.name for kept in report.kept] == ["张新"] and report.updated == 1
    member = await Member.get(id=member.id)
    assert (member.category, member.full_since) == (Category.FULL, day)
    recorded.claim = None
    await recorded.save()
    assert (await import_roster(as_csv(tmp_path, probationary), now=NOON)).kept == ()
    assert (await Member.get(id=member.id)).category is Category.PROBATIONARY
