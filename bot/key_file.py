"""A secret key in a file beside the database, for its owner alone and in no backup; made where there is none."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot import private_file
from bot.settings import ConfigurationError

KEY_BYTES = 32
WRONG_LENGTH = "里面是 {found} 字节，应该是 {right} 字节；请把原来的文件放回去"
NO_KEY = "{setting}：{path} 用不了（{fault}），请检查路径和权限；它是{purpose}要用的密钥文件"


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
            key = private_file.read(self.path)
        except OSError as fault:
            raise ConfigurationError(self._says(fault.strerror)) from None
        if len(key) != KEY_BYTES:
            raise ConfigurationError(self._says(WRONG_LENGTH.format(found=len(key), right=KEY_BYTES)))
        return key

    @property
    def fault(self) -> str | None:
        """What the operator has to do before it can be used; None where all is well. Changes nothing."""
        if self.path.exists():
            return self._fault_of_file()
        folder = next(above for above in self.path.absolute().parents if above.exists())
        return None if os.access(folder, os.W_OK | os.X_OK) else self._says("没有写的权限")

    def _fault_of_file(self) -> str | None:
        try:
            self.read()
        except ConfigurationError as fault:
            return str(fault)
        return None

    def _says(self, fault: str | None) -> str:
        return NO_KEY.format(setting=self.setting, path=self.path, fault=fault, purpose=self.purpose)

    def _make(self) -> None:
        """Write a new key whole or not at all; where another process was quicker, its key stays."""
        with suppress(FileExistsError), private_file.made(self.path) as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
