"""Which files a report may consist of."""

from __future__ import annotations

from bot.commands import Refusal
from bot.formats import Format, recognised

NOT_TAKEN = (
    "这个文件没有收下。汇报可以发 Word（docx）、PDF，或手写稿照片（jpg、png、heic、webp）；"
    "旧版 doc 请另存为 docx 再发。也可以直接发文字。"
)


def recognise(data: bytes) -> Format:
    """The format of a file; raises Refusal, which names those that are taken."""
    if (form := recognised(data)) is None:
        raise Refusal(NOT_TAKEN)
    return form
