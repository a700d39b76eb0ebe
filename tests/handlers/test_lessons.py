"""微课堂 as people use it: published at a level, announced, read, found, and brought by the week's selection."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.commands import Catalogue
from bot.messages import Capabilities, Card, File, Kind
from bot.settings import Settings
from bot.understanding.serialise import dump, load
from bot.understanding.values import SHANGHAI
from bot.vocabulary import reader_of
from models import Account, Branch, Category, Lesson, LessonPicture, Level, Member, Post, Room
from tests.chat import CHANNEL, Chat, contact, found_branch

SECOND = "room-2@chatroom"
LINK = "https://example.org/a"


async def found_college(chat: Chat) -> Branch:
    """A college over two branches with a group each, and one without."""
    await found_branch(chat)
    await found_branch(chat, "软件流动党支部", [("周书记", Post.SECRETARY, Category.FULL)], room=SECOND)
    college = await Branch.create(
        name="信息学院",
        level=Level.COLLEGE,
        path="示范大学/信息学院",
        created_at=datetime(2026, 9, 1, tzinfo=SHANGHAI),
    )
    await Branch.all().exclude(id=college.id).update(parent_id=college.id)
    await Branch.create(
        name="无群支部", path="示范大学/信息学院/无群支部", parent=college, created_at=college.created_at
    )
    elsewhere = await Branch.create(name="外院支部", path="示范大学/信息学院二/外院支部", created_at=college.created_at)
    await Room.create(channel=CHANNEL, room="room-3@chatroom", branch=elsewhere, bound_at=college.created_at)
    teacher = await Member.create(
        name="孙老师",
        student_no="T0001",
        branch=college,
        category=Category.FULL,
        post=Post.COLLEGE,
        dues_from="2026-09",
        created_at=college.created_at,
    )
    await Account.create(
        channel=CHANNEL, contact=contact("孙老师"), member=teacher, friend=True, bound_at=college.created_at
    )
    return college


async def test_a_college_publishes_and_each_group_below_hears_it_once(chat: Chat) -> None:
    await found_college(chat)
    said = await chat.whisper("孙老师", f"发布微课 政策解读 公报要点 {LINK} 十分钟看懂公报")
    assert said == "已发布：1号【政策解读】公报要点，通知 2 个群。要配图，随后私聊发给我。发送“撤销”可收回。"
    told = f"【微课堂】1号【政策解读】公报要点\n十分钟看懂公报\n链接：{LINK}\n看全文发：微课堂 1"
    assert chat.group() == [told] and chat.group(SECOND) == [told] and chat.group("room-3@chatroom") == []
    await chat.tick()
    assert chat.group() == [] and chat.group(SECOND) == []


async def test_where_the_channel_can_it_is_a_card(chat: Chat) -> None:
    chat.wire.capabilities = Capabilities(cards=True)
    await found_college(chat)
    await chat.whisper("孙老师", f"发布微课 政策解读 公报要点 {LINK}")
    (said,) = [said for said in chat.wire.sent if said.room == SECOND]
    assert said.card == Card("公报要点", "微课堂·政策解读\n发“微课堂 1”也能看", LINK)
    await chat.whisper("张三", "微课堂 1")
    assert chat.wire.sent[-1].card == said.card


async def test_what_a_branch_publishes_stays_in_the_branch(chat: Chat) -> None:
    await found_college(chat)
    assert "通知 1 个群" in await chat.whisper("周书记", "发布微课 党员修养 读书笔记 今天读的是……")
    assert len(chat.group(SECOND)) == 1 and chat.group() == []
    assert await chat.whisper("张三", "微课堂 1") == "没有1号课，或已下架。发送“微课堂”看有哪些。"
    assert await chat.whisper("张三", "微课堂") == "微课堂还没有课，敬请期待。"


async def test_in_quiet_hours_the_groups_wait_and_can_be_spared(chat: Chat) -> None:
    await found_college(chat)
    chat.at("2026-11-23 23:00")
    await chat.whisper("孙老师", f"发布微课 政策解读 公报要点 {LINK}")
    assert chat.group() == []
    assert await chat.whisper("孙老师", "撤销") == "已下架：1号【政策解读】公报要点。"
    await chat.at("2026-11-24 09:00").tick()
    assert chat.group() == [] and chat.group(SECOND) == []


async def test_a_lesson_is_read_privately_and_only_its_reader_knows(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", f"发布微课 法律法规 党章新规 {LINK} 第一条 **重点**在这里")
    lesson = await Lesson.get(id=1)
    await LessonPicture.create(lesson=lesson, position=1, name="图一.png", media_type="image/png", data=b"\x89PNG")
    chat.heard("张三")
    said = await chat.whisper("张三", "看第1课")
    assert said == (
        f"【法律法规】党章新规（11月23日周一）\n\n第一条 重点在这里\n\n链接：{LINK}\n\n（图 1 张，随后发来）"
    )
    assert [file.name for file in chat.files("张三")] == ["图一.png"]
    in_group = await chat.say("李娜", "微课堂 1")
    assert in_group == f"1号【法律法规】党章新规\n第一条 重点在这里\n链接：{LINK}\n全文已私聊发给您。"
    assert "第一条" in chat.heard("李娜")[0]

    assert await chat.whisper("张三", "我学过的课") == (
        "您学过的课，共 1 课：\n11月23日（周一） 1号【法律法规】党章新规\n（这份单子只有您自己能看）"
    )
    assert (await chat.whisper("王强", "我学过的课")).startswith("您还没有在这里学过课")
    await chat.say("张三", "我学过的课")
    assert "党章新规" not in chat.group()[-1]


async def test_lists_sections_and_search(chat: Chat) -> None:
    await found_branch(chat)
    for number in range(1, 11):
        await chat.whisper("李书记", f"发布微课 新闻观察 第{number}周要闻 这一周的大事{number}")
    await chat.whisper("李书记", "发布微课 前沿热点 人工智能 机器怎样学习")
    listed = await chat.say("张三", "微课堂")
    assert listed.startswith("微课堂，共 11 课，最新 8 课：\n11号【前沿热点】人工智能\n10号")
    assert listed.endswith("看一课发：微课堂 11；找课发：找课 关键词")
    assert (await chat.say("张三", "微课堂 前沿热点")).startswith("前沿热点，共 1 课：\n11号")
    assert await chat.say("张三", "微课堂 法律法规") == "“法律法规”还没有课。发送“微课堂”看全部。"
    assert (await chat.whisper("张三", "找课 机器 智能")).startswith("找到 1 课：\n11号")
    assert (await chat.whisper("张三", "微课堂搜 要闻")).startswith("找到 10 课，最新 8 课：")
    assert await chat.whisper("张三", "找课 100%没有") == "没有找到。换个词试试，或发送“微课堂”看全部。"


async def test_ordinary_talk_of_lessons_is_ignored(chat: Chat) -> None:
    await found_branch(chat)
    for text in ("微课堂挺好看的", "这节微课不错", "找课代表要作业", "发布微课的时候卡了", "昨天的课你们学了吗"):
        await chat.ignores("张三", text)


async def test_faults_are_told_with_what_to_type(chat: Chat) -> None:
    await found_branch(chat)
    assert "请写明栏目（前沿热点、" in await chat.whisper("李书记", f"发布微课 公报要点 {LINK}")
    assert "请在标题后面写上链接或正文" in await chat.whisper("李书记", "发布微课 政策解读 公报要点")
    assert "标题太长了" in await chat.whisper("李书记", f"发布微课 政策解读 {'长' * 101} {LINK}")
    assert await chat.whisper("李书记", "下架微课 9") == "这不是自己这一级发布的课。发送“微课堂”看编号。"
    assert not await Lesson.exists()


async def test_the_committee_takes_a_lesson_down(chat: Chat) -> None:
    await found_college(chat)
    await chat.whisper("孙老师", f"发布微课 政策解读 公报要点 {LINK}")
    assert "这不是自己这一级" in await chat.whisper("李书记", "下架微课 1")
    said = await chat.whisper("孙老师", "下架微课 1")
    assert said == "已下架：1号【政策解读】公报要点。通知已经发到群里的，收不回来。"
    assert "没有1号课" in await chat.whisper("张三", "微课堂 1")


async def test_the_weeks_selection_goes_out_once_and_only_with_something_new(chat: Chat) -> None:
    college = await found_college(chat)
    await chat.at("2026-11-20 19:00").tick()
    assert chat.group() == []
    at = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
    for title in ("一", "二", "三", "四"):
        await Lesson.create(branch=college, section="政策解读", title=title, text="正文", published_at=at)
    await Lesson.create(branch=None, section="党员修养", title="五", text="正文", published_at=at)
    await chat.at("2026-11-27 18:29").tick()
    assert not any("微课堂" in said for room in (None, SECOND, "room-3@chatroom") for said in chat.group(room))
    await chat.at("2026-11-27 18:30").tick()
    told = "【本周微课堂】\n5号【党员修养】五\n4号【政策解读】四\n3号【政策解读】三\n看一课发：微课堂 5"
    assert chat.group() == [told] and chat.group(SECOND) == [told]
    assert chat.group("room-3@chatroom") == ["【本周微课堂】\n5号【党员修养】五\n看一课发：微课堂 5"]
    await chat.at("2026-11-27 18:31").tick()
    await chat.at("2026-12-04 18:30").tick()
    assert not any("微课堂" in said for room in (None, SECOND) for said in chat.group(room))


@pytest.fixture
def own_sections(settings: Settings, catalogue: Catalogue, database: str) -> Chat:
    lessons = settings.lessons.model_copy(
        update={"sections": ("红色家书", "20大·问答", "mro"), "page": "https://dj.example.edu.cn/"}
    )
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)
    return Chat(catalogue, settings.model_copy(update={"lessons": lessons}), noon)


async def test_a_section_of_ones_own_and_a_page(own_sections: Chat) -> None:
    chat = own_sections
    await found_branch(chat)
    said = await chat.whisper("李书记", "发布微课 红色家书 给母亲的信 亲爱的母亲……")
    assert said.startswith("已发布：1号【红色家书】给母亲的信")
    assert "链接：https://dj.example.edu.cn/lessons/1\n" in chat.group()[0]
    assert (await chat.whisper("张三", "找课 红色家书")).startswith("找到 1 课")
    await chat.whisper("李书记", f"发布微课 政策解读 公报要点 {LINK}")
    listed = "红色家书，共 1 课：\n1号【红色家书】给母亲的信\n看一课发：微课堂 1"
    assert await chat.say("张三", "微课堂 红色家书") == listed
    assert await chat.whisper("张三", "红色家书有哪些") == listed
    assert "已发布：3号【红色家书】清明祭" in await chat.whisper("李书记", f"发布微课 清明祭 红色家书 {LINK}")


def test_a_section_of_ones_own_is_kept_while_something_is_asked(own_sections: Chat) -> None:
    reader = reader_of(own_sections.catalogue, own_sections.settings)
    reading = reader.read(f"发布微课 红色家书 清明祭 {LINK}", now=own_sections.now, private=True)
    kept = dump(reading.values)
    assert kept["section"] == "红色家书"
    assert load(reader.forms["lesson.publish"], kept) == reading.values


async def test_another_schools_section_is_no_word(chat: Chat) -> None:
    await found_branch(chat)
    assert "请写明栏目（前沿热点、" in await chat.whisper("李书记", f"发布微课 红色家书 给母亲的信 {LINK}")


PHOTO = File("IMG_1.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photo")
HEIC = File("IMG_2.heic", "image/heic", b"\x00\x00\x00\x18ftypheic a photo")


async def test_pictures_follow_a_lesson_privately(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发布微课 政策解读 公报要点 今天读的是……")
    assert await chat.send_file("李书记", PHOTO, Kind.IMAGE) == (
        "第 1 张图片已收到，归到：1号【政策解读】公报要点。发送“撤销”可收回。"
    )
    assert "第 2 张" in await chat.send_file("李书记", PHOTO, Kind.IMAGE)
    assert "图 2 张" in await chat.whisper("张三", "微课堂 1")
    assert [file.data for file in chat.files("张三")] == [PHOTO.data, PHOTO.data]
    assert await chat.whisper("李书记", "撤销") == "已收回这张图片：1号【政策解读】公报要点。"
    assert "图 1 张" in await chat.whisper("张三", "微课堂 1")
    assert "只收图片" in await chat.send_file("李书记", HEIC)
    chat.at("2026-11-23 14:01")
    assert "微课" not in await chat.send_file("李书记", PHOTO, Kind.IMAGE)  # a page of a report


async def test_pictures_for_a_lesson_of_earlier(chat: Chat) -> None:
    await found_college(chat)
    await chat.whisper("孙老师", f"发布微课 政策解读 公报要点 {LINK}")
    assert "这不是自己这一级" in await chat.whisper("李书记", "微课配图 1")
    assert "只有支部委员能用" in await chat.whisper("张三", "微课配图 1")
    chat.at("2026-11-25 09:00")
    said = await chat.whisper("孙老师", "微课配图 1")
    assert said == "请在 2 小时内把图片私聊发给我，归到：1号【政策解读】公报要点。现在有 0 张，最多 9 张。"
    for _ in range(9):
        assert "张图片已收到" in await chat.send_file("孙老师", PHOTO, Kind.IMAGE)
    assert "一课最多 9 张图片" in await chat.send_file("孙老师", PHOTO, Kind.IMAGE)
    assert await LessonPicture.all().count() == 9
