"""What comes again and again: dues, thought reports, the month's reminder, where everybody is."""

from __future__ import annotations

from io import BytesIO

from docx import Document

from models import DuesShare, HalfYearReview, Placement, Report
from tests.term import plan
from tests.term.chatlog import PRIVATE, TermLog
from tests.term.school import AT, BRANCHES, MEMBERS, SIZE, SOFTWARE, Place, who

BODY = "这段时间我在车间轮岗，带班师傅是老党员，遇到难题总是先上，晚上我坚持读一章党章。"
QUARTERS = {"2026-09": "第三季度", "2027-01": "第一季度"}
COLLECTING = [branch for branch in BRANCHES if branch.collects_dues]


async def dues(log: TermLog, day: str) -> None:
    """On `day`, in every branch that collects them."""
    await log.at(f"{day} 12:00")
    for branch in COLLECTING:
        for months, places in plan.PAYMENTS[day].items():
            for name in who(branch.name, places):
                await log.say(PRIVATE, name, f"交党费 {months}", "党费")


async def confirmed(log: TermLog) -> None:
    """What was declared up to now; the secretary's own by another of the committee."""
    await log.at("11-15 12:00")
    for branch in COLLECTING:
        await log.whisper(AT[branch.name, 0], "确认党费 全部", "已确认")
        await log.whisper(AT[branch.name, 1], "确认党费 全部")


async def reports(log: TermLog, moment: str, quarter: str) -> None:
    """Each in one message."""
    await log.at(moment)
    for branch in BRANCHES:
        for name in who(branch.name, plan.REPORTS[quarter]):
            await log.whisper(name, f"交思想汇报 {BODY}", "已提交")


async def reviewed(log: TermLog) -> None:
    """Two of each branch are approved, one is returned."""
    await log.at("11-21 12:00")
    for branch in BRANCHES:
        secretary = AT[branch.name, 0]
        for name in who(branch.name, plan.APPROVED):
            await log.whisper(secretary, f"批阅 {name} 合格 写得实在", "合格")
        for name in who(branch.name, plan.RETURNED):
            await log.whisper(secretary, f"退回 {name} 请写具体些", "退回")


async def reminder(log: TermLog, month: str) -> None:
    """On the 25th each branch hears its own counts, each member their own things, once."""
    before = len(log.letters)
    await log.at(f"{month}-25 09:00", {branch.name: _counts(branch, month) for branch in BRANCHES})
    year, number = month.split("-")
    head = f"同志，{year}年{int(number)}月还有"
    told = sorted(name for name, text in log.letters[before:] if head in text)
    assert told == sorted(name for branch in BRANCHES for name in who(branch.name, _with_something_open(branch, month)))


def _counts(branch: Place, month: str) -> tuple[str, ...]:
    year, number = month.split("-")
    reports = f"{QUARTERS.get(month, '第四季度')}）：还有 {plan.WITHOUT_REPORT_BY[month]} 人未交"
    dues = f"党费（到{year}年{int(number)}月）：还有 {plan.IN_ARREARS_BY[month]} 人未交齐"
    return ("提醒】", reports, dues) if branch.collects_dues else ("提醒】", reports)


def _with_something_open(branch: Place, month: str) -> list[int]:
    """Who has not handed in the quarter's report, or has not paid."""
    written = set(plan.REPORTS["2026-Q4"]) - set(plan.RETURNED)
    handed = {"2026-09": plan.REPORTS["2026-Q3"], "2026-10": (), "2027-01": ()}.get(month, written)
    paid = {"2026-09": range(8), "2026-10": range(6), "2026-11": (0, 1, 2, 3, 6, 7)}.get(month, range(4))
    owes = branch.collects_dues
    return [
        place for place in range(SIZE) if place not in handed or (owes and place in range(16) and place not in paid)
    ]


async def placements(log: TermLog) -> None:
    """Eight of each branch go to one of four cities, two say that they are at school."""
    await log.at("09-12 12:00")
    for branch in BRANCHES:
        for place in (*plan.UNTIL_OCTOBER, *plan.UNTIL_JUNE):
            until = "10月" if place in plan.UNTIL_OCTOBER else "明年6月"
            await log.whisper(AT[branch.name, place], f"报到 {plan.city(place)} 华东制造 到{until}", "已登记去向")
        for place in plan.AT_SCHOOL:
            await log.whisper(AT[branch.name, place], "我在校", "您在校")
    answer = await log.whisper(AT[SOFTWARE, 0], "去向", "在外 8 人")
    assert all(f"{city} ■■ 2" in answer for city in plan.CITIES) and AT[SOFTWARE, 7] in answer


