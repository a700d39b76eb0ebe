"""Tables of what people write and the value it is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.understanding.faults import NO_SUCH_MONTH, fault_of_months, fault_of_time
from bot.understanding.found import Context, Fault
from bot.understanding.identifiers import read_code
from bot.understanding.matching import folded
from bot.understanding.moments import read_moment, read_span
from bot.understanding.months import read_months, read_period, read_recent_months, read_stretch
from bot.understanding.normal import Normal
from bot.understanding.numerals import integer
from bot.understanding.people import read_name
from bot.understanding.quantities import read_minutes, read_money, read_number, read_places
from bot.understanding.values import SHANGHAI, Money, Month
from tests.understanding.samples import NOW

CONTEXT = Context(NOW)


def at(text: str) -> Context:
    return Context(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("12", 12),
        ("十二", 12),
        ("二十", 20),
        ("二十八", 28),
        ("两", 2),
        ("一百零五", 105),
        ("十", 10),
        ("〇", 0),
        ("月", None),
    ],
)
def test_numerals(said: str, value: int | None) -> None:
    assert integer(said) == value


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("11月", "2026-11"),
        ("十一月份", "2026-11"),
        ("9到11月", "2026-09 2026-10 2026-11"),
        ("9月-11月", "2026-09 2026-10 2026-11"),
        ("10、11月", "2026-10 2026-11"),
        ("10月11月", "2026-10 2026-11"),
        ("10月、11月和12月", "2026-10 2026-11 2026-12"),
        ("11月和10月", "2026-10 2026-11"),
        ("三季度", "2026-07 2026-08 2026-09"),
        ("q1", "2026-01 2026-02 2026-03"),
        ("去年第四季度", "2025-10 2025-11 2025-12"),
        ("上个月", "2026-10"),
        ("上上个月", "2026-09"),
        ("2026-09至2026-11", "2026-09 2026-10 2026-11"),
        ("202611", "2026-11"),
        ("明年1到3月", "2027-01 2027-02 2027-03"),
        ("去年12月到1月", "2025-12 2026-01"),
        ("近两个月", "2026-10 2026-11"),
        ("11月到明年1月", "2026-11 2026-12 2027-01"),
        ("2025年11月到2026年1月", "2025-11 2025-12 2026-01"),
    ],
)
def test_months(said: str, months: str) -> None:
    found = read_months(said, 0, CONTEXT)
    assert found is not None
    assert (found.end, " ".join(map(str, found.value))) == (len(said), months)  # type: ignore[call-overload]


@pytest.mark.parametrize("said", ["11月28日", "三个", "0.2", "11", "月", "5点"])
def test_what_is_no_month(said: str) -> None:
    assert read_months(said, 0, CONTEXT) is None


@pytest.mark.parametrize("said", ["13月", "0月", "9到13月", "十三月", "20月份"])
def test_a_month_that_does_not_exist_is_told_from_none(said: str) -> None:
    found = fault_of_months(said, 0, CONTEXT)
    assert found is not None and found.value == Fault(NO_SUCH_MONTH)
    assert read_months("13月", 1, CONTEXT) is None


@pytest.mark.parametrize("said", ["11月28日25点", "2月30日 19:30", "明天19:75", "下个月32号", "周四14-25点"])
def test_a_time_that_does_not_exist_is_one_whole(said: str) -> None:
    found = fault_of_time(said, 0, CONTEXT)
    assert found is not None and found.end == len(said)


@pytest.mark.parametrize("said", ["11月28日19:30", "2.5倍", "35号楼", "14-16点", "12月2000人", "24:00", "下周三"])
def test_what_is_no_faulty_time(said: str) -> None:
    assert fault_of_time(said, 0, CONTEXT) is None


def test_the_29th_of_february_may_be_next_years() -> None:
    found = read_moment("2月29日19:30", 0, at("2027-11-23T12:00"))
    assert found is not None and found.value == datetime(2028, 2, 29, 19, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("said", "alone"), [("K7Q2MX", True), ("k7q2mx", True), ("PYTHON", False), ("K1O0IL", False)])
def test_a_code_alone_is_one_that_could_have_been_given(said: str, alone: bool) -> None:
    said = folded(said)
    assert (read_code(said, 0, CONTEXT) is not None) is alone
    assert read_code(f"绑定 {said}", 3, CONTEXT) is not None


def test_a_month_without_a_year_lies_at_most_six_ahead_or_is_the_last_one() -> None:
    for month in range(1, 13):
        for now in (at("2026-11-23T12:00"), at("2027-02-01T00:00"), at("2027-06-30T23:59")):
            paid, asked = read_months(f"{month}月", 0, now), read_recent_months(f"{month}月", 0, now)
            assert paid is not None and asked is not None
            assert paid.value[0] - now.month <= 6  # type: ignore[index]
            assert -12 < asked.value[0] - now.month <= 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("said", "period"), [("11月", "2026-11"), ("第四季度", "2026-Q4"), ("上季度", "2026-Q3"), ("12月", "2025-12")]
)
def test_periods(said: str, period: str) -> None:
    found = read_period(said, 0, CONTEXT)
    assert found is not None and found.value == period


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("到明年6月", None, "2027-06"),
        ("到12月底", None, "2026-12"),
        ("到6月", None, "2027-06"),
        ("9月到明年6月", "2026-09", "2027-06"),
        ("2026年9月-2027年6月30日", "2026-09", "2027-06"),
        ("9月起", "2026-09", None),
    ],
)
def test_stretches(said: str, first: str | None, last: str | None) -> None:
    found = read_stretch(said, 0, CONTEXT)
    assert found is not None
    assert found.value == (first and Month.parse(first), last and Month.parse(last))


@pytest.mark.parametrize(
    ("said", "fen"),
    [
        ("0.2", 20),
        ("0.20元", 20),
        ("¥0.2", 20),
        ("两毛", 20),
        ("2毛", 20),
        ("两角钱", 20),
        ("一块二", 120),
        ("1块2", 120),
        ("一块二毛五", 125),
        ("三块五", 350),
        ("两块半", 250),
        ("十块", 1000),
        ("零点二元", 20),
        ("20分", 20),
        ("共0.6", 60),
        ("12元", 1200),
    ],
)
def test_money(said: str, fen: int) -> None:
    found = read_money(said, 0, CONTEXT)
    assert found is not None
    assert (found.end, found.value) == (len(said), Money(fen))


@pytest.mark.parametrize("said", ["11月", "2026-11", "3点", "20分钟", "0", "10人", "0.200.3", "9999999999"])
def test_what_is_no_amount(said: str) -> None:
    assert read_money(said, 0, CONTEXT) is None


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("下周三下午3点", "2026-12-02T15:00"),
        ("11.28 19:30", "2026-11-28T19:30"),
        ("11/28 19:30", "2026-11-28T19:30"),
        ("12.3 14:00", "2026-12-03T14:00"),
        ("明晚8点", "2026-11-24T20:00"),
        ("今晚八点", "2026-11-23T20:00"),
        ("周五晚上七点半", "2026-11-27T19:30"),
        ("后天下午两点一刻", "2026-11-25T14:15"),
        ("大后天10:30", "2026-11-26T10:30"),
        ("本周日晚8点", "2026-11-29T20:00"),
        ("星期天上午9点", "2026-11-29T09:00"),
        ("下下周一9点", "2026-12-07T09:00"),
        ("1月8号上午10点", "2027-01-08T10:00"),
        ("2026年12月1日15点", "2026-12-01T15:00"),
        ("28号下午3点", "2026-11-28T15:00"),
        ("下个月3号14点", "2026-12-03T14:00"),
        ("明天中午12点半", "2026-11-24T12:30"),
        ("明天中午1点", "2026-11-24T13:00"),
        ("明天3点", "2026-11-24T15:00"),
        ("明天03:00", "2026-11-24T03:00"),
        ("明天9点", "2026-11-24T09:00"),
        ("明天晚上12点", "2026-11-25T00:00"),
        ("三天后下午4点", "2026-11-26T16:00"),
        ("下午4点", "2026-11-23T16:00"),
        ("下午4点,明天", "2026-11-24T16:00"),
        ("周一10点", "2026-11-30T10:00"),
        ("周一18点", "2026-11-23T18:00"),
    ],
)
def test_moments(said: str, moment: str) -> None:
    found = read_moment(said, 0, CONTEXT)
    assert found is not None
    assert (found.end, found.value) == (len(said), at(moment).now)
    assert found.doubt == ""


@pytest.mark.parametrize("said", ["12.1 3点", "11月20日15点", "11月28日周五15点", "上周三15点", "今天9点"])
def test_moments_that_are_asked_back(said: str) -> None:
    found = read_moment(said, 0, CONTEXT)
    assert found is not None and found.doubt


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("周四14-16点", "2026-11-26T14:00", "2026-11-26T16:00"),
        ("下周二下午2点到5点", "2026-12-01T14:00", "2026-12-01T17:00"),
        ("11月27日 9:00-11:30", "2026-11-27T09:00", "2026-11-27T11:30"),
        ("明天9点到3点", "2026-11-24T09:00", "2026-11-24T15:00"),
        ("周三下午", "2026-11-25T12:00", "2026-11-25T18:00"),
        ("周三中午", "2026-11-25T11:00", "2026-11-25T14:00"),
        ("明晚", "2026-11-24T18:00", "2026-11-24T22:00"),
        ("12月3号", "2026-12-03T08:00", "2026-12-03T22:00"),
        ("下周", "2026-11-30T08:00", "2026-12-06T22:00"),
        ("周一上午", "2026-11-30T08:00", "2026-11-30T12:00"),
    ],
)
def test_spans(said: str, first: str, last: str) -> None:
    found = read_span(said, 0, CONTEXT)
    assert found is not None
    assert (found.end, found.value) == (len(said), (at(first).now, at(last).now))


def test_a_weekday_is_the_next_that_is_not_past() -> None:
    for hours in range(24 * 8):
        now = Context(NOW + timedelta(hours=hours))
        found = read_moment("周三15点", 0, now)
        assert found is not None and isinstance(found.value, datetime)
        assert timedelta() <= found.value - now.now <= timedelta(days=7)
        assert (found.value.weekday(), found.value.hour) == (2, 15)


@pytest.mark.parametrize(
    ("said", "number"), [("3", 3), ("3号", 3), ("第三个", 3), ("#12", 12), ("3号活动", 3), ("第2期", 2)]
)
def test_numbers(said: str, number: int) -> None:
    found = read_number(said, 0, CONTEXT)
    assert found is not None and (found.end, found.value) == (len(said), number)


@pytest.mark.parametrize("said", ["3点", "3号线", "3月", "3人", "3个收获", "3天", "0.3", "3楼"])
def test_what_is_no_number_of_a_thing(said: str) -> None:
    assert read_number(said, 0, CONTEXT) is None


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("20分钟", 20), ("每人20分钟", 20), ("半小时", 30), ("一个半小时", 90), ("1.5小时", 90), ("一刻钟", 15)],
)
def test_durations(said: str, minutes: int) -> None:
    found = read_minutes(said, 0, CONTEXT)
    assert found is not None and (found.end, found.value) == (len(said), minutes)


@pytest.mark.parametrize(("said", "places"), [("10人", 10), ("限8名", 8), ("十个人", 10), ("名额20", 20)])
def test_places(said: str, places: int) -> None:
    found = read_places(said, 0, CONTEXT)
    assert found is not None and (found.end, found.value) == (len(said), places)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("张三", "张三"),
        ("欧阳雪", "欧阳雪"),
        ("张伟同学", "张伟"),
        ("@李娜", "李娜"),
        ("书记", "书记"),
        ("买买提·艾力", "买买提·艾力"),
        ("zhaomin", "赵敏"),
    ],
)
def test_names(said: str, name: str) -> None:
    found = read_name(said, 0, Context(NOW, people=("赵敏", "王强")))
    assert found is not None and (found.end, found.value) == (len(said), name)


@pytest.mark.parametrize("said", ["时间", "高铁", "周五", "我们", "快递", "党费"])
def test_what_is_no_name(said: str) -> None:
    assert read_name(said, 0, CONTEXT) is None


def test_normalising_keeps_what_was_typed() -> None:
    message = Normal.of("／交黨費　１１月\u200b０。２[抱拳]")
    assert message.text == "/交党费 11月0.2    "
    start = message.text.index("11月")
    assert message.typed(start, start + 3) == "１１月"


@pytest.mark.parametrize("raw", ["「张伟：交党费」\n- - - - - - - - - - - - - - -\n收到", "「李娜：几点」 收到"])
def test_a_quotation_is_not_said_by_its_sender(raw: str) -> None:
    assert Normal.of(raw).text.strip() == "收到"
