"""What a group may read cannot be made of anything private."""

from datetime import date, datetime

import pytest

from bot.understanding.values import SHANGHAI, Money, Month, Months, Name, Number, StudentNumber, Text
from bot.wording import GroupText, Public, in_group, join, when
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