async def papers(log: TermLog) -> None:
    """活动证 and 证明信 to be printed: for oneself, by the secretary for somebody, for nobody who is not away."""
    member, secretary = AT[SOFTWARE, 7], AT[SOFTWARE, 0]
    await log.whisper(member, "开活动证", f"{member}的流动党员活动证见附件")
    table = Document(BytesIO(log.file("流动党员活动证").data)).tables[0]
    rows = {row.cells[0].text: row.cells[1].text for row in table.rows}
    assert (rows["姓名"], rows["党员类别"]) == (member, "正式党员") and plan.city(7) in rows["流动去向"]
    assert rows["党费"] == "交至2026年9月"
    await log.whisper(secretary, f"开证明信 {member}", f"{member}的党员证明信见附件")
    letter = Document(BytesIO(log.file("党员证明信").data))
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert f"{member}同志" in text and f"{plan.city(7)}华东制造实习，预计到2027年6月" in text
    await log.whisper(AT[SOFTWARE, 12], "开活动证", "还没有登记去向")


async def not_heard_of(log: TermLog) -> None:
    """In December the secretary sees of whom there has been no word, and asks with one command."""
    await log.at("12-20 12:00")
    secretary, silent = AT[SOFTWARE, 0], who(SOFTWARE, plan.NEVER_HEARD_OF)
    answer = await log.whisper(secretary, "去向", "天没有消息】")
    assert all(name in answer.split("天没有消息】")[1] for name in silent)
    told = {SOFTWARE: ("【书记提醒】", f"去向：还有 {plan.TO_ASK} 人要更新")}
    await log.say(PRIVATE, secretary, "催去向", ("久没有消息 2 人", "到期没更新 1 人"), told)
    assert sorted(log.letters_with("有一阵没有您的消息了")) == sorted(silent)
    assert log.letters_with("书记提醒", "已经到期") == who(SOFTWARE, plan.SILENT)


async def half_year(log: TermLog) -> None:
    """In the half-year's last weeks those to be looked at stand on the secretary's list until they have been."""
    secretary = AT[SOFTWARE, 0]
    names = who(SOFTWARE, plan.TO_REVIEW)
    answer = await log.whisper(secretary, "待办", f"2026年下半年还没考察的 {len(names)} 人")
    assert all(name in answer for name in names)
    for name in names[:-1]:
        await log.whisper(secretary, f"半年考察 {name} 表现稳定，按时交汇报", f"考察：{name}")
    await log.whisper(secretary, "待办", "2026年下半年还没考察的 1 人", names[-1])
    await log.whisper(secretary, f"看考察 {names[0]}", "2026年下半年", "表现稳定")
    await log.whisper(names[0], f"看考察 {names[0]}", "只有支部委员能用")


async def placements_end(log: TermLog) -> None:
    """Asked before the end, and once more those who did not answer."""
    places = sorted(name for branch in BRANCHES for name in who(branch.name, plan.UNTIL_OCTOBER))
    await log.at("10-22 10:05")
    assert sorted(log.letters_with("的实习到2026年10月为止")) == places
    for branch in BRANCHES:
        for place in plan.ENDS:
            await log.whisper(AT[branch.name, place], "结束了", "已登记结束")
        for place in plan.EXTENDS:
            await log.whisper(AT[branch.name, place], "续到明年3月", "2027年3月")


async def asked_again(log: TermLog) -> None:
    """Some days after the month is over."""
    await log.at("11-06 10:05")
    silent = sorted(name for branch in BRANCHES for name in who(branch.name, plan.SILENT))
    assert sorted(log.letters_with("的实习到2026年10月已经满了")) == silent


async def recorded() -> None:
    """What was said, once each."""
    shares = sum(
        len(places) * (2 if "到" in months else 1) for day in plan.PAYMENTS.values() for months, places in day.items()
    )
    assert await DuesShare.filter(claim__isnull=False).count() == shares * len(COLLECTING)
    assert await Report.filter(claim__isnull=False).count() == (6 + 10) * len(BRANCHES)
    assert await Placement.filter(claim__isnull=False).count() == 10 * len(BRANCHES)
    assert await HalfYearReview.filter(claim__isnull=False).count() == len(plan.TO_REVIEW) - 1
    assert len({member.name for member in MEMBERS}) == 240
