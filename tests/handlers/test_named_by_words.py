"""养老院那个我也去: what is listed is called by its words, and always asked about before it is recorded."""

from __future__ import annotations

from datetime import datetime

import pytest

from models import (
    Attendance,
    Category,
    Lesson,
    Post,
    Service,
    ServicePart,
    Talk,
    Wish,
)
from models.wish import WishState
from tests.chat import Chat, found_branch

MEMBERS = (
    ("李书记", Post.SECRETARY, Category.FULL),
    ("赵副", Post.DEPUTY, Category.FULL),
    *((name, Post.NONE, Category.FULL) for name in ("张三", "李娜", "王强", "孙悦")),
)
CARE = "2号爱心传递（12月6日周日14:00），给养老院送冬衣"
FRESH = "1号公益（12月6日周日09:00），给新生讲实习"
STORIES = "1号主题党日（12月5日周六19:30），我的实习故事"


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> None:
    """On a Sunday: two services and a meeting of the week to come, two wishes."""
    await found_branch(chat, members=MEMBERS)
    chat.at("2026-11-29 12:00")
    await chat.whisper("李书记", "发起公益 12月6日上午9点 给新生讲实习 10人")
    await chat.whisper("李书记", "爱心传递 12月6日下午2点 给养老院送冬衣 6人")
    await chat.whisper("李书记", "发起主题党日 12月5日19:30 我的实习故事")
    await chat.whisper("李娜", "微心愿 想借一本行测真题")
    await chat.whisper("李娜", "微心愿 想有人陪我练一次面试")
    chat.group(), chat.heard("李书记")


async def joined() -> list[int]:
    return [part.service_id for part in await ServicePart.filter(left_at=None)]


@pytest.mark.parametrize(
    "said",
    [
        "养老院那个我也去",
        "养老院那个算我一个",
        "养老院那个我也去 还能报不",
        "养老院那个爱心传递我报名",
        "养老院的爱心传递我参加",
        "周日下午两点那个爱心传递 我报名",
        "周日下午那个公益我去",
        "给我报上那个去养老院的",
    ],
)
async def test_a_service_is_joined_by_its_words(chat: Chat, said: str) -> None:
    assert (await chat.whisper("张三", said)).startswith(f"报名{CARE}吗？")
    assert not await joined() and await Service.all().count() == 2
    assert (await chat.whisper("张三", "对")).startswith("已报名2号爱心传递（12月6日周日14:00），共 1/6 人。")


@pytest.mark.parametrize(
    "said", ["给我报上那个给新生讲的", "周日上午那个公益 我报名", "新生那个我去", "报那个讲实习的"]
)
async def test_another_service_by_others(chat: Chat, said: str) -> None:
    assert (await chat.whisper("张三", said)).startswith(f"报名{FRESH}吗？")
    assert await chat.whisper("张三", "算了") == "好的，没有登记。"
    assert not await joined()


async def test_in_the_group_only_where_the_bot_is_addressed(chat: Chat) -> None:
    await chat.ignores("张三", "养老院那个我也去")
    await chat.ignores("张三", "养老院那个下午两点 有谁一起打车")
    await chat.ignores("张三", "我我我 算我一个")
    assert f"报名{CARE}吗？" in await chat.say("张三", "@鸿雁 养老院那个我也去")
    assert "已报名2号爱心传递" in await chat.say("张三", "@鸿雁 对")


async def test_an_activity_is_joined_by_its_words(chat: Chat) -> None:
    for said in ("实习故事那个我去", "实习故事的会我参加", "周六晚上那个会我去"):
        assert (await chat.whisper("张三", said)).startswith(f"报名{STORIES}吗？"), said
    assert not await Attendance.filter(signed_up_at__isnull=False)
    assert "已报名1号主题党日" in await chat.whisper("张三", "确认")


async def test_which_one_is_asked_and_answered_by_a_number(chat: Chat) -> None:
    said = await chat.whisper("张三", "周日那个我去")
    assert said.startswith(f"是哪一个？回复前面的数字：\n1. {FRESH}\n2. {CARE}")
    assert (await chat.whisper("张三", "2")).startswith(f"报名{CARE}吗？")
    await chat.whisper("张三", "对")
    assert len(await joined()) == 1
    assert "没有可以报名" not in await chat.whisper("张三", "报公益")
    assert "已报名1号公益" in await chat.whisper("张三", "1")


