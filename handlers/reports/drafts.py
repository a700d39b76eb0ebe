"""A report that arrives in several messages: its draft, and the matter that keeps it open in a private chat.

The matter's content holds the draft's id as ``report``, and as ``parts`` how to take back each message since the draft
was opened, the oldest first: ``{"text": characters before it}`` or ``{"file": its id}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePath

from tortoise.queryset import QuerySet

from bot.commands import Refusal, Request
from bot.formats import FORMATS, Format
from bot.messages import File
from bot.understanding.values import Text
from handlers.reports.attachments import recognise
from models import Deed, MatterKind, OpenMatter, Report, ReportFile, ReportState

TOO_LONG = "这段没有加进去：汇报最多 {most} 字，加上它就有 {length} 字。请精简后再发，或回复“发完了”提交已有的部分。"
TOO_MANY = "这一页没有收下：一份汇报最多 {most} 个文件或照片。回复“发完了”提交已有的部分。"
A_FILE = "最后那张照片或文件"
SHOWN_OF_PART = 20  # characters of what was dropped
PUT_INTO_DRAFTS = ("report.submit", "report.more")

Part = dict[str, int]


async def newest_draft(member_id: int) -> Report | None:
    """The member's latest draft, open or expired: an expired one has lost nothing."""
    return await Report.filter(member_id=member_id, state=ReportState.DRAFT).order_by("-id").first()


async def open_draft(request: Request) -> Report | None:
    """The draft that is open in this private chat, locked, so that pages sent at one moment are all kept."""
    if request.matter is None or request.matter.kind is not MatterKind.REPORT_DRAFT:
        return None
    return await Report.select_for_update().get_or_none(
        id=request.matter.content["report"], member_id=request.me.id, state=ReportState.DRAFT
    )


async def begin(request: Request, period: str) -> Report:
    """A new draft, open from now on."""
    draft = await Report.create(
        member=request.me, period=period, state=ReportState.DRAFT, started_at=request.now, text=""
    )
    await keep_open(request, draft)
    return draft


async def keep_open(request: Request, draft: Report, parts: Sequence[Part] = ()) -> None:
    """Every further private message belongs to `draft`, for `draft_hours` from now; `parts` can be taken back."""
    await shut(request)
    contact = request.sender.contact
    await OpenMatter.create(
        kind=MatterKind.REPORT_DRAFT,
        channel=request.sender.channel,
        conversation=contact,
        contact=contact,
        opens_at=request.now,
        closes_at=request.now + timedelta(hours=request.settings.reports.draft_hours),
        content={"report": draft.id, "parts": list(parts)},
    )


async def close(request: Request, draft: Report) -> None:
    """`draft` is open no more, and what was put into it can no longer be taken back piece by piece."""
    await shut(request)
    await _pieces(request, draft).update(undone_at=request.now)


async def shut(request: Request) -> None:
    """No draft is open for the sender any more."""
    await OpenMatter.filter(
        kind=MatterKind.REPORT_DRAFT, channel=request.sender.channel, contact=request.sender.contact
    ).delete()


async def is_open(request: Request, draft: Report) -> bool:
    """Whether the sender's further private messages would go into `draft`."""
    return await _matter_of(request, draft) is not None


async def _matter_of(request: Request, draft: Report) -> OpenMatter | None:
    matter = await OpenMatter.filter(
        kind=MatterKind.REPORT_DRAFT,
        channel=request.sender.channel,
        contact=request.sender.contact,
        closes_at__gt=request.now,
    ).first()
    return matter if matter is not None and matter.content["report"] == draft.id else None


async def _parts(request: Request, draft: Report) -> list[Part]:
    matter = await _matter_of(request, draft)
    return list(matter.content.get("parts", [])) if matter else []


async def last_part(request: Request, draft: Report) -> Deed | None:
    """What 撤销 takes back while `draft` is open: the last message that was put into it."""
    return await _pieces(request, draft).order_by("-id").first()


def _pieces(request: Request, draft: Report) -> QuerySet[Deed]:
    """What was put into `draft` and has not been taken out."""
    return Deed.filter(member_id=request.me.id, command__in=PUT_INTO_DRAFTS, record=draft.id, undone_at=None)


async def take_back_last(request: Request, draft: Report) -> str | None:
    """Drop what the last message added, and name it; None where nothing that can be dropped was."""
    parts = await _parts(request, draft)
    if not parts:
        return None
    last = parts.pop()
    if "file" in last:
        await ReportFile.filter(id=last["file"], report_id=draft.id).delete()
        dropped = A_FILE
    else:
        dropped = f"“{_beginning(draft.text[last['text'] :].strip())}”"
        draft.text = draft.text[: last["text"]]
        await draft.save(update_fields=["text"])
    await keep_open(request, draft, parts)
    return dropped


def _beginning(text: str) -> str:
    return text if len(text) <= SHOWN_OF_PART else f"{text[:SHOWN_OF_PART]}…"


async def add_text(request: Request, draft: Report, text: Text) -> None:
    """Append a message, a blank line after the one before; raises Refusal where it becomes too long."""
    parts = await _parts(request, draft)
    whole = f"{draft.text}\n\n{text}" if draft.text else str(text)
    most = request.settings.reports.max_length
    if len(whole) > most:
        raise Refusal(TOO_LONG.format(most=most, length=len(whole)))
    before, draft.text = len(draft.text), whole
    await draft.save(update_fields=["text"])
    await keep_open(request, draft, [*parts, {"text": before}])


async def add_file(request: Request, draft: Report, file: File) -> tuple[int, Format]:
    """Append a page; returns its number and format. Raises Refusal where it cannot be taken."""
    form, parts = recognise(file), await _parts(request, draft)
    position = await ReportFile.filter(report_id=draft.id).count() + 1
    most = request.settings.reports.max_files
    if position > most:
        raise Refusal(TOO_MANY.format(most=most))
    page = await ReportFile.create(
        report=draft,
        position=position,
        name=f"{PurePath(file.name).stem[:100]}{form.suffix}",
        media_type=form.media_type,
        data=file.data,
    )
    await keep_open(request, draft, [*parts, {"file": page.id}])
    return position, form


async def contents(report: Report) -> str:
    """文字 320 字、照片 2 张、PDF 1 份; 纸质版 where nothing else came in, 还没有内容 where nothing did."""
    parts = [f"文字 {length(report.text)} 字"] if report.text else []
    counts: dict[str, int] = {}
    for media_type in await ReportFile.filter(report_id=report.id).values_list("media_type", flat=True):
        word = FORMATS[str(media_type)].word
        counts[word] = counts.get(word, 0) + 1
    parts += [f"{word} {count} {'张' if word == '照片' else '份'}" for word, count in counts.items()]
    return "、".join(parts) or ("纸质版" if report.paper_received_on else "还没有内容")


async def has_only_paper(report: Report) -> bool:
    """Whether a report that stands was never sent, only handed over."""
    return not report.text and not await ReportFile.exists(report_id=report.id)


def length(text: str) -> int:
    """How many characters a text has for those who write it: spaces and line breaks are none."""
    return len("".join(text.split()))
