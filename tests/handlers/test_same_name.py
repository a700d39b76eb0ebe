"""Two members of one name in a branch: each is told apart by the end of the student number."""

from __future__ import annotations

from models import Account, Branch, Category, Member
from tests.chat import Chat, contact, found_branch

REPORT = "思想汇报：" + "这个季度我在实习单位参加了生产线的调试，认真学习了党的创新理论，" * 8


async def two_of_a_name(chat: Chat) -> Branch:
    """Who writes as 张三 is 20230002; the other 张三, 20230015, has no account."""
    branch = await found_branch(chat)
    await Member.create(
        name="张三",
        student_no="20230015",
        branch=branch,
        category=Category.FULL,
        dues_from="2026-09",
        created_at=branch.created_at,
    )
    return branch


async def test_a_name_of_two_is_asked_back_with_both_numbers(chat: Chat) -> None:
    await two_of_a_name(chat)
    answer = await chat.whisper("李书记", "看看 张三")
    assert "1 张三（尾号0002）\n2 张三（尾号0015）" in answer and "例如：张三0002" in answer
    assert "微信：未绑定" in await chat.whisper("李书记", "2")


async def test_the_end_of_the_number_and_the_whole_number_mean_one(chat: Chat) -> None:
    await two_of_a_name(chat)
    await chat.whisper("张三", "交党费 11月 0.2")
    assert "没有待确认" in await chat.whisper("李书记", "确认党费 张三0015 11月")
    for said in ("张三（尾号0002）", "20230002", "张三20230002", "张三 尾号0002"):
        assert "已确认" in await chat.whisper("李书记", f"确认党费 {said} 11月")
        await chat.whisper("李书记", "撤销")
    assert "没有找到" in await chat.whisper("李书记", "看看 张三9999")
    assert "没有找到" in await chat.whisper("李书记", "看看 王强0002")


async def test_every_line_to_type_names_one_of_them(chat: Chat) -> None:
    await two_of_a_name(chat)
    await chat.whisper("张三", "交党费 11月 0.2")
    await chat.whisper("张三", REPORT)
    told = "\n".join(chat.heard("李书记"))
    assert "批阅 张三（尾号0002） 合格" in told
    todo = await chat.whisper("李书记", "待办")
    assert "确认党费 张三（尾号0002） 11月" in todo and "批阅 张三（尾号0002） 合格" in todo
    assert "王强（尾号" not in await chat.whisper("李书记", "谁还没交党费")
    assert "已确认" in await chat.whisper("李书记", "确认党费 张三（尾号0002） 11月")
    assert "已批阅" in await chat.whisper("李书记", "批阅 张三（尾号0002） 合格 写得实在")


async def test_who_asks_to_be_bound_is_told_apart(chat: Chat) -> None:
    await two_of_a_name(chat)
    await chat.whisper("新来的", "绑定 张三 20230015")
    assert "同意绑定 张三（尾号0015）" in await chat.whisper("李书记", "待办")
    assert "没有" in await chat.whisper("李书记", "同意绑定 张三0002")
    await chat.whisper("李书记", "同意绑定 张三（尾号0015）")
    assert (await Member.get(student_no="20230015")).id == await _bound("新来的")


async def _bound(who: str) -> int | None:
    account = await Account.get(contact=contact(who))
    return account.member_id
