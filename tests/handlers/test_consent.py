"""Nothing is recorded of who has not agreed; what they wanted is done when they do."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from tortoise import Tortoise

import handlers
from bot.catalogue import collect
from bot.commands import Catalogue, Role, Where
from bot.consent import keep_notice
from bot.messages import File
from bot.sandbox_branch import furnish
from bot.settings import ConfigurationError, PrivacySettings, Settings
from bot.understanding.reader import Reading
from models import (
    AuditEntry,
    Deed,
    DuesPayment,
    Lesson,
    MatterKind,
    Member,
    OpenMatter,
    Opinion,
    OpinionState,
    PrivacyNotice,
    Report,
    ReportState,
    ServicePart,
    Talk,
    TalkState,
    Wish,
    WishState,
)
from tests.chat import Chat, contact, found_branch
from tests.conftest import NOON
from tests.every_command import ordinary, understanding
from tests.test_every_command import WHO, everybody

COMMANDS = collect(handlers).commands

# Who changes something without having agreed, and why that is no record of a member.
BEFORE_CONSENT = {
    "privacy.agree": "it is the agreement",
    "privacy.refuse": "it refuses it",
    "privacy.delete": "it takes records away, and the agreement with them",
    "undo": "it takes a record away",
    "web.close": "it ends what the sender has open",
    "opinion.withdraw": "it takes the sender's own back",
    "report.withdraw": "it takes the sender's own back",
    "dues.withdraw": "it takes the sender's own back",
    "report.drop": "it takes the last part out of the sender's own draft",
    "talk.cancel": "it ends what the sender has booked",
    "service.leave": "it takes the sender's name off the list",
    "life.sign_off": "it takes the sender's name off the list",
    "wish.give_back": "it takes the sender's name off the wish",
    "wish.remove": "it takes the sender's own back; the committee's reason is no record of a member",
}
# What a command is called that only takes back or ends what is the sender's own.
TAKING_BACK = {"sign_off", "drop", "withdraw", "cancel", "close", "give_back", "remove", "delete"}
# What is written of a message that is only asked back: its number, the trail, the question, and what waits.
OF_THE_MACHINE = {"inbox_message", "audit_entry", "audit_head", "outbox_message", "open_matter"}


@pytest.fixture
async def chat(database: str, catalogue: Catalogue, settings: Settings) -> Chat:
    asking = settings.model_copy(update={"privacy": settings.privacy.model_copy(update={"consent": True})})
    return Chat(catalogue, asking, NOON)


async def records() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that holds records."""
    connection = Tortoise.get_connection("default")
    tables = {model._meta.db_table for model in (Tortoise.apps or {})["models"].values()} - OF_THE_MACHINE
    return {
        table: [dict(row) for row in await connection.execute_query_dict(f'SELECT * FROM "{table}" ORDER BY id')]
        for table in sorted(tables)
    }


async def test_what_waited_is_done_when_they_agree(chat: Chat) -> None:
    await found_branch(chat)
    asked = await chat.whisper("张三", "交党费 11月")
    assert asked.startswith("登记以前，请先看一下：") and asked.endswith("同意后，刚才那条我接着办（10 分钟内）。")
    assert await DuesPayment.all().count() == 0
    assert (await chat.whisper("张三", "同意")).startswith("已登记：2026年11月党费")
    member = await Member.get(name="张三")
    assert (member.consent_version, member.consented_at) == (chat.settings.privacy.version, NOON)
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists()
    trail = [(line.command, line.outcome) async for line in AuditEntry.all().order_by("id")]
    assert trail == [("dues.pay", "asked"), ("dues.pay", "done"), ("privacy.agree", "done")]
    assert (await chat.whisper("张三", "交党费 12月")).startswith("已登记")


async def test_in_the_group_only_that_there_is_something_to_read(chat: Chat) -> None:
    await found_branch(chat)
    said = await chat.say("张三", "交党费 11月")
    assert said == "登记以前要先征得您同意，告知已私聊发给您，请在私聊里回复。"
    assert "回复“同意”" in chat.heard("张三")[0]
    await chat.ignores("张三", "同意")
    assert await Member.filter(consent_version=None).count() == 4
    assert (await chat.whisper("张三", "同意")).startswith("已登记")


