"""What the database holds of a column is sealed, or it stands on a list of what may be plain, with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tortoise.exceptions import FieldError
from tortoise.fields import BinaryField, Field, JSONField, TextField
from tortoise.models import Model

from bot.encryption.rows import columns
from models import Branch, Category, Member, OpenMatter, Report, ReportFile, ReportState, Talk, TalkState
from models.keyring import HEAD, Key, Keyring, Unopenable
from models.sealed import SealedField, unlock, unlocked
from tests.conftest import NOON
from tests.handlers.stored import everything_stored
from tests.test_models import MODELS

FREE = (TextField, JSONField, BinaryField)  # kinds of columns that can hold what somebody wrote
PLAIN = {
    "audit_entry.detail": "months, numbers, names of tables: no word of anybody's, and never written again",
    "audit_entry.subjects": "ids of members",
    "bulletin.text": "published to groups",
    "disclosure.text": "published to the branch",
    "erasure.deleted": "counts",
    "erasure.kept": "counts",
    "lesson.summary": "published, and searched",
    "lesson.text": "published, and searched",
    "lesson_picture.data": "published",
    "outbox_message.mentions": "ids of contacts, as in its other columns",
    "privacy_notice.text": "the operator's own, shown to everybody",
    "published_notice.text": "published to groups",
    "service.result": "published to the group",
}
# Columns of one line that hold what somebody wrote; the others hold names, numbers, codes and times.
LINES = {"report_file.name", "service_picture.name", "outbox_message.file_name", "opinion.seal", "wish.seal"}
SECRET = "家里有事，心里难受"


def free_columns() -> dict[str, Field[Any]]:
    found = {}
    for model in MODELS:
        for name, field in model._meta.fields_map.items():
            if isinstance(field, (*FREE, SealedField)):
                found[f"{model._meta.db_table}.{field.source_field or name}"] = field
    return found


def test_every_free_column_is_sealed_or_has_a_reason_to_be_plain() -> None:
    found = free_columns()
    plain = {purpose for purpose, field in found.items() if not isinstance(field, SealedField)}
    assert plain - PLAIN.keys() == set(), "seal these, or say in PLAIN why they may be read by whoever has the database"
    assert PLAIN.keys() - plain == set(), "these are plain no longer, or gone"
    assert found.keys() - plain >= LINES


async def test_every_sealed_column_is_sealed_anew_with_the_others(database: str) -> None:
    purposes = [column.purpose for column in columns()]
    assert sorted(purposes) == sorted(free_columns().keys() - PLAIN.keys()) and purposes[-1] == "sealed_column.proof"


@pytest.fixture
async def member(database: str) -> Member:
    branch = await Branch.create(name="支部", path="学校/支部", created_at=NOON)
    full: dict[str, Any] = {"branch": branch, "category": Category.FULL, "dues_from": "2026-09", "created_at": NOON}
    return await Member.create(name="张三", student_no="1", **full)


async def written(member: Member) -> tuple[Talk, Report, ReportFile, OpenMatter]:
    talk = await Talk.create(
        branch_id=member.branch_id,
        host=member,
        member=member,
        start=NOON,
        end=NOON,
        topic=SECRET,
        state=TalkState.BOOKED,
        booked_at=NOON,
    )
    report = await Report.create(member=member, period="2026-Q4", state=ReportState.DRAFT, text=SECRET, started_at=NOON)
    file = await ReportFile.create(
        report=report, position=0, name=f"{SECRET}.docx", media_type="text/plain", data=SECRET.encode()
    )
    values = {"text": SECRET, "numbers": [1, None, True]}
    matter = await OpenMatter.create(kind="confirmation", opens_at=NOON, closes_at=NOON, content=values)
    return talk, report, file, matter


async def test_the_program_reads_what_it_wrote_and_the_database_does_not(member: Member) -> None:
    talk, report, file, matter = await written(member)
    assert (await Talk.get(id=talk.id)).topic == SECRET
    assert (await Report.get(id=report.id).only("id", "text")).text == SECRET
    read = await ReportFile.get(id=file.id).select_related("report")
    assert (read.name, read.data, read.report.text) == (f"{SECRET}.docx", SECRET.encode(), SECRET)
    assert (await OpenMatter.get(id=matter.id)).content == {"text": SECRET, "numbers": [1, None, True]}
    assert await Report.all().values_list("text", flat=True) == [SECRET]
    stored = await everything_stored()
    for trace in (SECRET, repr(SECRET.encode())[2:-1], json.dumps(SECRET)[1:-1], "家里"):
        assert trace not in stored
    assert "张三" in stored


async def test_every_way_of_writing_seals(member: Member) -> None:
    _, report, _, _ = await written(member)
    report.text = f"{SECRET}一"
    await report.save()
    assert (await Report.get()).text == f"{SECRET}一"
    await Report.filter(id=report.id).update(text=f"{SECRET}二")
    assert (await Report.get()).text == f"{SECRET}二"
    report.text = f"{SECRET}三"
    await Report.bulk_update([report], ["text"])
    assert (await Report.get()).text == f"{SECRET}三"
    await report.update_from_dict({"text": f"{SECRET}四"}).save()
    assert (await Report.get()).text == f"{SECRET}四"
    more = Report(member=member, period="2026-Q3", state=ReportState.DRAFT, text=SECRET, started_at=NOON)
    await Report.bulk_create([more])
    assert (await Report.get(period="2026-Q3")).text == SECRET
    assert SECRET not in await everything_stored()


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "hy1:", "hy1:0123abcd:AAAA", "😀" * 5000])
async def test_any_text_comes_back(member: Member, text: str) -> None:
    await Report.create(member=member, period="2026-Q4", state=ReportState.DRAFT, text=text, started_at=NOON)
    assert (await Report.get()).text == text


async def test_what_may_not_be_null_is_refused_as_elsewhere(member: Member) -> None:
    with pytest.raises(ValueError, match="text is non nullable field"):
        await Report.create(member=member, period="2026-Q4", state=ReportState.DRAFT, text=None, started_at=NOON)


async def test_a_stolen_token_sent_as_a_file_is_not_opened(member: Member) -> None:
    _, report, _, _ = await written(member)
    stolen = unlocked().seal("别人的汇报".encode(), "report_file.data")
    file = await ReportFile.create(report=report, position=1, name="a", media_type="text/plain", data=stolen)
    assert (await ReportFile.get(id=file.id)).data == stolen


@pytest.mark.parametrize("how", ["text", "text__in", "text__icontains", "text__startswith", "text__not", "text__gte"])
async def test_nothing_can_be_looked_for_in_a_sealed_column(member: Member, how: str) -> None:
    await written(member)
    with pytest.raises(FieldError, match=f"Unknown filter param '{how}'"):
        await Report.filter(**{how: [SECRET] if how.endswith("in") else SECRET})
    with pytest.raises(FieldError):
        await ReportFile.filter(**{f"report__{how}": SECRET})
    assert await Report.filter(text__isnull=False).count() == 1 and await Report.exists(text__isnull=True) is False


def _moved(model: type[Model], name: str) -> str:
    return str(model._meta.fields_map[name].to_db_value(SECRET, None))


async def test_a_token_opens_in_its_own_column_alone(member: Member) -> None:
    column = Report._meta.fields_map["text"]
    assert column.to_python_value(_moved(Report, "text")) == SECRET
    with pytest.raises(Unopenable, match=r"report\.text: not what was sealed"):
        column.to_python_value(_moved(Report, "comment"))


@pytest.mark.parametrize("place", [0, HEAD, -1])
async def test_a_changed_token_is_not_opened(member: Member, place: int) -> None:
    column = ReportFile._meta.fields_map["data"]
    token = bytearray(column.to_db_value(b"\0" * 20, None))
    token[place] ^= 1
    with pytest.raises(Unopenable):
        column.to_python_value(bytes(token))


async def test_with_another_key_nothing_is_opened_and_no_error_tells_what_was_there(member: Member) -> None:
    ours = unlocked()
    await written(member)
    unlock(Keyring([Key.new()]))
    try:
        with pytest.raises(Unopenable, match=r"^report\.\w+: the key [0-9a-f]{8} is not at hand$"):
            await Report.all()
    finally:
        unlock(ours)


def test_a_key_is_never_shown() -> None:
    key = Key.new()
    assert Key.read(key.text) == key and key.id in repr(key)
    assert key.text not in repr(key) and repr(key.secret) not in repr(key)
    for wrong in ("", "short", "密钥", key.text[:-4], key.text + key.text):
        with pytest.raises(ValueError, match="a key is 32 bytes in URL-safe base64"):
            Key.read(wrong)
