"""What stands alone: nothing that only asks is recorded, and what is no yes is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands import Catalogue
from bot.settings import Settings
from tests.conversations.alone import fault, read, said
from tests.databases import SqliteSource

TEXTS = {path.stem: path.read_text("utf-8") for path in sorted((Path(__file__).parent / "apart").glob("*.txt"))}


@pytest.mark.parametrize("name", TEXTS)
async def test_each_is_as_written(
    name: str, tmp_path: Path, sqlite: SqliteSource, catalogue: Catalogue, settings: Settings
) -> None:
    told = list(read(TEXTS[name].splitlines()))
    assert len(told) > 100
    address = await sqlite.copy(tmp_path)
    faults = [fault(*each) async for each in said(catalogue, settings, address, told)]
    assert not any(faults), "\n".join(filter(None, faults))


@pytest.mark.parametrize("line", ["没有人说", "  是 好", "  对 张伟：好"])
def test_what_is_none_says_where(line: str) -> None:
    with pytest.raises(ValueError, match="line 1 is none"):
        list(read([line]))
