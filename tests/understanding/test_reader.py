"""What is for the bot, what is asked back, and what is silence."""

from __future__ import annotations

import pytest

from bot.understanding import Reader
from bot.understanding.forms import COURTESY, Form, Slot
from bot.understanding.serialise import dump
from bot.understanding.values import Months, Name, Text
from tests.understanding.forms_table import FORMS
from tests.understanding.samples import NOW


def test_a_command_in_a_group_needs_to_begin_with_its_phrase(reader: Reader) -> None:
    for text, command in (
        ("交党费 11月 0.2", "dues.pay"),
        ("我来交党费 11月 0.2", None),
        ("@张三 交党费 11月 0.2", None),
        ("@张三 @鸿雁 交党费 11月 0.2", "dues.pay"),
        ("/我来交党费 11月 0.2", "dues.pay"),
        ("交党费啦", None),
        ("交挡费 11月 0.2", None),
    ):
        assert reader.read(text, now=NOW, private=False).command == command, text


def test_a_reading_in_doubt_says_why(reader: Reader) -> None:
    for text, word in (
        ("交挡费 11月 0.2", "挡费"),
        ("交党费 9到11月 0.5", "整数倍"),
        ("交党费 张伟 11月", "替"),
        ("预交到明年12月", "六个月"),
        ("约谈心 12.1 3点", "读错"),
        ("发起党课 周五下午 学习党章", "几点"),
        ("约谈心 11月28日周五下午3点", "星期"),
    ):
        said = reader.read(text, now=NOW, private=True)
        assert said.confirm and word in said.problem, (text, said)


def test_a_word_that_only_looks_like_a_commands_is_asked_about(reader: Reader) -> None:
    for text, command in (("撒销", "undo"), ("交党贵 11月", "dues.pay"), ("约淡心 周三下午3点", "talk.book")):
        said = reader.read(text, now=NOW, private=True)
        assert (said.command, said.confirm) == (command, True), text


def test_who_is_thanked_with_surname_and_title_is_no_value(reader: Reader) -> None:
    for text in ("11月党费交一下哈，谢谢周书记", "周书记好，交党费 11月", "交党费 11月 麻烦李老师了"):
        said = reader.read(text, now=NOW, private=True)
        assert (said.command, set(said.values), said.confirm) == ("dues.pay", {"months"}, False), text


def test_emoji_at_the_end_of_a_text_are_kept(reader: Reader) -> None:
    for end in ("👍", "👍🏻🎉", "[强]"):
        assert reader.read(f"心得：讲得很接地气{end}", now=NOW, private=True).values["text"] == f"讲得很接地气{end}"


def test_a_result_behind_the_verb_changes_nothing(reader: Reader) -> None:
    for text, command in (
        ("把我的信息删除掉", "privacy.delete"),
        ("撤销一下", "undo"),
        ("取消谈心掉吧", "talk.cancel"),
    ):
        said = reader.read(text, now=NOW, private=True)
        assert (said.command, said.confirm) == (command, False), text


def test_the_one_clause_beside_is_why(reader: Reader) -> None:
    for text in ("家里临时来人，周五党课请假", "周五党课我请假，家里临时来人"):
        said = reader.read(text, now=NOW, private=True)
        assert (said.command, said.values["reason"], said.confirm) == ("life.leave", "家里临时来人", False), text


def test_what_is_not_understood_gets_the_nearest_command_or_its_help(reader: Reader) -> None:
    for text, command in (("党费怎么算啊", "dues.pay"), ("汇报的格式", "report.submit"), ("谈心谈什么好", "talk.book")):
        said = reader.read(text, now=NOW, private=True)
        if said.command in ("help", "report.how"):
            assert dump(said.values) == ({"topic": command.split(".")[0]} if said.command == "help" else {})
            continue
        assert said.command == "unknown"
        assert any(name.startswith(command.split(".")[0]) for name in said.suggestions), (text, said)


def test_a_year_and_a_word_for_the_whole_are_read(reader: Reader) -> None:
    assert reader.read("会议纪要 1 正文", now=NOW, private=True).values == {"number": 1}
    year = reader.read("导出2025年台账", now=NOW, private=True).values["months"]
    assert [str(month) for month in year] == [f"2025-{month:02d}" for month in range(1, 13)]  # type: ignore[attr-defined]


