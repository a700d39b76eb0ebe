"""Text that every database, page and document can hold, and file names that name no place.

PostgreSQL takes no NUL, UTF-8 no lone surrogates, and XML (so Word and Excel)
few control characters. What comes from outside is cleaned once, where it
becomes an `Incoming` or a `File`, so that nothing behind has to think of it.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST_TEXT: Final = 100_000  # characters; WeChat lets through 16,384
LONGEST_LINE: Final = 200  # of what stands on one line: a nickname, a group's name
LONGEST_NAME: Final = 120  # of a file; with a folder before it still a name to every file system
UNNAMED: Final = "文件"

# What XML 1.0 leaves out (section 2.2), and the surrogates among it.
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Besides: what nobody sees, such as what turns the direction of writing (exe.docx) …
_UNSEEN: Final = re.compile("[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
# … and what breaks the line, or is no part of a name to some system.
_NO_NAME: Final = re.compile('[\\s<>:"|?*]+')
_LONGEST_SUFFIX: Final = 12


def clean(said: str) -> str:
    """`said` without what cannot be stored."""
    return _NO_TEXT.sub("", said)


def text(said: str) -> str:
    """The same, not longer than `LONGEST_TEXT`."""
    return clean(said[:LONGEST_TEXT])


def line(said: str) -> str:
    """The same on one line of at most `LONGEST_LINE` characters."""
    return " ".join(text(said[:LONGEST_TEXT]).split())[:LONGEST_LINE]


def is_identifier(said: str, longest: int) -> bool:
    """Whether it can be an id that a chat system gave: something, not longer than its column, nothing to clean."""
    return 0 < len(said) <= longest and _NO_TEXT.search(said) is None


def file_name(said: str) -> str:
    """The bare name in `said`: no folder, no odd characters, at most `LONGEST_NAME` characters, never empty."""
    bare = re.split(r"[/\\]", text(said))[-1]
    bare = _NO_NAME.sub(" ", _UNSEEN.sub("", bare)).strip(" .")
    stem, dot, suffix = bare.rpartition(".")
    if dot and len(suffix) < _LONGEST_SUFFIX:
        return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}" if stem else suffix
    return bare[:LONGEST_NAME].rstrip(" .") or UNNAMED  # the cut may lie behind a dot


_MEDIA_TYPE: Final = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,79}")
ANY_MEDIA_TYPE: Final = "application/octet-stream"


def media_type(said: str) -> str:
    """`said`, where it is a media type; else that of any file."""
    return said if _MEDIA_TYPE.fullmatch(said) else ANY_MEDIA_TYPE
