"""The last anchor, kept in a file beside the key: whoever has the database alone can remove anchors, not this."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bot import private_file
from bot.settings import AuditSettings, ConfigurationError
from models import AuditAnchor, AuditEntry

UNREADABLE = "{path} 读不了，里面是最后一个锚点；请检查权限，或从另存的一份恢复"
UNWRITABLE = "{path} 写不了（{fault}），里面是最后一个锚点；请检查路径、权限和剩余空间"


@dataclass(frozen=True, slots=True)
class LastAnchor:
    """The line that was signed last, its digest, and the last line that retention had removed by then."""

    line: int
    digest: str
    cut: int

    @classmethod
    def read(cls, settings: AuditSettings) -> LastAnchor | None:
        """None where nothing was signed yet. Raises ConfigurationError."""
        path = place(settings)
        try:
            said = json.loads(path.read_bytes())
            return cls(int(said["line"]), str(said["digest"]), int(said["cut"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            raise ConfigurationError(UNREADABLE.format(path=path)) from None

    def write(self, settings: AuditSettings) -> None:
        """Whole or not at all; in a transaction, whose rollback leaves nothing that is wrong: the line was there
        before it. Raises ConfigurationError."""
        path = place(settings)
        try:
            with private_file.replaced(path) as stream:
                stream.write(json.dumps(asdict(self)).encode())
        except OSError as fault:
            raise ConfigurationError(UNWRITABLE.format(path=path, fault=fault.strerror)) from None

    async def is_in_the_database(self) -> bool:
        """Whether the trail has this very line, or had it before retention removed it."""
        line = await AuditEntry.get_or_none(id=self.line) or await AuditAnchor.get_or_none(line=self.line)
        return line is not None and line.digest == self.digest


def place(settings: AuditSettings) -> Path:
    """Where the file lies."""
    return settings.key_file.with_name(f"{settings.key_file.name}.last")
