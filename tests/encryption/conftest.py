"""Processes and operators that have no key from the environment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.sealed import unlock, unlocked


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No key in the environment; what a command unlocks is locked again afterwards."""
    monkeypatch.delenv("HONGYAN_KEYS")
    ours = unlocked()
    yield
    unlock(ours)
