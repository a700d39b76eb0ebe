"""What it costs to seal what was written, and to open it again; in processor time, whatever else the machine does."""

from __future__ import annotations

import time
from collections.abc import Callable

from models import OutboxMessage, ReportFile
from models.keyring import Key, Keyring
from models.sealed import SealedField, unlock

ANSWER = "已登记：11月 党费，待书记确认。发送“撤销”可收回。" * 4
FILE = bytes(range(256)) * 4096 * 10  # 10 MiB


def answers(times: int = 5000) -> tuple[float, float]:
    """Milliseconds to seal, and to open, a text as long as an answer."""
    return _cost(OutboxMessage._meta.fields_map["text"], ANSWER, times)


def files(times: int = 20) -> tuple[float, float]:
    """Milliseconds to seal, and to open, a file of 10 MiB."""
    return _cost(ReportFile._meta.fields_map["data"], FILE, times)


def _cost(column: object, value: object, times: int) -> tuple[float, float]:
    assert isinstance(column, SealedField)
    unlock(Keyring([Key.new()]))
    stored = column.to_db_value(value, None)
    return _milliseconds(lambda: column.to_db_value(value, None), times), _milliseconds(
        lambda: column.to_python_value(stored), times
    )


def _milliseconds(action: Callable[[], object], times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        action()
    return 1000 * (time.process_time() - begun) / times
