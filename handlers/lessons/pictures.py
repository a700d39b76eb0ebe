"""微课的配图：发布以后私聊发来。"""

from __future__ import annotations

from bot.commands import Refusal, Reply, Request, Role, command, undo
from bot.lessons import MOST_PICTURES, PICTURE_TYPES
from bot.messages import File
from bot.photos import expect_photos, photo_of
from bot.understanding.values import Number
from bot.wording import in_group
from handlers.lessons.wording import line, own
from models import Lesson, LessonPicture, MatterKind

WHICH = in_group("请写上编号，例如：微课配图 3。发送“微课堂”看编号。")
EXPECTED = "请在 {hours} 小时内把图片私聊发给我，归到：{line}。现在有 {count} 张，最多 {most} 张。"
TAKEN = "第 {count} 张图片已收到，归到：{line}。发送“撤销”可收回。"
NO_PICTURE = "这个文件没有收下：微课只收图片（jpg、png、webp）。要交思想汇报，请先发“交思想汇报”。"
TOO_MANY = "这张没有收下：一课最多 {most} 张图片。"
TAKEN_BACK = "已收回这张图片：{line}。"


async def expect_pictures(request: Request, lesson: Lesson) -> None:
    """What the author sends privately from now on belongs to the lesson."""
    hours = request.settings.lessons.picture_hours
    await expect_photos(request, MatterKind.LESSON_PICTURES, hours, {"lesson": lesson.id})


@command(
    "lesson.pictures",
    "(微课|微课堂|微党课) (配图|图片|照片)",
    role=Role.COMMITTEE,
    takes_file_while=MatterKind.LESSON_PICTURES,
    help="微课配图 3 — 给自己这一级发布的课配图，图片随后私聊发来",
)
async def pictures(request: Request, number: Number | None = None) -> Reply:
    """Pictures that follow privately are shown below the lesson, in the order in which they came."""
    if request.file is not None:
        return await _take(request, request.file)
    if number is None:
        raise Refusal(WHICH)
    lesson = await own(request, number)
    await expect_pictures(request, lesson)
    count = await LessonPicture.filter(lesson_id=lesson.id).count()
    hours = request.settings.lessons.picture_hours
    return Reply(in_group(EXPECTED, hours=hours, line=line(lesson), count=count, most=MOST_PICTURES))


async def _take(request: Request, file: File) -> Reply:
    if request.matter is None:
        raise Refusal(WHICH)
    picture = photo_of(file)
    if picture is None or picture.media_type not in PICTURE_TYPES:
        raise Refusal(NO_PICTURE)
    lesson = await Lesson.select_for_update(no_key=True).get(id=request.matter.content["lesson"])
    positions = [each.position for each in await LessonPicture.filter(lesson_id=lesson.id).order_by("position")]
    if len(positions) >= MOST_PICTURES:
        raise Refusal(in_group(TOO_MANY, most=MOST_PICTURES))
    row = await LessonPicture.create(
        lesson=lesson,
        position=max(positions, default=0) + 1,
        name=picture.name,
        media_type=picture.media_type,
        data=picture.data,
    )
    return Reply(in_group(TAKEN, count=len(positions) + 1, line=line(lesson)), record=row.id)


@undo(pictures)
async def take_back(request: Request, record: int) -> Reply:
    """The lesson without that picture."""
    row = await LessonPicture.get(id=record).select_related("lesson")
    await row.delete()
    return Reply(in_group(TAKEN_BACK, line=line(row.lesson)))
