"""会议纪要：a Word file of what was held, who came and what they said; private."""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, command
from bot.messages import File
from bot.storable import clean
from bot.understanding.values import SHANGHAI, Number
from bot.word import MEDIA_TYPE, add_table, content, document
from bot.wording import in_group, join, when
from handlers.life.wording import counts, numbered, quorum, title
from models import Activity, ActivityNote, Branch
from models.activity import Tally, latest, tally

DONE = "{title}的纪要，请核对后存档。"
NOTHING_HELD = in_group("还没有开过的活动。请写上编号，例如：会议纪要 3")
NOT_YET = "{title}还没有开始，开完后再发：会议纪要 {number}"
HEADING = "{branch}{kind}纪要"
FILE_NAME = "{kind}纪要_{day}_{number}号.docx"
NO_NOTES = "（没有发言心得）"


@command(
    "life.minutes",
    "(会议纪要|会议记录|活动纪要|活动记录)",
    "(会议纪要|会议记录|活动纪要|活动记录) (正文|全文|文件)",
    "(导出|生成) (会议纪要|会议记录|纪要)",
    "@纪要",
    role=Role.COMMITTEE,
    changes=False,
    help="会议纪要 3 — 得到活动的纪要文件",
)
async def minutes(request: Request, number: Number | None = None) -> Reply:
    """The minutes of the activity named, else of the latest, as a .docx."""
    branch = request.my_branch
    activity = await numbered(request, number) if number is not None else await latest(branch.id, request.now)
    if activity is None:
        raise Refusal(NOTHING_HELD)
    if activity.start > request.now:
        raise Refusal(in_group(NOT_YET, title=title(activity), number=activity.number))
    await activity.fetch_related("organiser")
    result = await tally(activity)
    notes = await ActivityNote.filter(activity_id=activity.id, voided_at=None).order_by("id").select_related("member")
    day = f"{activity.start.astimezone(SHANGHAI):%Y-%m-%d}"
    # Nothing that a person typed goes into the name of a file.
    name = FILE_NAME.format(kind=activity.kind.label, day=day, number=activity.number)
    return Reply(
        private=DONE.format(title=title(activity)),
        file=File(name, MEDIA_TYPE, _written(branch, activity, result, notes)),
        subjects=[member.id for member in result.expected],
    )


def _written(branch: Branch, activity: Activity, result: Tally, notes: list[ActivityNote]) -> bytes:
    heading = HEADING.format(branch=branch.name, kind=activity.kind.label)
    paper = document(heading, branch.name)
    add_table(paper, _rows(activity, result))
    paper.add_heading("发言与心得", level=2)
    for note in notes:
        paragraph = paper.add_paragraph()
        paragraph.add_run(f"{note.member.name}：").bold = True
        paragraph.add_run(clean(note.text))
    if not notes:
        paper.add_paragraph(NO_NOTES)
    return content(paper)


def _rows(activity: Activity, result: Tally) -> list[tuple[str, str]]:
    start = activity.start.astimezone(SHANGHAI)
    rows = [
        ("类别", activity.kind.label),
        ("时间", f"{start.year}年{when(start)}"),
        ("主题", activity.topic),
        ("召集人", activity.organiser.name),
        ("人数", counts(result)),
        ("应到", join(member.name for member in result.expected)),
        ("实到", join(member.name for member in result.present)),
        ("请假", join(member.name for member in result.on_leave)),
        ("缺席", join(member.name for member in result.absent)),
    ]
    if result.guests:
        rows.append(("列席", join(member.name for member in result.guests)))
    if result.quorum is not None:
        rows.append(("法定人数", quorum(activity.kind, result.quorum)))
    if activity.url:
        rows.append(("链接", activity.url))
    return rows
