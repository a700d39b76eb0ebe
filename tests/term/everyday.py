"""What comes again and again: dues, thought reports, the month's reminder, where everybody is."""

from __future__ import annotations

from models import DuesShare, Placement, Report
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
    assert len({member.name for member in MEMBERS}) == 240