def test_a_word_of_greeting_or_thanks_is_for_the_bot_only_where_it_is_addressed(reader: Reader) -> None:
    for text, command in (("你好", "greet"), ("在吗", "greet"), ("谢谢", "thanks"), ("辛苦了", "thanks")):
        assert reader.read(text, now=NOW, private=True, open=[COURTESY]).command == command
        assert reader.read(text, now=NOW, private=False, open=[COURTESY]).command is None
        assert reader.read(f"@鸿雁 {text}", now=NOW, private=False, open=[COURTESY]).command == command


def test_a_bare_question_is_a_command_of_its_own_beside_the_longer_ones() -> None:
    asked = Reader([*FORMS, Form("missing", ("[还有]谁[还]没[有]交",), changes=False)])
    for text, command in (
        ("谁还没交", "missing"),
        ("还有谁没交？", "missing"),
        ("谁还没交党费", "dues.missing"),
        ("谁没交思想汇报", "report.missing"),
        ("谁还没交的抓紧", None),
    ):
        assert asked.read(text, now=NOW, private=False).command == command, text
        if command:
            assert asked.read(f"@鸿雁 {text}", now=NOW, private=False).command == command, text


def test_bare_acknowledgements_in_a_group_answer_nobody(reader: Reader) -> None:
    assert reader.read("好的", now=NOW, private=False, open=["confirmation"]).command is None
    assert reader.read("好的", now=NOW, private=True, open=["confirmation"]).command == "confirm"
    assert reader.read("确认", now=NOW, private=False, open=["confirmation"]).command == "confirm"


def test_people_of_the_branch_are_known_by_name_part_and_pinyin(reader: Reader) -> None:
    people = ("时光", "赵敏")
    assert reader.read("看看时光", now=NOW, private=True, people=people).values == {"member": "时光"}
    assert reader.read("看看zhaomin", now=NOW, private=True, people=people).values == {"member": "赵敏"}


def test_a_long_text_is_read_quickly_and_kept_whole(reader: Reader) -> None:
    body = "这个月我在车间轮岗，交党费、谈心、请假都学会了。" * 400
    said = reader.read(f"思想汇报：{body}", now=NOW, private=True)
    assert said.command == "report.submit" and said.values == {"text": body}


@pytest.mark.parametrize(
    ("phrases", "slots"),
    [
        (("交(党费",), ()),
        (("交党费]",), ()),
        (("{months}",), (Slot("months", Months),)),
        (("交{nothing}",), ()),
        (("交{text}{more}",), (Slot("text", Text), Slot("more", Text))),
    ],
)
def test_a_faulty_declaration_is_refused(phrases: tuple[str, ...], slots: tuple[Slot, ...]) -> None:
    with pytest.raises(ValueError):
        Form("x.y", phrases, slots)


def test_a_type_nobody_reads_is_refused() -> None:
    with pytest.raises(ValueError):
        Slot("x", dict)


def test_options_and_alternatives() -> None:
    reader = Reader([Form("x.y", ("(看|查)[一下]{who}的[全部]账",), (Slot("who", Name),))])
    for text in ("看张三的账", "查一下张三的全部账"):
        assert reader.read(text, now=NOW, private=True).values == {"who": "张三"}, text


def test_a_word_that_asks_or_denies_is_never_taken_for_a_typo(reader: Reader) -> None:
    for text in ("不交党飞 11月 0.2", "还没交党费", "没钱交党费"):
        assert reader.read(text, now=NOW, private=True).command == "unknown", text
    said = reader.read("看看四季度思想汇报还有哪些同学没交", now=NOW, private=True)
    assert (said.command, said.confirm) == ("report.missing", False)


def test_a_word_of_the_language_stands_in_all_its_forms() -> None:
    reader = Reader([Form("x.y", ("<谁><未交>票据",))])
    for text in ("谁没交票据", "还有哪些同学还没有提交票据", "哪几位尚未上交票据"):
        assert reader.read(text, now=NOW, private=True).command == "x.y", text
    with pytest.raises(ValueError, match="nothing is said for"):
        Form("x.y", ("<无此词>票据",))


