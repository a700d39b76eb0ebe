from __future__ import annotations

import pytest

from bot.understanding import Reader
from tests.understanding.forms_table import FORMS


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(FORMS)
