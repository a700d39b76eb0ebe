"""What was asked back is answered by the missing piece alone."""

from __future__ import annotations

from datetime import datetime

from bot.understanding import Reader
from bot.understanding.pieces import Asked
from bot.understanding.reading import Reading
from bot.understanding.values import SHANGHAI, Money, Month, Months, Name
from tests.understanding.samples import NOW


def test_the_missing_piece_alone(reader: Reader) -> None:
    asked = Asked("dues.pay", {"amount": Money(20)})
    october = {"months": Months((Month(2026, 10),))}
    for said in ("10月的", "不对，10月的", "是10月", "不是11月，是10月"):
        assert _values(reader.piece(asked, said, now=NOW)) == {**asked.values, **october}, said
    assert _values(reader.piece(asked, "两毛吧", now=NOW)) == {"amount": Money(20)}
    assert reader.piece(asked, "今天好冷", now=NOW) is None
    assert reader.piece(asked, "算了", now=NOW) is None


def test_a_piece_that_leaves_a_doubt_is_asked_about_again(reader: Reader) -> None:
    asked = Asked("dues.pay", {"amount": Money(21)})
    said = reader.piece(asked, "10月和11月", now=NOW)
    assert said is not None and said.confirm


def test_an_hour_alone_is_of_the_day_that_was_named_and_a_day_alone_keeps_the_hour(reader: Reader) -> None:
    wednesday = datetime(2026, 12, 2, 15, tzinfo=SHANGHAI)
    day = Asked("talk.book", {"from_": wednesday.replace(hour=8), "to": wednesday.replace(hour=22)})
    assert _values(reader.piece(day, "那就三点吧", now=NOW)) == {"start": wednesday}
    assert _values(reader.piece(day, "3号", now=NOW)) == {"number": 3}
    moment = Asked("talk.book", {"start": wednesday})
    assert _values(reader.piece(moment, "四点", now=NOW)) == {"start": wednesday.replace(hour=16)}
    moved = reader.piece(moment, "周四", now=NOW)
    assert (
        moved is not None and moved.confirm and moved.values == {"start": datetime(2026, 11, 26, 15, tzinfo=SHANGHAI)}
    )


def test_a_number_chooses_among_names(reader: Reader) -> None:
    asked = Asked("member.show", {"member": Name("张")}, slot="member", choices=("张三", "张伟"))
    for said in ("2", "第二个", "2号", "张伟"):
        assert _values(reader.piece(asked, said, now=NOW, people=("张三", "张伟"))) == {"member": "张伟"}, said
    assert reader.piece(asked, "3", now=NOW) is None


def test_only_a_known_name_is_a_piece_where_none_was_asked_for(reader: Reader) -> None:
    asked = Asked("dues.pay", {"amount": Money(20)})
    assert _values(reader.piece(asked, "张伟", now=NOW, people=("张伟",))) == {"amount": Money(20), "for_": "张伟"}
    assert reader.piece(asked, "待办", now=NOW, people=("张伟",)) is None


def test_free_text_is_a_piece_only_where_it_is_what_is_missing(reader: Reader) -> None:
    asked = Asked("report.review", {"member": Name("王强"), "verdict": "returned"}, slot="comment")
    assert _values(reader.piece(asked, "写得太短，重写", now=NOW)) == {**asked.values, "comment": "写得太短，重写"}
    assert reader.piece(asked, "写什么好呢？", now=NOW) is None
    assert reader.piece(asked, "写得太短", now=NOW, addressed=False) is None
    assert reader.piece(Asked("dues.pay", {"amount": Money(20)}), "写得太短", now=NOW) is None


def test_what_a_group_says_is_a_piece_only_where_it_holds_nothing_but_values(reader: Reader) -> None:
    for said, is_one in (("三点", True), ("10月的", True), ("第二个", True), ("明天三点开会", False), ("好冷", False)):
        assert reader.may_be_piece(said, NOW) is is_one, said


def _values(reading: Reading | None) -> dict[str, object] | None:
    return None if reading is None else reading.values
