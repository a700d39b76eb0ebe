"""微课堂：有哪些课，看一课，找课，自己学过的课。"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from bot.by_words import ByWords, of_lesson
from bot.commands import Ask, Instead, Refusal, Reply, Request, ToMember, command
from bot.consent import is_lacking
from bot.lessons import as_text
from bot.messages import File
from bot.understanding.values import SHANGHAI, Number, Text
from bot.wording import GroupText, Public, in_brackets, in_group, when
from handlers.lessons.wording import address, card, line, lines, link, numbered
from models import Lesson, LessonPicture, LessonReading, LessonSection, Section
from models.lesson import matching

SHOWN = 8  # of a list: what a phone shows at once
LONGEST_QUERY = 50  # characters

EMPTY = in_group("微课堂还没有课，敬请期待。")
EMPTY_SECTION = "“{section}”还没有课。发送“微课堂”看全部。"
LISTED = "微课堂，共 {count} 课{newest}：\n{lines}\n看一课发：微课堂 {number}；找课发：找课 关键词"
OF_SECTION = "{section}，共 {count} 课{newest}：\n{lines}\n看一课发：微课堂 {number}"
FOUND = "找到 {count} 课{newest}：\n{lines}\n看一课发：微课堂 {number}"
NEWEST = "，最新 {shown} 课"
NOT_FOUND = in_group("没有找到。换个词试试，或发送“微课堂”看全部。")
QUERY_TOO_LONG = in_group("关键词太长了，请写在 50 字以内，例如：找课 四中全会")

IN_GROUP = "{line}{summary}{link}"
SUMMARY = "\n{summary}"
TEXT_IN_PRIVATE = "\n全文已私聊发给您。"
WHOLE = "【{section}】{title}（{day}）\n\n{text}"
ADDRESS = "链接：{url}"
PICTURES = "（图 {count} 张，随后发来）"

REALLY_READ = "看{what}吗？"
READ_NONE = "您还没有在这里学过课。发送“微课堂”看有哪些。（这份单子只有您自己能看）"
READ = "您学过的课，共 {count} 课{newest}：\n{lines}\n（这份单子只有您自己能看）"
READ_LINE = "{day} {line}"


@command(
    "lesson.list",
    "(微课堂|微党课|微课)",
    "(微课堂|微课)(有哪些|列表|目录|有什么)",
    "(有|有哪些|有什么) (微课|微课堂)",
    "(看|看看|打开|查看) 微课堂",
    "@(微课堂|微课){section}",
    "@{section}[的|有](有|<什么>)[的](课|微课|课程)",
    "@[<看>] {section}",
    "@{section}[的](课|微课|课程|内容)[<什么>]",
    "@(课程|微课|课)(列表|目录|<什么>)",
    "@[有|还有]<什么>[新|新的](课|微课|课程)[可以看|可看|看]",
    "@(微课堂|微课) <什么>[课]",
    "@<看> (微课堂|微课|课程)",
    "@(微课堂|微课|微党课)[里|里面][都][有]<什么>",
    "@<有没有> {section}[方面|类|相关][的](课|微课|内容)",
    changes=False,
    help="微课堂 — 看有哪些课；“微课堂 政策解读”只看一个栏目",
)
async def overview(request: Request, section: Annotated[Section, LessonSection] | None = None) -> Reply:
    """The newest lessons, of all sections or of one."""
    lessons = Lesson.for_branch(request.my_branch)
    if section is not None:
        lessons = lessons.filter(section=section.label)
    newest = await lessons.limit(SHOWN)
    if not newest:
        return Reply(in_group(EMPTY_SECTION, section=section) if section else EMPTY)
    count = await lessons.count()
    wording = in_group(LISTED if section is None else OF_SECTION, **_listed(newest, count), **_named(section))
    only = Instead("lesson.read", {"number": Number(newest[0].id)}) if count == 1 else None
    return Reply(wording, offer=only)


def _listed(newest: list[Lesson], count: int) -> dict[str, int | GroupText]:
    return {"count": count, "newest": _of_many(len(newest), count), "lines": lines(newest), "number": newest[0].id}


def _named(section: Section | None) -> dict[str, Section]:
    return {} if section is None else {"section": section}


def _of_many(shown: int, count: int) -> GroupText:
    return in_group(NEWEST, shown=shown) if shown < count else in_group("")


@command(
    "lesson.read",
    "(微课堂|微课|微党课){number}",
    "(看|学|学习|打开|读|听|查看|看看) 第{number}",
    "(看|学|学习|打开|读|听|查看) (微课|微课堂){number}",
    "@(看|学|学习|打开|读|听){number}课",
    "@第{number}课",
    "@[<看>] {number}[节|堂|讲|期]课",
    "@[看|学|学习|打开|读|听|看看|查看] (第|微课|课程){number}[节|堂|讲|期|课|号]",
    changes=False,
    help="微课堂 3 — 看一课的全文",
)
async def read(request: Request, number: Number) -> Reply:
    """The whole lesson privately, its pictures after it; in the group what everybody may know of it.

    That it was read is noted for the reader's own list, where the reader agreed to records, and nowhere else: the trail
    says only that a lesson was read.
    """
    lesson = await numbered(request, number)
    if isinstance(number, ByWords) and not request.confirmed:
        raise Ask(in_group(REALLY_READ, what=of_lesson(lesson).label))
    if request.sender.friend and not is_lacking(request.me, request.settings):
        await LessonReading.get_or_create({"read_at": request.now}, lesson_id=lesson.id, member_id=request.me.id)
    pictures = await LessonPicture.filter(lesson_id=lesson.id).order_by("position")
    files = [File(each.name, each.media_type, bytes(each.data)) for each in pictures]
    if not lesson.text and not files:
        return Reply(_public(request, lesson), card=card(lesson, request.settings.lessons))
    return Reply(
        None if request.in_private else _public(request, lesson, more=TEXT_IN_PRIVATE),
        private=_whole(request, lesson, len(files)),
        notices=[ToMember(request.me.id, "", file, urgent=True) for file in files if request.sender.friend],
    )


def _public(request: Request, lesson: Lesson, *, more: str = "") -> GroupText:
    said = in_group(
        IN_GROUP,
        line=line(lesson),
        summary=in_group(SUMMARY, summary=Public(lesson.summary)) if lesson.summary else in_group(""),
        link=link(lesson, request.settings.lessons),
    )
    return in_group("{said}{more}", said=said, more=in_group(more)) if more and request.sender.friend else said


def _whole(request: Request, lesson: Lesson, pictures: int) -> str:
    text = as_text(lesson.text) or lesson.summary
    said = WHOLE.format(
        section=lesson.section, title=lesson.title, day=in_brackets(_day(lesson.published_at)), text=text
    )
    url = address(lesson, request.settings.lessons)
    more = [ADDRESS.format(url=url)] if url else []
    more += [PICTURES.format(count=pictures)] if pictures else []
    return "\n\n".join([said.rstrip(), *more])


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


@command(
    "lesson.search",
    "(找课|搜课|查课|找微课|搜微课)",
    "(微课堂|微课|微党课) (搜|搜索|查找|找)",
    "(搜|搜索|查找) (微课|微课堂|微党课)",
    changes=False,
    help="找课 四中全会 — 按关键词找课",
)
async def search(request: Request, text: Text) -> Reply:
    """Lessons that hold all the words, in section, title, summary or text."""
    if len(text) > LONGEST_QUERY:
        raise Refusal(QUERY_TOO_LONG)
    lessons = Lesson.for_branch(request.my_branch).filter(matching(text))
    newest = await lessons.limit(SHOWN)
    if not newest:
        return Reply(NOT_FOUND)
    return Reply(in_group(FOUND, **_listed(newest, await lessons.count())))


@command(
    "lesson.mine",
    "我(学过|看过|读过)[的|哪些|什么] (课|微课)",
    "@我的(微课|课)",
    "@我[都](学|看|读|听)过[了][哪些|什么|几个|几节|多少][节] (微课|课)",
    changes=False,
    help="我学过的课 — 自己学过哪些；只有自己能看",
)
async def mine(request: Request) -> Reply:
    """The reader's own list, privately."""
    readings = LessonReading.filter(member_id=request.me.id)
    newest = await readings.order_by("-read_at", "-id").limit(SHOWN).prefetch_related("lesson")
    if not newest:
        return Reply(private=READ_NONE)
    count = await readings.count()
    shown = [READ_LINE.format(day=when(_day(each.read_at)), line=line(each.lesson)) for each in newest]
    return Reply(private=READ.format(count=count, newest=_of_many(len(newest), count), lines="\n".join(shown)))
