"""思想汇报, as members and the secretary write."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest

from bot.messages import File, Kind
from bot.understanding.values import SHANGHAI
from models import AuditEntry, Category, MatterKind, Member, OpenMatter, Post, Report, ReportFile, ReportState
from models.report import period_before, period_end, period_label, period_of, period_start
from tests.chat import Chat, contact, found_branch

BODY = "敬爱的党组织：这个月我在苏州的车间轮岗，带班师傅是老党员，他加班从不叫苦，让我明白了先锋模范四个字的分量。"
BETTER = "敬爱的党组织：这一份写得更完整，我结合实习说了学习党章的体会，也说了自己的不足和下一步打算。"
PHOTO = File("微信图片_1.jpg", "application/octet-stream", b"\xff\xd8\xff\xe0" + b"photo")
PDF = File("汇报.pdf", "application/pdf", b"%PDF-1.7\n...")


def docx() -> File:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("word/document.xml", "<w:document/>")
    return File("思想汇报", "application/octet-stream", packed.getvalue())


@pytest.mark.parametrize(
    ("day", "kind", "period", "label", "first", "last"),
    [
        (date(2026, 11, 23), "month", "2026-11", "2026年11月", date(2026, 11, 1), date(2026, 11, 30)),
        (date(2026, 12, 31), "quarter", "2026-Q4", "2026年第四季度", date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), "quarter", "2026-Q1", "2026年第一季度", date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 8, 31), "four_months", "2026-T2", "2026年5–8月", date(2026, 5, 1), date(2026, 8, 31)),
        (date(2028, 2, 29), "month", "2028-02", "2028年2月", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_periods(day: date, kind: str, period: str, label: str, first: date, last: date) -> None:
    assert period_of(day, kind) == period
    assert period_label(period) == label
    assert (period_start(period), period_end(period)) == (first, last)


def test_the_period_before_the_first_of_a_year_is_the_last_of_the_year_before() -> None:
    assert [period_before(period) for period in ("2026-01", "2026-Q1", "2026-T1")] == ["2025-12", "2025-Q4", "2025-T3"]


async def test_a_report_in_one_message_and_its_approval(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.whisper("李娜", f"思想汇报：{BODY}")
    assert "2026年第四季度" in answer and "待书记批阅" in answer
    (told,) = chat.heard("李书记")
    assert "李娜" in told and "看汇报 李娜" in told and "车间" not in told

    read = await chat.whisper("李书记", "看汇报 李娜")
    assert BODY in read and "批阅 李娜" in read
    chat.heard("李娜")
    assert "合格" in await chat.whisper("李书记", "批阅 李娜 合格 写得实在")
    (said,) = chat.heard("李娜")
    assert "合格" in said and "写得实在" in said
    assert "写得实在" in await chat.whisper("李娜", "我的汇报")
    assert "不用再交" in await chat.whisper("李娜", f"思想汇报：{BETTER}")
    assert "已经批阅过" in await chat.whisper("李娜", "撤回汇报")


async def test_a_report_in_the_group_is_filed_and_never_repeated(chat: Chat) -> None:
    await found_branch(chat)
    message = chat.incoming("张三", "交思想汇报 这个月项目上线，我主动承担了夜间值守，践行了党员责任。")
    (answer,) = [said.text for said in await chat.hear(message) if said.room]
    assert answer.count("撤回汇报") == 1 and answer.count("两分钟内撤回") == 1 and "值守" not in answer
    # The advised recall does not take the report back.
    assert await chat.hear(chat.incoming("张三", "", kind=Kind.RECALL, recalled=message.id)) == []
    report = await Report.get()
    assert report.state is ReportState.SUBMITTED and report.text.startswith("这个月项目上线")
    assert not any("值守" in said.text for said in chat.wire.sent)


async def test_one_advice_to_recall_does_for_a_report_with_a_number(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.say("张三", "交思想汇报 这个月项目上线，我主动承担了夜间值守，有事请打 13800001111。")
    assert answer.count("两分钟内撤回") == 1
    assert "已撤回您的2026年第四季度思想汇报" in await chat.say("张三", "撤销")
    assert (await Report.get()).state is ReportState.WITHDRAWN


async def test_a_draft_of_texts_photos_and_files(chat: Chat) -> None:
    await found_branch(chat)
    assert "直接把文字、文件" in await chat.whisper("王强", "交思想汇报")
    assert "共 10 字" in await chat.whisper("王强", "第一段，我在广州实习")
    assert "第 1 页" in await chat.send_file("王强", PHOTO, Kind.IMAGE)
    assert "文字 10 字、照片 1 张、PDF 1 份" in await chat.send_file("王强", PDF)
    assert "已收到（Word 文件）" in await chat.send_file("王强", docx())
    await chat.whisper("王强", "第二段，感触很深。")
    answer = await chat.whisper("王强", "发完了")
    assert "文字 19 字、照片 1 张、PDF 1 份、Word 文件 1 份" in answer
    report = await Report.get()
    assert report.text == "第一段，我在广州实习\n\n第二段，感触很深。" and report.claim == f"{report.member_id}:2026-Q4"
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists()

    await chat.whisper("李书记", "看王强的汇报")
    names = [file.name for file in chat.files("李书记")]
    assert names == ["王强_2026-Q4_1.jpg", "王强_2026-Q4_2.pdf", "王强_2026-Q4_3.docx"]
    assert chat.files("李书记")[0].data == PHOTO.data


async def test_a_file_without_a_draft_opens_one_and_a_wrong_one_is_named(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.send_file("张三", PDF)
    assert "已收到（PDF）" in answer and "2026年第四季度" in answer
    refused = await chat.send_file("张三", File("汇报.docx", "application/msword", b"MZ\x90 no document"))
    assert "打不开，没有收下" in refused
    whole = docx()
    broken = File("思想汇报.docx", whole.media_type, whole.data[: len(whole.data) // 2])
    assert "打不开，没有收下" in await chat.send_file("张三", broken)
    old = await chat.send_file("张三", File("汇报.doc", "application/msword", b"\xd0\xcf\x11\xe0 old"))
    assert "旧版 doc 请另存为 docx 再发" in old
    assert await ReportFile.all().count() == 1
    assert "已提交" in await chat.whisper("张三", "发完了")


async def test_too_many_pages_and_too_long_a_draft(chat: Chat) -> None:
    settings = chat.settings.model_copy(
        update={"reports": chat.settings.reports.model_copy(update={"max_files": 1, "max_length": 100})}
    )
    chat = Chat(chat.catalogue, settings, chat.clock.now())
    await found_branch(chat)
    await chat.send_file("张三", PDF)
    assert "最多 1 个" in await chat.send_file("张三", PHOTO)
    await chat.whisper("张三", "字" * 90)
    assert "没有加进去" in await chat.whisper("张三", "字" * 20)
    assert (await Report.get()).text == "字" * 90


async def test_a_short_report_says_how_long_it_is(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.whisper("张三", "思想汇报：最近学习了党章。")
    assert "只有 8 字" in answer and "20" in answer
    assert not await Report.exists()
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", "太短了")
    assert "文字 3 字" in await chat.whisper("张三", "发完了")
    assert (await Report.get()).state is ReportState.DRAFT


async def test_an_expired_draft_has_lost_nothing(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", "这是昨天写的第一段，写到一半就睡着了，明天接着写。")
    chat.at("2026-11-25 12:00")
    assert "草稿：文字" in await chat.whisper("张三", "我的汇报")
    answer = await chat.whisper("张三", "交思想汇报")
    assert "11月23日" in answer and "一点没丢" in answer
    await chat.whisper("张三", "这是第二段。")
    chat.at("2026-11-27 12:00")
    assert "已提交" in await chat.whisper("张三", "发完了")
    assert (await Report.get()).text.endswith("\n\n这是第二段。")


async def test_a_draft_is_opened_from_the_group_only_for_friends(chat: Chat) -> None:
    chat.strangers.add("王强")
    await found_branch(chat)
    assert "私聊" in await chat.say("张三", "@鸿雁 交思想汇报")
    assert "直接把文字" in chat.heard("张三")[0]
    assert "共 6 字" in await chat.whisper("张三", "第一段在这里")
    assert "加我为好友" in await chat.say("王强", "@鸿雁 交思想汇报")


async def test_submitting_again_replaces_after_a_question(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李娜", f"思想汇报：{BODY}")
    assert "替换" in await chat.whisper("李娜", f"思想汇报：{BETTER}")
    assert (await Report.get()).text == BODY
    assert "已提交" in await chat.whisper("李娜", "确认")
    old, new = await Report.all().order_by("id")
    assert (old.state, old.claim) == (ReportState.WITHDRAWN, None)
    assert (new.state, new.text) == (ReportState.SUBMITTED, BETTER)


async def test_a_draft_replaces_after_a_question_too(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李娜", f"思想汇报：{BODY}")
    assert "还没批阅" in await chat.whisper("李娜", "交思想汇报")
    await chat.send_file("李娜", PDF)
    assert "替换" in await chat.whisper("李娜", "发完了")
    assert "PDF 1 份" in await chat.whisper("李娜", "确认")
    assert await Report.filter(state=ReportState.SUBMITTED).count() == 1


async def test_returned_with_a_reason_and_written_again(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("王强", f"思想汇报：{BODY}")
    chat.heard("王强")
    assert "写一句原因" in await chat.whisper("李书记", "退回 王强")
    await chat.whisper("李书记", "退回 王强 太短")
    (said,) = chat.heard("王强")
    assert "太短" in said and "退回" in said
    assert "退回待改（1）：王强" in await chat.whisper("李书记", "谁还没交思想汇报")
    assert "已提交" in await chat.whisper("王强", f"思想汇报：{BETTER}")
    assert "不能再收回" in await chat.whisper("李书记", "撤销")
    assert "重新交了" in chat.heard("李书记")[-2]
    # Taking the new one back lets the returned one stand again, with its reason.
    await chat.whisper("王强", "撤回汇报")
    mine = await chat.whisper("王强", "我的汇报")
    assert "太短" in mine and "重新提交" in mine


async def test_undo_of_a_submission_and_of_a_review(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李娜", f"思想汇报：{BODY}")
    assert "已撤回" in await chat.whisper("李娜", "撤销")
    assert "没有待批阅" in await chat.whisper("李书记", "批阅 李娜 合格")
    await chat.whisper("李娜", f"思想汇报：{BODY}")
    await chat.whisper("李书记", "批阅 李娜 合格")
    assert "已经批阅过" in await chat.whisper("李娜", "撤销")
    chat.heard("李娜")
    assert "待批阅" in await chat.whisper("李书记", "撤销")
    assert "已收回" in chat.heard("李娜")[0]
    report = await Report.get(claim__isnull=False)
    assert report.state is ReportState.SUBMITTED and report.reviewer_id is None


async def test_who_was_told_of_a_report_hears_that_it_was_withdrawn(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李娜", f"思想汇报：{BODY}")
    chat.heard("李书记")
    await chat.whisper("李娜", "撤回汇报")
    assert chat.heard("李书记") == ["李娜撤回了2026年第四季度思想汇报，先不用批阅。"]
    await chat.whisper("李娜", "撤销")
    assert "李娜恢复了撤回的2026年第四季度思想汇报" in chat.heard("李书记")[0]


async def test_one_report_is_reviewed_at_a_time(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", f"思想汇报：{BODY}")
    for said in ("批阅 张三 李娜 合格 好", "批阅 张三、李娜 合格"):
        assert "一条一条发" in await chat.whisper("李书记", said)
    assert await Report.filter(state=ReportState.SUBMITTED).count() == 1


async def test_a_name_in_the_comment_is_no_author(chat: Chat) -> None:
    await found_branch(chat)
    for who in ("张三", "李娜"):
        await chat.whisper(who, f"思想汇报：{BODY}")
    said = await chat.whisper("李书记", "批阅 张三 合格 请多向李娜学习")
    assert "评语：请多向李娜学习" in said and "已批阅：李娜" not in said


async def test_the_secretary_is_told_that_others_review_theirs(chat: Chat) -> None:
    await found_branch(chat)
    assert "待其他委员批阅" in await chat.whisper("李书记", f"思想汇报：{BODY}")
    await chat.whisper("李书记", "撤回汇报")
    assert "待其他委员批阅" in await chat.whisper("李书记", "撤销")


async def test_withdrawing_a_draft_and_nothing(chat: Chat) -> None:
    await found_branch(chat)
    assert "没有待批阅" in await chat.whisper("张三", "撤回汇报")
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", "写错了的一段话")
    assert "作废" in await chat.whisper("张三", "撤回汇报")
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists()
    assert "没有正在写" in await chat.whisper("张三", "发完了")


async def test_in_the_first_days_the_former_period_is_still_open(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2027-01-05 10:00")
    answer = await chat.whisper("李娜", f"思想汇报：{BODY}")
    assert "2026年第四季度" in answer and "这份记为上一期" in answer
    # A second one so soon is a better version of the first.
    assert "2026年第四季度" in await chat.whisper("李娜", f"思想汇报：{BETTER}")
    await chat.whisper("李娜", "算了")
    await chat.whisper("李书记", "批阅 李娜 合格")
    assert "2027年第一季度" in await chat.whisper("李娜", f"思想汇报：{BETTER}")
    chat.at("2027-01-11 10:00")
    assert "2027年第一季度" in await chat.whisper("张三", f"思想汇报：{BODY}")


async def test_nobody_owes_what_ended_before_they_came(chat: Chat) -> None:
    await found_branch(chat)
    await Member.filter(name="李娜").update(created_at=datetime(2027, 1, 2, tzinfo=SHANGHAI))
    chat.at("2027-01-05 10:00")
    assert "2027年第一季度" in await chat.whisper("李娜", f"思想汇报：{BODY}")
    answer = await chat.whisper("李书记", "谁还没交思想汇报")
    former, current = answer.split("\n\n")[:2]
    assert "2026年第四季度" in former and "李娜" not in former
    assert "2027年第一季度" in current and "应交 4，已交 1" in current


async def test_periods_by_category(chat: Chat) -> None:
    reports = chat.settings.reports.model_copy(
        update={"periods": {Category.FULL: "four_months", Category.PROBATIONARY: "month"}}
    )
    chat = Chat(chat.catalogue, chat.settings.model_copy(update={"reports": reports}), chat.clock.now())
    await found_branch(chat)
    assert "2026年9–12月" in await chat.whisper("张三", f"思想汇报：{BODY}")
    assert "2026年11月" in await chat.whisper("李娜", f"思想汇报：{BODY}")
    answer = await chat.whisper("李书记", "谁还没交思想汇报")
    assert "2026年9–12月思想汇报：应交 3，已交 1" in answer and "2026年11月思想汇报：应交 1，全部交齐" in answer


async def test_who_is_missing_names_privately_and_counts_in_the_group(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李娜", f"思想汇报：{BODY}")
    chat.heard("李书记")
    said = await chat.say("李书记", "@鸿雁 谁还没交思想汇报")
    assert "应交 4，已交 1" in said and not any(name in said for name in ("张三", "李娜", "王强"))
    (private,) = chat.heard("李书记")
    assert "没交（3）：李书记、张三、王强" in private and "待批阅（1）：李娜" in private
    assert "2026年第三季度" in await chat.whisper("李书记", "三季度谁没交思想汇报")
    assert "支部委员" in await chat.say("张三", "@鸿雁 谁还没交思想汇报")


async def test_a_month_names_the_quarter_it_lies_in(chat: Chat) -> None:
    await found_branch(chat)
    assert "2026年第四季度" in await chat.whisper("李书记", "谁还没交11月思想汇报")


async def test_reviews_only_by_the_committee_and_never_one_s_own(chat: Chat) -> None:
    await found_branch(
        chat,
        members=(
            ("李书记", Post.SECRETARY, Category.FULL),
            ("赵委员", Post.ORGANISATION, Category.FULL),
            ("陈学院", Post.COLLEGE, Category.FULL),
            ("张三", Post.NONE, Category.FULL),
        ),
    )
    await chat.whisper("李书记", f"思想汇报：{BODY}")
    assert "李书记" in chat.heard("赵委员")[0]
    assert "别的委员" in await chat.whisper("李书记", "批阅 李书记 合格")
    assert "支部委员" in await chat.whisper("张三", "看汇报 李书记")
    refused = await chat.whisper("陈学院", "看汇报 李书记")
    assert "由各支部的书记和委员来办" in refused and "车间" not in refused
    assert "已批阅" in await chat.whisper("赵委员", "批阅 李书记 合格")


async def test_reading_is_kept_in_the_trail_and_silent_in_the_group(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李娜", f"思想汇报：{BODY}")
    chat.heard("李书记")
    said = await chat.say("李书记", "@鸿雁 看汇报 李娜")
    assert "车间" not in said
    assert BODY in "".join(chat.heard("李书记"))
    entry = await AuditEntry.get(command="report.read")
    assert entry.subjects == [(await Member.get(name="李娜")).id]


async def test_the_paper_copy(chat: Chat) -> None:
    await found_branch(chat)
    assert "没有交过" in await chat.whisper("李书记", "没收到纸质 张三")
    await chat.whisper("张三", f"思想汇报：{BODY}")
    chat.heard("张三")
    assert "11月23日" in await chat.whisper("李书记", "收到纸质 张三")
    assert chat.heard("张三") == ["您的2026年第四季度思想汇报的纸质版已收到（11月23日（周一））。"]
    assert (await Report.get()).paper_received_on == date(2026, 11, 23)
    assert "纸质版已收到" in await chat.whisper("张三", "我的汇报")
    chat.heard("张三")
    assert "没有收到" in await chat.whisper("李书记", "没收到纸质 张三")
    assert (await Report.get()).paper_received_on is None
    assert "纸质版还没有收到" in chat.heard("张三")[0]


async def test_what_was_put_into_a_draft_by_mistake(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("张三", "交党费 11月")
    chat.heard("张三")
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", BODY)
    assert "“谁管党费”已写进汇报" in await chat.whisper("张三", "谁管党费")
    dropped = await chat.whisper("张三", "撤销")
    assert "已去掉：“" in dropped and f"文字 {len(BODY)} 字" in dropped
    await chat.send_file("张三", PHOTO, Kind.IMAGE)
    assert f"现在是：文字 {len(BODY)} 字。" in await chat.whisper("张三", "撤销")
    assert "还没有内容" in await chat.whisper("张三", "撤销")
    assert "草稿已作废" in await chat.whisper("张三", "撤销")
    assert "已撤销" in await chat.whisper("张三", "撤销")  # the dues of before


async def test_a_message_of_a_draft_that_was_recalled_is_still_there(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交思想汇报")
    part = chat.incoming("张三", BODY, private=True)
    await chat.hear(part)
    recall = chat.incoming("张三", "", private=True, kind=Kind.RECALL, recalled=part.id)
    assert "还在汇报的草稿里" in "".join(str(said) for said in await chat.hear(recall))
    assert (await Report.get()).text == BODY


async def test_what_was_handed_in_is_undone_as_a_whole(chat: Chat) -> None:
    await found_branch(chat)
    await chat.say("张三", "交党费 11月")
    chat.heard("张三")
    for line in ("交思想汇报", BODY, BODY, "发完了"):
        await chat.whisper("张三", line)
    assert "已撤回您的" in await chat.whisper("张三", "撤销")
    assert "已撤销" in await chat.whisper("张三", "撤销")  # the dues of before


async def test_only_paper_came_in(chat: Chat) -> None:
    await found_branch(chat)
    assert "没有发来电子版的2026年第四季度思想汇报" in await chat.whisper("李书记", "收到纸质 张三")
    assert "只交了纸质版，于11月23日" in await chat.whisper("李书记", "确认")
    assert "这一期不用再发电子版" in chat.heard("张三")[0]
    assert "张三" in (await chat.whisper("李书记", "谁还没交思想汇报")).partition("待批阅")[2]
    shown = await chat.whisper("李书记", "看汇报 张三")
    assert "只交了纸质版" in shown and "，纸质版）" in shown
    assert "没有交" in await chat.whisper("李书记", "没收到纸质 张三")
    assert "更正" in chat.heard("张三")[0]
    assert "没有交过2026年第四季度" in await chat.whisper("李书记", "没收到纸质 张三 2026年第四季度")
    assert "还没有开始" in await chat.whisper("李书记", "收到纸质 张三 2027年第一季度")


async def test_what_is_on_paper_can_be_reviewed_and_sent_as_well(chat: Chat) -> None:
    await found_branch(chat)
    for name in ("张三", "李娜"):
        await chat.whisper("李书记", f"收到纸质 {name}")
        await chat.whisper("李书记", "确认")
    assert "合格" in await chat.whisper("李书记", "批阅 张三 合格")
    assert "已经批阅（合格）" in await chat.whisper("李书记", "没收到纸质 张三")
    assert "已提交" in await chat.whisper("李娜", f"思想汇报：{BODY}")
    [report] = [each for each in await Report.all() if each.text == BODY]
    assert report.paper_received_on == date(2026, 11, 23)


async def test_the_paper_of_the_next_period(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", BODY)
    assert "第四季度" in await chat.whisper("李书记", "收到纸质 张三")
    chat.at("2027-01-20 10:00")
    assert "没有发来电子版的2027年第一季度" in await chat.whisper("李书记", "收到纸质 张三")


async def test_mine_in_the_group_does_not_tell_the_review(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("王强", f"思想汇报：{BODY}")
    await chat.whisper("李书记", "退回 王强 没有结合实习")
    chat.heard("王强")
    said = await chat.say("王强", "/我的汇报")
    assert said == "您本期的思想汇报已交。"
    assert "没有结合实习" in chat.heard("王强")[0]


async def test_the_same_message_twice_is_one_report(chat: Chat) -> None:
    await found_branch(chat)
    message = chat.incoming("李娜", f"思想汇报：{BODY}", private=True)
    assert len([said for said in await chat.hear(message) if said.contact == contact("李娜")]) == 1
    assert await chat.hear(message) == []
    assert await Report.all().count() == 1


async def test_a_letter_without_a_command_is_filed_after_one_question(chat: Chat) -> None:
    await found_branch(chat)
    question = await chat.whisper("王强", BODY)
    assert "这是您的2026年第四季度思想汇报吗" in question and "先锋模范" not in question
    assert not await Report.exists(member__name="王强")
    assert "已提交" in await chat.whisper("王强", "是的")
    assert (await Report.get(member__name="王强")).text == BODY


async def test_a_letter_in_the_group_is_never_repeated_whatever_stands_before_it(chat: Chat) -> None:
    await found_branch(chat)
    for who, said in (
        ("李娜", f" “{BODY}”"),
        ("王强", f"《思想汇报》\n{BODY}"),
        ("张三", BODY.replace("组织", "支部")),
    ):
        answer = await chat.say(who, said)
        assert "已收到" in answer and "撤回" in answer and "先锋模范" not in answer


async def test_who_asks_how_long_it_has_to_be_hears_that(chat: Chat) -> None:
    await found_branch(chat)
    said = await chat.whisper("张三", "最少写多少字")
    assert "至少 20 字" in said and "12月31日" in said and "拍照" not in said


@pytest.mark.parametrize(
    "asked",
    [
        "我思想汇抱写好了 怎么发给你",
        "我写好了 怎么交",
        "思想汇报写好了 怎么发给你",
        "写完了 咋交呀",
        "思想汇报发到哪",
        "思想汇报手写的拍照行吗",
        "我是问能不能拍照片交手写的",
        "汇报可以发word吗",
        "汇报啥时候截止",
    ],
)
async def test_who_asks_how_to_hand_one_in_hears_all_the_ways(chat: Chat, asked: str) -> None:
    await found_branch(chat)
    said = await chat.whisper("张三", asked)
    assert "12月31日" in said and "至少 20 字" in said and "拍照" in said and not await Report.exists()
