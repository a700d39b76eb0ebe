"""Rows of the kinds that no line of `branch_life` makes."""

from __future__ import annotations

from typing import Any

from models import (
    Account,
    BindingCode,
    BindingKey,
    BindingRequest,
    FullMembership,
    Lesson,
    LessonPicture,
    LessonReading,
    Member,
    Opinion,
    OpinionState,
    Phone,
    PrivacyNotice,
    Report,
    ReportFile,
    Service,
    ServicePicture,
)
from tests.access.branch_life import People
from tests.chat import CHANNEL
from tests.conftest import NOON

PICTURE: dict[str, Any] = {"name": "照片.jpg", "media_type": "image/jpeg", "data": b"\xff\xd8\xff"}


async def further_records(people: People) -> None:
    """Files and pictures, a phone number, a code, a request to be bound, a lesson read, an answered opinion."""
    member, newcomer = await Member.get(name=people.member), await Member.get(name=people.newcomer)
    await Phone.create(member=member, number="13800001111")
    key = await BindingKey.current()
    await BindingCode.create(digest=key.digest(f"{member.id}K7Q2M"), member=member, expires_at=NOON.replace(year=2030))
    await PrivacyNotice.keep("2026-11", "告知的文字，大家都看得到", NOON)
    stranger = await Account.create(channel=CHANNEL, contact=f"wxid-新号{member.id}", friend=True)
    await BindingRequest.create(account=stranger, member=newcomer, asked_at=NOON)
    report = await Report.filter(member_id=member.id).latest("id")
    await ReportFile.create(report=report, position=1, **PICTURE)
    service = await Service.filter(branch_id=member.branch_id).earliest("id")
    await ServicePicture.create(service=service, position=1, **PICTURE)
    lesson = await Lesson.filter(branch_id=member.branch_id).latest("id")
    await LessonPicture.create(lesson=lesson, position=1, **PICTURE)
    await LessonReading.create(lesson=lesson, member=member, read_at=NOON)
    secretary = await Member.get(name=people.secretary)
    await FullMembership.create(member=member, decided_on=NOON.date(), recorded_by=secretary, recorded_at=NOON)
    answered = Opinion.filter(branch_id=member.branch_id, author_id=member.id)
    await answered.update(state=OpinionState.ANSWERED, answer="下次提前", answered_on=NOON.date())