@pytest.mark.parametrize(
    "said",
    [
        "有人要帮忙练面试的是不 我来",
        "心愿那块儿 有人要帮忙练面试的是不 我来",
        "练面试那个我来",
        "练面试那个心愿我认领",
    ],
)
async def test_a_wish_is_claimed_by_its_words(chat: Chat, said: str) -> None:
    assert (await chat.whisper("张三", said)).startswith("认领2号心愿“想有人陪我练一次面试”吗？")
    assert await Wish.filter(state=WishState.OPEN).count() == 2
    assert "已认领2号心愿" in await chat.whisper("张三", "对")


async def test_a_wish_by_its_number_is_asked_about_without_another_one(chat: Chat) -> None:
    for said in ("不是许愿 我是想帮忙 认领2号", "2号心愿"):
        assert "3 号" not in await chat.whisper("张三", said)
    assert "已认领2号心愿" in await chat.whisper("张三", "认领2号")


@pytest.mark.parametrize("said", ["取消主题党日报名", "报错了 撤掉", "不是报名 是不去了", "实习故事那个不去了"])
async def test_a_sign_up_is_taken_back_after_a_question(chat: Chat, said: str) -> None:
    await chat.whisper("张三", "报名 1")
    assert (await chat.whisper("张三", said)).startswith(f"取消{STORIES}的报名吗？")
    assert await Attendance.filter(signed_up_at__isnull=False).count() == 1
    assert "已取消1号主题党日（12月5日周六19:30）的报名" in await chat.whisper("张三", "对")
    assert not await Attendance.filter(signed_up_at__isnull=False)
    assert "已恢复" in await chat.whisper("张三", "撤销")
    assert await Attendance.filter(signed_up_at__isnull=False).count() == 1


async def test_a_service_is_left_by_its_words(chat: Chat) -> None:
    assert "没有报名的活动" in await chat.whisper("张三", "养老院那个不去了")
    await chat.whisper("张三", "报名 1")
    await chat.whisper("张三", "报名公益 2")
    assert (await chat.whisper("张三", "养老院那个我去不了了")).startswith(f"退出{CARE}吗？")
    assert "已退出2号爱心传递" in await chat.whisper("张三", "对")
    assert "取消报名" not in await chat.whisper("张三", "公益活动有哪些")
    assert "您没有报名1号主题党日" in await chat.whisper("李娜", "取消报名 1")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("实习故事的会几点", STORIES),
        ("群里说的那个实习故事的会几点来着", STORIES),
        ("养老院是几点来着", CARE),
        ("刚才那个养老院是几点来着 我得看看排班", CARE),
        ("养老院那个爱心传递几点", CARE),
        ("养老院那个什么时候", CARE),
    ],
)
async def test_when_it_is(chat: Chat, said: str, heard: str) -> None:
    assert await chat.whisper("张三", said) == heard


async def test_what_is_mine_that_day(chat: Chat) -> None:
    assert "没有约好的谈心" in await chat.whisper("张三", "我周四几点去来着")
    await chat.whisper("李书记", "开放时段 12月3日14-16点 每人30分钟")
    await chat.whisper("张三", "约谈心 12月3日下午3点")
    await chat.whisper("张三", "报名 1")
    for said in ("我周四几点去来着", "那我周四几点去来着"):
        assert await chat.whisper("张三", said) == "· 谈心：12月3日（周四）15:00"
    assert await chat.whisper("张三", "我周六几点去来着") == f"· {STORIES}"


async def test_whether_one_is_signed_up(chat: Chat) -> None:
    for said in ("报上了没", "那个会我报上名了没", "我报上名了没"):
        answer = await chat.whisper("张三", said)
        assert answer.startswith("您还没有报名。") and f"报名 1（{STORIES}）" in answer, said
    await chat.whisper("张三", "报名 1")
    assert await chat.whisper("张三", "报上了没") == f"您已经报名：\n· {STORIES}"


