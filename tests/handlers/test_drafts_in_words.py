"""A report's draft, spoken of as people speak: what is taken out again, what was left out, and that it is finished."""

from __future__ import annotations

import pytest

from bot.messages import File, Kind
from models import DuesPayment, PaymentState, Report, ReportFile, ReportState
from tests.chat import Chat, found_branch

SECRETARY = "李书记"
BODY = "这学期我到电池厂做测试员，一开始挺不适应的，三班倒，站一天腿都肿，师傅是老党员，别人嫌脏的活他都先上。"


@pytest.fixture
async def draft(chat: Chat) -> Chat:
    await found_branch(chat)
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", BODY)
    return chat


async def text() -> str:
    return (await Report.get()).text


@pytest.mark.parametrize(
    "said",
    [
        "那句不是汇报 去掉去掉",
        "啊那句不是汇报 去掉去掉",
        "上一句也删了",
        "刚才那段删掉吧",
        "最后一段去掉",
        "把上面那句删了",
        "删掉刚才那句",
        "刚才那句话不算汇报",
    ],
)
async def test_what_was_said_by_the_way_is_taken_out_in_words(draft: Chat, said: str) -> None:
    await draft.whisper("张三", "我吃个饭 回来接着写")
    assert "“我吃个饭 回来接着写”" in (answer := await draft.whisper("张三", said)), answer
    assert await text() == BODY


async def test_one_piece_after_another_is_taken_out_and_the_rest_handed_in(draft: Chat) -> None:
    await draft.whisper("张三", "先这样 等下还有一段 我吃个饭")
    await draft.whisper("张三", "对了我们车间还有两位老党员")
    assert "已去掉：“对了我们车间还有两位老党员”" in await draft.whisper("张三", "那句不要了")
    assert "已去掉：“先这样" in await draft.whisper("张三", "上一句也删了")
    assert "已提交" in await draft.whisper("张三", "写完啦")
    assert await text() == BODY


async def test_what_is_taken_out_in_words_is_not_taken_out_twice(draft: Chat) -> None:
    await draft.whisper("张三", "我吃个饭 回来接着写")
    await draft.whisper("张三", "上一句删掉")
    assert "已去掉：“这学期我到电池厂" in await draft.whisper("张三", "撤销")
    assert await text() == ""


async def test_a_long_piece_is_named_by_its_beginning(draft: Chat) -> None:
    assert f"已去掉：“{BODY[:20]}…”" in await draft.whisper("张三", "刚才那段不要了")


async def test_a_photo_is_taken_out_in_words(draft: Chat) -> None:
    await draft.send_file("张三", File("微信图片_1.jpg", "image/jpeg", b"\xff\xd8\xff\xe0photo"), Kind.IMAGE)
    assert "已去掉：最后那张照片或文件" in await draft.whisper("张三", "最后一张照片不要了")
    assert not await ReportFile.exists()


async def test_without_a_draft_nothing_is_taken_back_and_how_is_said(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 11月")
    assert "请发送“撤销”" in await chat.whisper("张三", "上一句删掉")
    assert not await DuesPayment.filter(state=PaymentState.VOID).exists()


@pytest.mark.parametrize(
    "done",
    [
        "写完啦",
        "ok 发完了",
        "OK 发完啦",
        "好了 就这些",
        "嗯 写完咯",
        "好 发完了哈",
        "都发完了哈",
        "没啦",
        "好啦",
        "可以提交了",
    ],
)
async def test_that_it_is_finished_is_said_in_many_ways(draft: Chat, done: str) -> None:
    assert "已提交" in (answer := await draft.whisper("张三", done)), answer
    assert await text() == BODY


@pytest.mark.parametrize("more", ["写完这一段才发现还有很多要学", "好啦啦队员的故事", "没啦啦队也能加油鼓劲把活干完"])
async def test_a_sentence_that_only_begins_so_is_part_of_the_report(draft: Chat, more: str) -> None:
    await draft.whisper("张三", more)
    assert await text() == f"{BODY}\n\n{more}"


@pytest.mark.parametrize("asked", ["诶等等 漏了一段 还能加吗", "分几段发行不", "漏了一句还能补吗", "汇报还能加吗"])
async def test_a_question_about_the_draft_is_answered_and_not_written_into_it(draft: Chat, asked: str) -> None:
    assert "接着发就行" in (answer := await draft.whisper("张三", asked)), answer
    assert await text() == BODY


async def test_a_piece_left_out_is_added_without_the_words_around_it(draft: Chat) -> None:
    said = await draft.whisper("张三", "漏了一段 帮我加在后面：以后我会多看多学，争取早点独立上岗")
    if "您是想" in said:
        await draft.whisper("张三", "确认")
    assert (await text()).endswith("\n\n以后我会多看多学，争取早点独立上岗")
    assert "已去掉：“以后我会" in await draft.whisper("张三", "撤销")


async def test_after_handing_in_it_says_how_to_add(draft: Chat) -> None:
    await draft.whisper("张三", "发完了")
    for asked in ("诶等等 漏了一段 还能加吗", "漏了一段 帮我加在后面：以后我会多看多学，争取早点独立上岗"):
        said = await draft.whisper("张三", asked)
        assert "还没批阅" in said and "撤回汇报" in said, said
    assert await text() == BODY and await Report.filter(state=ReportState.SUBMITTED).count() == 1
    await draft.whisper(SECRETARY, "批阅 张三 合格")
    assert "已经批阅合格" in await draft.whisper("张三", "漏了一段 还能加吗")


@pytest.mark.parametrize("asked", ["分几段发行不", "思想汇报现在可以交吗 我分几段发你行不", "可以分几次交吗"])
async def test_before_there_is_a_draft_it_says_how_to_begin(chat: Chat, asked: str) -> None:
    await found_branch(chat)
    assert "可以分几段发" in (answer := await chat.whisper("张三", asked)), answer
    assert not await Report.exists()


@pytest.mark.parametrize("yes", ["发完了", "ok 发完了", "写完啦", "发完啦"])
async def test_finished_answers_whether_a_text_is_the_report(chat: Chat, yes: str) -> None:
    await found_branch(chat)
    letter = f"敬爱的党组织：\n{BODY * 3}"
    assert "要交给书记吗" in await chat.whisper("张三", letter)
    assert "已提交" in (answer := await chat.whisper("张三", yes)), answer
    assert (await Report.get()).text == letter


async def test_a_short_line_says_that_it_was_written_in(draft: Chat) -> None:
    said = await draft.whisper("张三", "我吃个饭 回来接着写")
    assert said.startswith("“我吃个饭 回来接着写”已写进汇报") and "撤销" in said
