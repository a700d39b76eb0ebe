"""What another branch is handed: of each kind what holds, and no draft, nothing taken back, nothing that was told to
their own committee alone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from bot.messages import File
from bot.personal import KINDS
from models import (
    Activity,
    ActivityKind,
    ActivityState,
    Attendance,
    DuesPayment,
    DuesShare,
    DuesStandard,
    FullMembership,
    HalfYearReview,
    Handover,
    Member,
    PaymentState,
    ProbationExtension,
    Report,
    ReportFile,
    ReportState,
    Service,
    ServiceKind,
    ServicePart,
)
from tests.chat import Chat, found_branch
from tests.conftest import NOON
from tests.handlers.branch_records import announced
from tests.handlers.copies import opened

LETTER = "敬爱的党组织：这个月在工地上学到很多，感受很深。" * 20
DRAFT = "这一段还没有想好，先写在这里。"


def whole(file: File) -> str:
    """All that can be read in the papers."""
    data, read, names = opened(file)
    return f"{json.dumps(data, ensure_ascii=False)}\n{read}\n{names}"


async def test_a_draft_is_not_handed_over(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", DRAFT)
    await chat.send_file("张三", File("草稿.docx", "application/octet-stream", b"PK\x03\x04"))
    await ReportFile.create(report=await Report.get(), position=9, name="手写.jpg", media_type="image/jpeg", data=b"x")
    await chat.whisper("李书记", "转出 张三")
    read = whole(chat.files("李书记")[-1])
    assert DRAFT not in read and "手写" not in read and "附件" not in read and "思想汇报" not in read


async def test_a_report_that_was_taken_back_is_not_handed_over(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李娜", f"思想汇报：{LETTER}")
    await chat.whisper("李书记", "转出 李娜")
    assert LETTER[:20] in whole(chat.files("李书记")[-1])
    await chat.whisper("李书记", "撤销")
    await chat.whisper("李娜", "撤回汇报")
    await chat.whisper("李书记", "转出 李娜")
    assert LETTER[:20] not in whole(chat.files("李书记")[-1])


async def test_who_is_taken_off_the_roster_leaves_no_draft_to_the_secretary_either(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "交思想汇报")
    await chat.whisper("张三", DRAFT)
    await Member.filter(name="张三").update(active=False)
    await chat.tick()
    assert DRAFT not in whole(chat.files("李书记")[-1])


async def in_every_state() -> None:
    """Rows of 张三, of each kind that is handed over and in each state: 留 goes with the papers, 藏 does not."""
    await _dues()
    for number, state in enumerate(ReportState, 1):
        stands = state in (ReportState.SUBMITTED, ReportState.APPROVED, ReportState.RETURNED)
        for replaced in (False, True) if stands else (True,):
            mark = "藏" if replaced else "留"
            period = f"2025-{number:02d}"
            claim = None if replaced else Report.claim_of(2, period)
            text = f"{mark}{state.value}"
            report = await Report.create(
                member_id=2, period=period, claim=claim, state=state, text=text, comment=text, started_at=NOON
            )
            name = f"{text}.jpg"
            await ReportFile.create(report=report, position=0, name=name, media_type="image/jpeg", data=text.encode())
    await _took_part()
    by: dict[str, Any] = {"member_id": 2, "recorded_by_id": 1, "recorded_at": NOON}
    for day, voided_at in ((date(2025, 1, 1), None), (date(2025, 2, 2), NOON)):
        mark = "藏" if voided_at else "留"
        await HalfYearReview.create(
            member_id=2, half="2025-H1", text=f"{mark}考察", reviewer_id=1, reviewed_at=NOON, voided_at=voided_at
        )
        await FullMembership.create(decided_on=day, voided_at=voided_at, **by)
        await ProbationExtension.create(until=day, voided_at=voided_at, **by)
        await Handover.create(left_on=day, note=f"{mark}备注", dues_from="2025-01", voided_at=voided_at, **by)


async def _dues() -> None:
    for month, state in zip(("2025-01", "2025-02", "2025-03"), PaymentState, strict=True):
        void = state is PaymentState.VOID
        voided: dict[str, Any] = {"voided_at": NOON, "void_reason": "undone"} if void else {}
        payment = await DuesPayment.create(
            member_id=2, payer_id=2, amount=20, state=state, declared_at=NOON, confirmer_id=None, **voided
        )
        await DuesShare.create(payment=payment, month=month, amount=20, claim=None if void else f"2:{month}")
    of_another = await DuesPayment.create(member_id=3, payer_id=2, amount=777, declared_at=NOON)
    await DuesShare.create(payment=of_another, month="2025-04", amount=777)
    await DuesStandard.create(member_id=2, year=2025, monthly=500, set_by_id=1, set_at=NOON)


async def _took_part() -> None:
    branch = (await Member.get(id=2).select_related("branch")).branch
    for number, state in enumerate(ActivityState, 1):
        activity = await announced(branch, number, ActivityKind.PARTY_DAY, "2025-05-01 19:30", "学习")
        await Activity.filter(id=activity.id).update(state=state)
        await Attendance.create(activity=activity, member_id=2, leave_at=NOON, leave_reason="藏家里有事")
    taken_back = await announced(branch, 9, ActivityKind.PARTY_DAY, "2025-05-02 19:30", "学习")
    await Attendance.create(activity=taken_back, member_id=2)
    for number, (left_at, cancelled_at) in enumerate(((None, None), (NOON, None), (None, NOON)), 1):
        service = await Service.create(
            branch=branch,
            number=number,
            kind=ServiceKind.SERVICE,
            start=NOON,
            topic="清洁",
            organiser_id=1,
            created_at=NOON,
            cancelled_at=cancelled_at,
        )
        await ServicePart.create(service=service, member_id=2, joined_at=NOON, left_at=left_at, minutes=60)


async def test_of_each_kind_what_holds_is_handed_over(chat: Chat) -> None:
    await found_branch(chat)
    await in_every_state()
    await chat.whisper("李书记", "转出 张三 留今天的备注")
    data, read, names = opened(chat.files("李书记")[-1])
    assert {label: len(rows) for label, rows in data.items()} == {
        "名册": 1,
        "党费": 2,
        "党费的月份": 2,
        "党费标准": 1,
        "思想汇报": 3,
        "思想汇报的文件": 3,
        "参加组织生活": 2,
        "参加公益": 1,
        "半年考察": 1,
        "转正": 1,
        "延长预备期": 1,
        "转出转回": 2,
    }
    assert data.keys() == {kind.label for kind in KINDS if kind.handed_over}, "each kind is tried"
    told = f"{json.dumps(data, ensure_ascii=False)}{read}{names}"
    assert "藏" not in told and "家里有事" not in told and "请假原因" not in told and "7.77" not in told
    for stands in ("留submitted", "留approved", "留returned", "留考察", "留备注", "2025-01-01"):
        assert stands in told, stands
    assert "2025-02-02" not in told
    assert [name for name in names if name.startswith("附件/")] == [
        "附件/1_留returned.jpg",
        "附件/2_留approved.jpg",
        "附件/3_留submitted.jpg",
    ]
