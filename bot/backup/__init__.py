"""The whole database as one file, and back: the same file for SQLite and PostgreSQL, from one to the other too.

`backup` reads a running bot's database in one snapshot. `restore` loads a file
into a new place beside the database, reads it back, compares it, and only then
puts it in the database's place; what was there before is kept.
"""

from bot.backup.archive import BackupFaulty, Manifest
from bot.backup.restoration import Confirm, Restored
from bot.backup.restoring import restore
from bot.backup.saving import backup
from bot.backup.telling import Bars, Step, Told, bars

__all__ = ["BackupFaulty", "Bars", "Confirm", "Manifest", "Restored", "Step", "Told", "backup", "bars", "restore"]
