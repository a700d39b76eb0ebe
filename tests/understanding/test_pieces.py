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


def test_another_word_takes_the_place_of_the_one_that_was_read_with_a_question(reader: Reader) -> None:
    asked = Asked("placement.register", {"city": "苏州", "company": "汇川"})
    for said in ("汇川技术", "不对 汇川技术", "苏州那边的汇川技术", "单位还是汇川技术"):
        completed = reader.piece(asked, said, now=NOW)
        assert completed is not None and completed.confirm, said
        assert completed.values == {"city": "苏州", "company": "汇川技术"}, said
    for said in ("等我一下", "算了 太麻烦", "今天好累啊", "公司叫什么来着？"):
        assert reader.piece(asked, said, now=NOW) is None, said


def test_what_is_denied_beside_the_piece_is_left_out(reader: Reader) -> None:
    asked = Asked("dues.pay", {"months": Months((Month(2026, 12), Month(2027, 1)))})
    december = {"months": Months((Month(2026, 12),))}
    for said in ("只登12月的", "不是 1月不要 只有12月", "1月没给 就12月", "就12月吧"):
        assert _values(reader.piece(asked, said, now=NOW)) == december, said


def test_from_an_hour_on_is_a_span_of_the_day_that_is_spoken_of(reader: Reader) -> None:
    wednesday = datetime(2026, 12, 2, 8, tzinfo=SHANGHAI)
    day = Asked("talk.book", {"from_": wednesday, "to": wednesday.replace(hour=22)})
    said = reader.piece(day, "3点以后吧", now=NOW)
    assert said is not None and said.confirm
    assert said.values == {"from_": wednesday.replace(hour=15), "to": wednesday.replace(hour=22)}


def test_a_labelled_text_is_one_though_none_was_asked_for(reader: Reader) -> None:
    asked = Asked("talk.book", {"number": 3})
    said = reader.piece(asked, "话题就是汇报不知道怎么写", now=NOW)
    assert said is not None and said.values == {"number": 3, "topic": "汇报不知道怎么写"}
