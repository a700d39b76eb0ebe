"""`run_bot.py restore FILE`: a backup takes the database's place, once it has proved itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.backup import archive
from bot.backup.archive import BackupFaulty
from bot.backup.into_file import into_file
from bot.backup.into_server import into_server
from bot.backup.restoration import Confirm, Restoration, Restored
from bot.backup.tables import versions
from bot.backup.telling import Told, nobody

TOO_NEW = "这个备份来自更新版本的程序（{migration}），请先升级程序。没有恢复，数据库没有动。"


async def restore(url: str, file: Path, now: datetime, confirm: Confirm, told: Told = nobody) -> Restored:
    """Put the backup in `file` in the place of the database at `url`; what was there is kept beside.

    Whatever ends it before that, a kill included, leaves the database as it was.
    `confirm` is asked where the database is not empty. Raises BackupFaulty,
    AlreadyClaimed while a bot runs, DatabaseUnusable.
    """
    known = await versions()
    with archive.opened(file, told) as source:
        migration = source.manifest.migration
        if migration not in known:
            raise BackupFaulty(TOO_NEW.format(migration=migration))
        if not source.fits(known[migration]):
            raise BackupFaulty(archive.FAULTY.format(file=file))
        restoration = Restoration(source, known, now, confirm, told)
        into = into_file if urlsplit(url).scheme == "sqlite" else into_server
        return await into(url, restoration)
