"""A key for tests, for the processes that they start too."""

from __future__ import annotations

import os

from models.keyring import Key, Keyring
from models.sealed import unlock


def give_key() -> None:
    """Let this process and those it starts have one key, from the environment."""
    key = Key.new()
    os.environ["HONGYAN_KEYS"] = key.text
    unlock(Keyring([key]))