async def test_who_is_no_friend_is_told_how_to_read_it(chat: Chat) -> None:
    chat.strangers.add("张三")
    await found_branch(chat)
    assert "请加我为好友" in await chat.say("张三", "交党费 11月")
    assert chat.heard("张三") == []


async def test_refusing_leaves_nothing_and_names_the_offline_way(chat: Chat) -> None:
    await found_branch(chat)
    before = await records()
    await chat.whisper("张三", "交党费 11月")
    said = await chat.whisper("张三", "不同意")
    assert "什么都没有登记" in said and chat.settings.privacy.offline in said
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists()
    changed = {table for table, rows in (await records()).items() if rows != before[table]}
    assert changed == {"deed"}  # so that 撤销 after it takes back nothing older
    assert await Deed.filter(command="privacy.refuse").count() == 1


async def test_queries_are_answered_without_it(chat: Chat) -> None:
    await found_branch(chat)
    assert "党费" in await chat.whisper("张三", "我的")
    assert "没有" in await chat.whisper("张三", "组织生活")


async def test_what_somebody_agreed_to_is_kept_and_shown(chat: Chat, catalogue: Catalogue) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "同意")
    first = chat.settings.privacy
    kept = await PrivacyNotice.get()
    assert (kept.version, kept.text, kept.in_force_at) == (first.version, first.notice, NOON)
    second = first.model_copy(update={"version": "2027", "notice": "新的告知：还要登记您实习的单位。"})
    later = Chat(catalogue, chat.settings.model_copy(update={"privacy": second}), NOON)
    await keep_notice(later.settings, NOON)
    said = await later.hear(later.incoming("张三", "隐私说明", private=True, id="later"))
    assert (
        "新的告知" in said[-1].text
        and f"您以前同意的是 {first.version} 版（11月23日（周一））：{first.notice}" in said[-1].text
    )
    assert await PrivacyNotice.all().count() == 2


async def test_another_text_under_a_version_that_was_used_is_refused(chat: Chat) -> None:
    await keep_notice(chat.settings, NOON)
    await keep_notice(chat.settings, NOON)
    changed = chat.settings.privacy.model_copy(update={"notice": "悄悄换了一份告知的文字。"})
    with pytest.raises(ConfigurationError, match=r"privacy\.version 还是“2026-11”.*改回原来的：为了办支部的事"):
        await keep_notice(chat.settings.model_copy(update={"privacy": changed}), NOON)
    assert (await PrivacyNotice.get()).text == chat.settings.privacy.notice


async def test_who_agreed_before_notices_were_kept_agreed_to_the_one_that_is(chat: Chat) -> None:
    await found_branch(chat)
    earlier = NOON - timedelta(days=40)
    await Member.filter(name="张三").update(consent_version=chat.settings.privacy.version, consented_at=earlier)
    await keep_notice(chat.settings, NOON)
    assert (await PrivacyNotice.get()).in_force_at == earlier


def test_who_changes_the_notice_that_comes_with_the_bot_changes_its_version() -> None:
    digest = hashlib.sha256(PrivacySettings().notice.encode()).hexdigest()[:12]
    assert (PrivacySettings().version, digest) == ("2026-11", "7cdcec22a8c8")


async def test_a_new_version_asks_again(chat: Chat) -> None:
    await found_branch(chat)
    assert "记下了" in await chat.whisper("张三", "同意")
    assert "已经同意过" in await chat.whisper("张三", "同意")
    assert (await chat.whisper("张三", "交党费 11月")).startswith("已登记")
    privacy = chat.settings.privacy.model_copy(update={"version": "2027-01", "notice": "告知改过了，请再看一遍。"})
    newer = Chat(chat.catalogue, chat.settings.model_copy(update={"privacy": privacy}), NOON)
    message = newer.incoming("张三", "交党费 12月", private=True, id="newer-1")
    (asked,) = await newer.hear(message)
    assert "告知改过了" in asked.text
    (done,) = await newer.hear(newer.incoming("张三", "同意", private=True, id="newer-2"))
    assert done.text.startswith("已登记：2026年12月党费")


