"""Lessons from files: importing a folder or a table of them, and their Markdown as chat and page show it."""

from bot.lessons.drafts import MOST_PICTURES, PICTURE_TYPES, LessonsFaulty
from bot.lessons.markdown import as_html, as_text
from bot.lessons.storing import LessonsReport, import_lessons

__all__ = ["MOST_PICTURES", "PICTURE_TYPES", "LessonsFaulty", "LessonsReport", "as_html", "as_text", "import_lessons"]