async def test_the_secretary_asks_whether_somebody_is(chat: Chat) -> None:
    assert await chat.whisper("李书记", "张三报名没") == "张三：\n· 1号主题党日（12月5日周六19:30）：还没报名"
    await chat.whisper("张三", "报名 1")
    assert "已报名" in await chat.whisper("李书记", "我是说张三报名那个主题党日没")
    assert "张三" not in await chat.whisper("王强", "张三报名没")
    assert "张三" not in (await chat.say("李书记", "@鸿雁 张三报名没")).removeprefix("@李书记")


@pytest.mark.parametrize("said", ["养老院那个同意", "同意养老院那个", "张三那个爱心传递同意"])
async def test_a_proposal_is_agreed_to_by_its_words(chat: Chat, said: str) -> None:
    await Service.all().delete()
    await chat.whisper("张三", "爱心传递 12月6日下午2点 给养老院送冬衣")
    await chat.whisper("王强", "爱心传递 12月5日下午2点 给小区打扫")
    assert (await chat.whisper("李书记", said)).startswith(
        "同意1号爱心传递（12月6日周日14:00），给养老院送冬衣吗？同意后马上通知群里。"
    )
    assert not await Service.announced()
    assert "已发布：1号爱心传递" in await chat.whisper("李书记", "确认")
    assert len(await Service.announced()) == 1


async def test_a_proposal_is_declined_by_its_author(chat: Chat) -> None:
    await chat.whisper("张三", "爱心传递 12月6日下午2点 给福利院送冬衣")
    await chat.whisper("王强", "爱心传递 12月5日下午2点 给小区打扫")
    assert "内容" in await chat.whisper("李书记", "张三那个先不同意 等他弄清楚")
    assert "退回" in await chat.whisper("李书记", "请改个时间")
    assert "只有支部委员能用" in await chat.whisper("张三", "小区那个同意")


async def test_two_at_once_go_one_by_one(chat: Chat) -> None:
    await chat.whisper("李书记", "发起党小组会 12月9日19:30 讨论发展对象")
    answer = await chat.whisper("张三", "两个都报")
    assert answer.startswith("一次报一个，请一条一条发：\n报名 1（") and "报名公益 2（" in answer
    assert "报名 2（2号党小组会" in await chat.whisper("张三", "1和2")
    assert not await Attendance.filter(signed_up_at__isnull=False)


async def test_a_lesson_by_its_words(chat: Chat) -> None:
    day = datetime(2026, 11, 20, 12).astimezone()
    for title in ("车间里的十五分钟", "实习生也能上讲台"):
        await Lesson.create(section="党员修养", title=title, text="正文", published_at=day)
    lesson = await Lesson.get(title="车间里的十五分钟")
    for said in ("来个车间那个吧", "车间那个课", "看看车间那个"):
        assert (await chat.whisper("张三", said)).startswith(f"看{lesson.id}号【党员修养】车间里的十五分钟吗？"), said
    assert "正文" in await chat.whisper("张三", "好")


@pytest.fixture
async def slots(chat: Chat) -> None:
    await chat.whisper("李书记", "开放时段 12月3日14-16点 每人30分钟")


@pytest.mark.usefixtures("slots")
@pytest.mark.parametrize(
    ("said", "slot"),
    [
        ("两点半那个可以", "14:30–15:00（2号）"),
        ("就三点那个吧", "15:00–15:30（3号）"),
        ("三点那场", "15:00–15:30（3号）"),
        ("最后那个时间吧", "15:30–16:00（4号）"),
        ("约谈心 周四三点半", "15:30–16:00（4号）"),
    ],
)
async def test_a_slot_by_its_hour(chat: Chat, said: str, slot: str) -> None:
    await chat.whisper("张三", "约谈心")
    answer = await chat.whisper("张三", said)
    if not answer.startswith("已约"):
        assert answer.startswith(f"约12月3日（周四）{slot}谈心吗？"), answer
        answer = await chat.whisper("张三", "对")
    assert slot in answer and await Talk.all().count() == 1


@pytest.mark.parametrize("said", ["两点半那个可以", "就三点那个吧", "三点那场", "最后那个时间吧"])
@pytest.mark.usefixtures("slots")
async def test_a_slot_that_was_only_listed(chat: Chat, said: str) -> None:
    await chat.whisper("张三", "谈心有哪些时段")
    assert (await chat.whisper("张三", said)).startswith("约12月3日（周四）1")
    assert not await Talk.all()


