"""Values survive JSON, and every echo is read back the same."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.understanding import Reader
from bot.understanding.serialise import dump, echo, load
from bot.understanding.values import Minutes, Money, Month, Months, Number, Period, Places, RecentMonths, Text
from handlers.ledger.compilation import Exportable
from models import ActivityKind
from tests.understanding.forms_table import FORMS
from tests.understanding.samples import NOW

READER = Reader(FORMS)

months = st.integers(-24, 6).map(lambda offset: Month.of(NOW) + offset)
many_months = st.lists(months, min_size=1, max_size=12, unique=True).map(lambda found: Months(sorted(found)))
amounts = st.integers(1, 100_000).map(Money)
moments = st.integers(1, 60 * 24 * 400).map(lambda minutes: NOW + timedelta(minutes=minutes))


def read_back(command: str, phrase: str, values: dict[str, object]) -> dict[str, object]:
    said = READER.read(f"{phrase} {echo(READER.forms[command], values)}", now=NOW, private=True)
    assert said.command == command
    return said.values


@given(many_months, amounts)
def test_dues(paid: Months, amount: Money) -> None:
    values: dict[str, object] = {"months": paid, "amount": amount}
    assert read_back("dues.pay", "交党费", values) == values


@given(many_months)
def test_an_export(asked: Months) -> None:
    values: dict[str, object] = {"what": Exportable.DUES, "months": RecentMonths(asked)}
    assert read_back("export", "导出", values) == values


@given(moments)
def test_a_talk(start: datetime) -> None:
    assert read_back("talk.book", "约谈心", {"start": start}) == {"start": start}


@given(st.integers(1, 200).map(Number))
def test_a_number(number: Number) -> None:
    assert read_back("life.join", "报名", {"number": number}) == {"number": number}


@given(st.integers(1, 4))
def test_a_quarter(quarter: int) -> None:
    values: dict[str, object] = {"period": Period(f"2026-Q{quarter}")}
    assert read_back("report.missing", "谁还没交思想汇报", values) == values


@given(moments, st.integers(30, 300), st.integers(5, 60).map(Minutes))
def test_json(start: datetime, length: int, minutes: Minutes) -> None:
    form = READER.forms["talk.open"]
    values: dict[str, object] = {"start": start, "end": start + timedelta(minutes=length), "minutes": minutes}
    assert load(form, json.loads(json.dumps(dump(values)))) == values


def test_json_of_every_kind() -> None:
    for command, values in (
        ("dues.pay", {"months": Months((Month(2026, 11),)), "amount": Money(20), "for_": "张伟"}),
        (
            "life.create",
            {"kind": ActivityKind.LECTURE, "start": NOW, "topic": Text("学习党章"), "url": "https://a.example/b"},
        ),
        ("talk.change", {"day": NOW.date(), "same_time": True}),
        ("placement.register", {"city": "苏州", "from_": Month(2026, 9), "until": Month(2027, 6)}),
        ("service.create", {"places": Places(10)}),
    ):
        back = load(READER.forms[command], json.loads(json.dumps(dump(values))))
        assert back == values
        assert [type(value) for name, value in back.items()] == [READER.forms[command].slot(name).type for name in back]


@given(moments, st.integers(30, 300), st.integers(5, 60).map(Minutes))
def test_a_span(start: datetime, length: int, minutes: Minutes) -> None:
    end = start + timedelta(minutes=length)
    assume(start.date() == end.date())
    values: dict[str, object] = {"start": start, "end": end, "minutes": minutes}
    assert read_back("talk.open", "开放时段", values) == values