def test_pieces_stand_in_any_order() -> None:
    reader = Reader([Form("x.y", ("票据 & 没交 & 谁",))])
    for text in ("谁票据没交", "没交票据的是谁", "票据谁没交", "票据没交的都谁"):
        assert reader.read(text, now=NOW, private=True).command == "x.y", text
    assert reader.read("谁没交", now=NOW, private=True).command == "unknown"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("补交8月党费0.2，前阵子手机摔了", "dues.pay"),
        ("前阵子手机摔了 补交8月党费0.2", "dues.pay"),
        ("手滑点错了，撤销", "undo"),
        ("我要删除我的信息，毕业了", "privacy.delete"),
    ],
)
def test_a_clause_that_tells_why_is_passed_over_with_a_question(reader: Reader, typed: str, command: str) -> None:
    said = reader.read(typed, now=NOW, private=True)
    assert (said.command, said.confirm) == (command, True)
    assert reader.read(typed, now=NOW, private=False).command is None


@pytest.mark.parametrize(
    "typed",
    [
        "补交8月党费0.2，先不要登记",
        "补交8月党费0.2，怎么转账",
        "交党费 11月，谈心也帮我排上",
    ],
)
def test_a_clause_that_asks_or_takes_back_or_speaks_of_another_matter_is_not(reader: Reader, typed: str) -> None:
    assert reader.read(typed, now=NOW, private=True).command == "unknown"


def test_a_query_asks_at_once_whatever_is_said_beside_it(reader: Reader) -> None:
    for text in ("我11月的党费交了没有", "新换了手机，我的党费交到几月了"):
        said = reader.read(text, now=NOW, private=True)
        assert (said.command, said.values, said.confirm) == ("dues.mine", {}, False), text


def test_a_word_of_the_command_ends_a_name(reader: Reader) -> None:
    said = reader.read("批阅张伟合格，认识深刻", now=NOW, private=True)
    assert said.values == {"member": "张伟", "verdict": said.values["verdict"], "comment": "认识深刻"}


def test_a_bare_answer_may_stand_beside_another_clause(reader: Reader) -> None:
    for text, command in (("手滑了，算了", "cancel"), ("先算了，回头再说", "cancel"), ("好的，确认", "confirm")):
        assert reader.read(text, now=NOW, private=True, open=["confirmation"]).command == command, text
    assert reader.read("对，但是金额不对", now=NOW, private=True, open=["confirmation"]).command == "unknown"


@pytest.mark.parametrize("typed", ["报到证现在还有吗", "报到第一天就加班", "党费标准明年会不会变", "结束签到了吗"])
def test_what_sounds_like_talk_is_not_recorded_unasked(reader: Reader, typed: str) -> None:
    assert reader.read(typed, now=NOW, private=True).confirm


def test_a_yes_or_no_before_a_command_of_its_own_is_not_the_answer(reader: Reader) -> None:
    asked = ("confirmation", "courtesy")
    for text, command in (
        ("好 催党费", "remind"),
        ("算了 认领 2", "wish.claim"),
        ("算了算了，报到 苏州 汇川技术", "placement.register"),
        ("算了 不谈了", "cancel"),
        ("手滑了，算了", "cancel"),
    ):
        said = reader.read(text, now=NOW, private=True, open=asked)
        assert said.command == command, text
    later = reader.read("好的 明天我再说", now=NOW, private=True, open=(*asked, "asked_here"))
    assert later.command == "unknown"  # neither done, nor said to be


def test_what_may_be_is_asked_about(reader: Reader) -> None:
    said = reader.read("我可能去不了了 老板让我周六出差", now=NOW, private=True)
    assert (said.command, said.confirm) == ("life.leave", True)


def test_a_text_that_is_a_command_itself_is_asked_about(reader: Reader) -> None:
    said = reader.read("周日下午两点那个爱心传递 报名", now=NOW, private=True)
    assert said.command != "service.create" or said.confirm
    assert not reader.read("微心愿 想借本行测书", now=NOW, private=True).confirm


def test_a_command_without_a_place_for_people_is_not_guessed_where_one_is_named(reader: Reader) -> None:
    said = reader.read("周洋那个先不同意", now=NOW, private=True, people=("周洋",))
    assert said.command != "privacy.refuse"


def test_a_word_that_begins_behind_a_comma_ends_nowhere_before_it(reader: Reader) -> None:
    assert reader.read("批阅的，\U000f951b写", now=NOW, private=True).command == "report.review"
