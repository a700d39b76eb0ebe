"""Which files a report may consist of."""

from __future__ import annotations

from bot.commands import Refusal
from bot.formats import Format, named_as_taken, recognised
from bot.messages import File

NOT_TAKEN = (
    "这个文件没有收下。汇报可以发 Word（docx）、PDF，或手写稿照片（jpg、png、heic、webp）；"
    "旧版 doc 请另存为 docx 再发。也可以直接发文字。"
)
CANNOT_BE_OPENED = (
    "这个文件打不开，没有收下：可能坏了，没有传完整，或者只改了后缀名。"
    "请在电脑或手机上打开看看，另存为 docx 或 PDF 再发，也可以直接发文字或照片。"
)


def recognise(file: File) -> Format:
    """The format of a file by its content; raises Refusal, which names those that are taken, or says that it is broken
    where only its name is one of them."""
    if (form := recognised(file.data)) is None:
        raise Refusal(CANNOT_BE_OPENED if named_as_taken(file.name) else NOT_TAKEN)
    return form
