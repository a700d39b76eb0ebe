"""A secret key in a file beside the database, for its owner alone and in no backup; made where there is none."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ConfigurationError

KEY_BYTES = 32
NO_KEY = "{setting}：{path} 读不了也建不了（{fault}），请检查路径和权限；它是{purpose}要用的密钥文件"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """`setting` names it to the operator, `purpose` says what it is for."""

    path: Path
    setting: str
    purpose: str

    def read(self) -> bytes:
        """The key; made where there is none. Raises ConfigurationError."""
        try:
            if not self.path.exists():
                self._make()
            return self.path.read_bytes()
        except OSError as fault:
            raise ConfigurationError(self._says(fault.strerror)) from None

    @property
    def fault(self) -> str | None:
        """What the operator has to do before it can be used; None where all is well. Changes nothing."""
        if self.path.exists():
            return None if os.access(self.path, os.R_OK) else self._says("没有读的权限")
        folder = next(above for above in self.path.absolute().parents if above.exists())
        return None if os.access(folder, os.W_OK | os.X_OK) else self._says("没有写的权限")

    def _says(self, fault: str | None) -> str:
        return NO_KEY.format(setting=self.setting, path=self.path, fault=fault, purpose=self.purpose)

    def _make(self) -> None:
        """Write a new key whole or not at all; where another process was quicker, its key stays."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        try:
            draft.write_bytes(secrets.token_bytes(KEY_BYTES))
            with suppress(FileExistsError):
                self.path.hardlink_to(draft)
        finally:
            draft.unlink()