async def test_an_unsure_reading_is_still_asked_about(chat: Chat) -> None:
    await found_branch(chat)
    assert "登记以前" in await chat.whisper("张三", "交挡费 11月")
    assert "您是想" in await chat.whisper("张三", "同意")
    assert (await chat.whisper("张三", "确认")).startswith("已登记")


async def test_after_ten_minutes_it_has_to_be_said_again(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交党费 11月")
    assert "记下了" in await chat.at("2026-11-23 12:11").whisper("张三", "同意")
    assert await DuesPayment.all().count() == 0


async def test_a_file_is_not_kept_for_it(chat: Chat) -> None:
    await found_branch(chat)
    file = File("汇报.txt", "text/plain", ("敬爱的党组织：" + "这个月学到很多。" * 20).encode())
    assert (await chat.send_file("张三", file)).endswith("同意后，刚才那条请再发一次。")
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists() and await Report.all().count() == 0


async def test_what_is_anonymous_stays_so(chat: Chat) -> None:
    await found_branch(chat)
    assert (await chat.whisper("张三", "匿名意见 希望周末开会")).endswith("请再发一次。")
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists()
    line = await AuditEntry.get()
    assert (line.member_id, line.conversation, line.outcome) == (None, "", "asked")


async def test_who_is_bound_is_asked_at_once(chat: Chat) -> None:
    branch = await found_branch(chat)
    await Member.create(
        name="赵敏", student_no="20239999", branch=branch, category="full", dues_from="2026-11", created_at=NOON
    )
    await chat.whisper("赵敏", "绑定 赵敏 20239999")
    await chat.whisper("李书记", "同意")
    await chat.whisper("李书记", "同意绑定 赵敏")
    assert "回复“同意”" in chat.heard("赵敏")[-1]
    assert "记下了" in await chat.whisper("赵敏", "同意")


async def test_nothing_is_recorded_of_who_has_not_agreed(chat: Chat) -> None:
    """For every command there is, queries too: it records nothing, or stands above with its reason."""
    await everybody(chat)
    await Lesson.create(section="前沿热点", title="一课", text="正文", published_at=NOON)
    reader = understanding(chat)
    before = await records()
    asked = set()
    for command in COMMANDS.values():
        reader.told = Reading(command.name, ordinary(command, whole=True))
        if command.role > Role.GUEST and command.name not in BEFORE_CONSENT:
            private = command.where is not Where.IN_ANY_GROUP
            await chat.hear(chat.incoming(WHO[command.role], "…", private=private, addressed=True))
            assert await records() == before, command.name
        if command.needs_consent:
            asked.add(command.name)
    changing = {name for name, command in COMMANDS.items() if command.changes and command.role > Role.GUEST}
    assert changing - asked == BEFORE_CONSENT.keys()
    trail = {line.command: line.outcome async for line in AuditEntry.all()}
    assert {name: trail[name] for name in asked} == dict.fromkeys(asked, "asked")
    assert {line.conversation async for line in AuditEntry.all()} <= {*map(contact, WHO.values()), chat.room, ""}


async def test_what_only_takes_back_or_ends_is_never_held_up() -> None:
    """Who does not agree any more has to be able to get out of everything."""
    own = {name for name, one in COMMANDS.items() if one.changes and one.role is Role.MEMBER}
    taking_back = {name for name in own if name.partition(".")[2] in TAKING_BACK}
    assert taking_back and not {name for name in taking_back if COMMANDS[name].needs_consent}


async def test_who_does_not_agree_any_more_gets_out_of_everything(chat: Chat) -> None:
    await found_branch(chat)
    await Member.all().update(consent_version=chat.settings.privacy.version)
    await chat.whisper("李书记", "开放谈心 11月25日 14:00-16:00 每人30分钟")
    await chat.whisper("李书记", "发起公益 周六上午9点 社区清洁 2人")
    await chat.whisper("李娜", "微心愿 想借本行测书")
    report = "敬爱的党组织：" + "这个季度我在实习单位参加了生产线的调试，认真学习了党的创新理论，" * 8
    for said in (
        "约谈心 1号",
        "报名公益 1",
        "认领 1",
        "微心愿 想借一个三脚架",
        "提意见 周末开会",
        f"思想汇报：{report}",
    ):
        assert "登记以前" not in await chat.whisper("张三", said)
    rows = {"talk": Talk, "service": ServicePart, "opinion": Opinion, "report": Report}
    assert {name: await model.all().count() for name, model in rows.items()} == dict.fromkeys(rows, 1)
    await Member.filter(name="张三").update(consent_version=None)
    assert (await Talk.get()).state is TalkState.BOOKED
    for said in ("取消谈心", "退出公益 1", "放弃认领 1", "撤下心愿 2", "撤回意见 1", "撤回汇报", "退出网页"):
        assert "登记以前" not in await chat.whisper("张三", said), said
    assert (await Talk.get()).state is TalkState.CANCELLED and (await ServicePart.get()).left_at == NOON
    assert [wish.state async for wish in Wish.all().order_by("number")] == [WishState.OPEN, WishState.REMOVED]
    assert (await Opinion.get()).state is OpinionState.WITHDRAWN
    assert (await Report.get()).state is ReportState.WITHDRAWN
    assert "登记以前" in await chat.whisper("张三", "提意见 周末开会")


async def test_the_people_of_the_sandbox_have_agreed_and_newcomers_are_asked(chat: Chat) -> None:
    await furnish(chat.settings.sandbox, "wechaty", NOON, chat.settings.privacy.version)
    assert await Member.filter(consent_version=None).values_list("name", flat=True) == ["吴昊"]
    assert await Member.filter(consented_at=NOON).count() == await Member.all().count() - 1


async def test_a_day_whose_hour_is_missing_waits_for_the_agreement(chat: Chat) -> None:
    await found_branch(chat)
    assert "同意请回复" in await chat.whisper("张三", "爱心传递 12月8日 给养老院送冬衣 6人")
    said = [one.text for one in await chat.hear(chat.incoming("张三", "同意", private=True))]
    assert any("还差12月8日（周二）几点" in text for text in said), said


async def test_who_agreed_before_and_no_longer_does_withdraws_it_at_once(chat: Chat) -> None:
    await found_branch(chat)
    await Member.all().update(consent_version=chat.settings.privacy.version, consented_at=NOON)
    await chat.whisper("张三", "交党费 10月")
    chat.heard("李书记")
    said = await chat.whisper("张三", "不同意")
    assert "您的同意已撤回" in said and "书记已知道" in said and chat.settings.privacy.offline in said
    assert "以前登记的还在" in said and "删除我的信息" in said
    assert any("张三撤回了同意" in told for told in chat.heard("李书记"))
    assert "同意请回复" in await chat.whisper("张三", "交党费 11月")
    assert await DuesPayment.all().count() == 1
    assert "2026年11月党费" in await chat.whisper("张三", "同意")
    assert await DuesPayment.all().count() == 2


async def test_who_agreed_to_an_earlier_notice_and_refuses_the_new_one_withdraws_that_too(chat: Chat) -> None:
    await found_branch(chat)
    await Member.all().update(consent_version="2025-01", consented_at=NOON)
    await chat.whisper("张三", "交党费 11月")
    assert "您的同意已撤回" in await chat.whisper("张三", "不同意")
    assert (await Member.get(name="张三")).consent_version is None
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists()


async def test_where_it_was_given_in_writing_it_ends_by_the_command_that_is_named(chat: Chat) -> None:
    chat = Chat(chat.catalogue, chat.settings.model_copy(update={"privacy": PrivacySettings(consent=False)}), chat.now)
    await found_branch(chat)
    assert "请发送“撤回同意”" in await chat.whisper("张三", "不同意")
    assert "并撤回同意吗？" in await chat.whisper("张三", "撤回同意")
