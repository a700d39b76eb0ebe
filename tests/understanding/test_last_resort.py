"""What no phrase reads is asked about by resemblance: never recorded at once, and never where it is denied or asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import Reader
from bot.understanding.forms import Form, Slot
from bot.understanding.reading import UNKNOWN
from bot.understanding.resemblance import Resemblance, read_weights, with_sentences, write_weights
from bot.understanding.serialise import dump
from bot.understanding.values import Months
from tests.understanding.examples import FILE, examples
from tests.understanding.forms_table import FORMS
from tests.understanding.samples import NOW, sayings
from tests.understanding.training import FILE as WEIGHTS
from tests.understanding.training import digest, learned

READER = Reader(FORMS)


def test_the_examples_are_those_of_the_samples() -> None:
    """To write them anew: python -m tests.understanding.examples."""
    assert FILE.read_text("utf-8") == examples()


@pytest.mark.parametrize(
    ("text", "command", "values"),
    (
        ("那个我十月份那党费钱打过去给登一登呗", "dues.pay", {"months": ["2026-10"]}),
        ("那我周四下午三点去跟书记唠唠心里话", "talk.book", {"start": "2026-11-26T15:00"}),
    ),
)
def test_what_records_is_asked_first(reader: Reader, text: str, command: str, values: dict[str, object]) -> None:
    said = reader.read(text, now=NOW, private=True)
    assert (said.command, said.confirm, dump(said.values)) == (command, True, values)


@given(
    st.text(
        st.sampled_from("交党费谈心约汇报活动公益心愿意见签到请假月周三号不没怎么吗谁书记我的把给了吧嘛 ，0123"),
        max_size=24,
    )
)
def test_nothing_guessed_is_recorded_unasked(text: str) -> None:
    said = READER.read(text, now=NOW, private=True)
    assert not said.guessed or said.confirm or not READER.forms[str(said.command)].changes


@pytest.mark.parametrize(
    "text",
    (
        "先别给我登十月份那党费",
        "十月份那党费我没打过去啊",
        "那个党费咋个打过去呢",
        "心里话我不想跟书记唠了",
        "给我整个思想汇报的范文瞅瞅",
    ),
)
def test_what_is_denied_or_asked_is_not_the_deed(reader: Reader, text: str) -> None:
    said = reader.read(text, now=NOW, private=True)
    assert said.command in ("unknown", "help") or not reader.forms[str(said.command)].changes


@pytest.mark.parametrize(
    "text", ("0.2", "下周三下午3点", "确认", "asdfghjkl", "！！！", "报告.docx", "今天食堂的红烧肉不错")
)
def test_what_says_nothing_of_a_command_is_none(reader: Reader, text: str) -> None:
    assert reader.read(text, now=NOW, private=True).command == "unknown"


def test_talk_in_a_group_is_not_guessed_at(reader: Reader) -> None:
    assert reader.read("那个我十月份那党费钱打过去给登一登呗", now=NOW, private=False).command is None


SENTENCES = [("dues", "交一下党费"), ("dues", "党费转了"), ("talk", "约书记谈心"), ("talk", "想谈心")]


def test_what_was_learned_tells_commands_apart_and_is_written_down() -> None:
    written = write_weights(learned(SENTENCES), "digest").splitlines()
    known = Resemblance(read_weights(written, ("dues", "talk")))
    assert [likeness.command for likeness in known.ranked("党费转过去了")] == ["dues", "talk"]
    assert known.ranked("☂") == []
    assert Resemblance(read_weights(written, ("dues",))).ranked("想谈心") == []


def test_a_command_that_nothing_was_learned_of_is_known_by_its_own_sentences() -> None:
    known = Resemblance(with_sentences({"党费": {"dues": 1.0}}, [("dues", "交党费"), ("new", "记一笔账")]))
    assert [likeness.command for likeness in known.ranked("记一笔")] == ["new", "dues"]


def test_all_commands_were_learned_of(reader: Reader) -> None:
    """To learn anew: python -m tests.understanding.training."""
    learned_of = WEIGHTS.read_text("utf-8").splitlines()[1].split(" ")
    assert {form.command for form in reader.forms.values() if form.phrases} <= set(learned_of)


def test_the_weights_were_learned_from_the_examples_of_now() -> None:
    """To learn them anew: python -m tests.understanding.training."""
    assert WEIGHTS.read_text("utf-8").partition("\n")[0] == digest()


def test_without_sentences_nothing_is_guessed() -> None:
    reader = Reader([Form("x.y", ("办票据 ",), (Slot("months", Months),))])
    assert reader.read("完全不相干的一句话", now=NOW, private=True).command == "unknown"


def test_nothing_that_people_may_say_for_one_thing_is_recorded_as_another_unasked(reader: Reader) -> None:
    wrong = []
    for command, text in sayings():
        said = reader.read(text, now=NOW, private=True, people=("张伟", "王静", "李娜", "赵磊", "周洋", "孙倩", "陈明"))
        form = reader.forms.get(said.command or UNKNOWN)
        if form is not None and form.changes and said.command != command and not said.confirm:
            wrong.append((command, text, said.command))
    assert wrong == []
