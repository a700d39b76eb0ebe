"""What a group may read cannot be made of anything private."""

from datetime import date, datetime

import pytest

from bot.understanding.found import Context
from bot.understanding.months import read_months
from bot.understanding.normal import Normal
from bot.understanding.values import SHANGHAI, Money, Month, Months, Name, Number, StudentNumber, Text
from bot.wording import GroupText, Public, in_brackets, in_group, join, typed, when
from models import ActivityKind


@pytest.mark.parametrize(
    "private", ["张三", Money(20), Name("张三"), Text("汇报"), StudentNumber("20230001"), 0.2, None, ["张三"]]
)
def test_private_values_cannot_be_put_into_a_group_text(private: object) -> None:
    with pytest.raises(TypeError):
        in_group("已登记 {value}", value=private)  # type: ignore[arg-type]


def test_counts_terms_months_and_times_can() -> None:
    said = in_group(
        "{count} {number} {months} {day} {start} {kind} {topic}",
        count=3,
        number=Number(2),
        months=Months([Month(2026, 11)]),
        day=date(2026, 11, 28),
        start=datetime(2026, 11, 28, 19, 30, tzinfo=SHANGHAI),
        kind=ActivityKind.PARTY_DAY,
        topic=Public("学习党章"),
    )
    assert isinstance(said, GroupText)
    assert said == "3 2 2026年11月 11月28日（周六） 11月28日（周六）19:30 主题党日 学习党章"


def test_a_moment_is_told_as_shanghai_has_it() -> None:
    assert when(datetime.fromisoformat("2026-11-27T16:05+00:00")) == "11月28日（周六）00:05"


def test_a_list_of_nobody_is_a_word() -> None:
    assert join([]) == "无"
    assert join(["张三", "李四"]) == "张三、李四"


@pytest.mark.parametrize(
    ("months", "now", "said"),
    [
        (["2026-09", "2026-10", "2026-11"], "2026-11-23", "9到11月"),
        (["2026-09", "2026-11"], "2026-11-23", "9月、11月"),
        (["2025-11", "2025-12", "2026-01"], "2026-01-23", "2025年11到12月、2026年1月"),
        (["2026-12"], "2026-01-23", "2026年12月"),
        (["2025-05", "2025-09"], "2026-01-23", "2025年5月、2025年9月"),
    ],
)
def test_months_as_they_are_typed_are_read_as_the_same(months: list[str], now: str, said: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    meant = Months(Month.parse(month) for month in months)
    assert typed(meant, moment) == said
    for words in (said, typed(meant, moment, "–")):
        found = read_months(Normal.of(words).text, 0, Context(moment))
        assert found is not None and found.value == meant


def test_a_moment_in_brackets_has_none_of_its_own() -> None:
    assert in_brackets(datetime(2026, 11, 28, 19, 30, tzinfo=SHANGHAI)) == "11月28日周六19:30"