async def test_an_hour_that_is_none_may_be_the_evening(chat: Chat) -> None:
    await chat.whisper("李书记", "开放时段 12月4日19-21点 每人30分钟")
    assert (await chat.whisper("张三", "约谈心 周五七点半 聊实习")).startswith(
        "约12月4日（周五）19:30–20:00（2号）谈心，话题：聊实习，对吗？"
    )
    assert "话题：聊实习" in await chat.whisper("张三", "对")
    assert (await chat.whisper("张三", "谈心改到周五八点")).startswith(
        "把谈心改到12月4日（周五）20:00–20:30（3号）吗？"
    )
    assert "谈心已改到12月4日（周五）20:00–20:30（3号）" in await chat.whisper("张三", "对")
    assert "没有可约的时段" in await chat.whisper("李娜", "约谈心 周五上午七点半")
    assert "已约" in await chat.whisper("李娜", "约谈心 周五晚上七点半")


async def test_what_is_called_by_other_words_is_asked_about(chat: Chat) -> None:
    assert (await chat.whisper("张三", "敬老那个我也去")).startswith(
        "报名2号爱心传递（12月6日周日14:00），给养老院送冬衣吗？"
    )
    assert await chat.whisper("张三", "算了") == "好的，没有登记。"
    assert not await joined()


async def test_one_activity_of_several_by_its_kind(chat: Chat) -> None:
    await chat.whisper("李书记", "发起党课 12月10日19:30 全会精神")
    assert (await chat.whisper("张三", "报名 党课")).startswith("报名2号党课（12月10日周四19:30），全会精神吗？")
    assert "已报名2号党课" in await chat.whisper("张三", "对")
    assert "请带上编号" in await chat.whisper("张三", "报名")


async def test_consent_comes_first(chat: Chat) -> None:
    privacy = chat.settings.privacy.model_copy(update={"consent": True})
    asking = Chat(
        chat.catalogue, chat.settings.model_copy(update={"privacy": privacy}), chat.clock.now(), room="2@room"
    )
    said = await asking.whisper("张三", "养老院那个我也去", id="asked-first")
    assert "同意请回复“同意”" in said and "请再发一次" in said
    assert not await joined()


async def test_a_sign_up_is_no_topic(chat: Chat) -> None:
    assert "报名公益" in await chat.whisper("张三", "爱心传递 12月8日下午2点 我报名")
    assert await Service.all().count() == 2


@pytest.mark.parametrize("said", ["那个练面试的我来吧", "有人要练面试那个 我可以陪练", "认领那个练面试的心愿"])
async def test_a_wish_is_claimed_by_what_it_says(chat: Chat, said: str) -> None:
    assert (await chat.whisper("张三", said)).startswith("认领2号心愿“想有人陪我练一次面试”吗？")
    assert "已认领2号心愿" in await chat.whisper("张三", "对")


async def test_a_wish_is_claimed_by_offering_it(chat: Chat) -> None:
    assert (await chat.whisper("张三", "行测真题我有 我可以借")).startswith("认领1号心愿“想借一本行测真题”吗？")


async def test_which_wish_is_asked_with_what_they_are(chat: Chat) -> None:
    asked = await chat.whisper("张三", "我来认领")
    assert "1号心愿“想借一本行测真题”" in asked and "2号心愿" in asked
    assert "已认领2号心愿" in await chat.whisper("张三", "2")


async def test_the_only_service_is_the_one_that_is_meant(chat: Chat) -> None:
    await chat.whisper("李书记", "取消公益 2")
    await chat.whisper("李书记", "确认")
    assert (await chat.whisper("张三", "公益帮我报上")).startswith(f"报名{FRESH}吗？")


@pytest.mark.parametrize("said", ["公益那个", "讲实习的", "第二个", "2", "就周日那个吧"])
async def test_which_is_answered_by_a_word_of_the_choice_as_well_as_by_its_number(chat: Chat, said: str) -> None:
    await chat.whisper("李书记", "取消公益 2")
    await chat.whisper("李书记", "确认")
    assert "2. 1号公益" in await chat.whisper("张三", "给我报一个")
    assert (await chat.whisper("张三", said)).startswith(f"报名{FRESH}吗？")
