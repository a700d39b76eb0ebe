"""The short form of `make fuzz`: the same events from the same beginning, some seconds of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bot.commands import Catalogue
from bot.messages import EARLIEST, LATEST, LONGEST_ID, File, Incoming, Kind
from bot.storable import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT
from tests.chat import CHANNEL
from tests.databases import SqliteSource
from tests.fuzz.batch import batch
from tests.fuzz.pure import PARTS, beginnings

SECONDS = 3.0  # of processor time: far above what one takes (0.3 on a slow core), far below what froze the bot

# With surrogates, as JSON can bring them; hypothesis leaves them out by itself.
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize("number", range(2))
async def test_no_event_brings_the_bot_down(catalogue: Catalogue, sqlite: SqliteSource, number: int) -> None:
    figures = await batch(catalogue, sqlite, 0, number, size=300)
    assert not figures.findings, "\n".join(f"{one.fault}\n{one.event}" for one in figures.findings)
    assert figures.events > 250 and figures.said > 50 and figures.lost > 5
    assert figures.slowest[0] < SECONDS, figures.slowest[1]


async def test_the_same_number_makes_the_same_events(catalogue: Catalogue, sqlite: SqliteSource) -> None:
    first, second = [await batch(catalogue, sqlite, 7, 3, size=60) for _ in range(2)]
    assert (first.events, first.said, first.lost, first.refused) == (
        second.events,
        second.said,
        second.lost,
        second.refused,
    )


@given(
    ids=st.tuples(ANYTHING, ANYTHING, ANYTHING),
    said=ANYTHING,
    at=st.datetimes(timezones=st.timezones()),
    kind=st.sampled_from(Kind),
)
@examples(max_examples=300, deadline=None)
def test_an_event_is_storable_or_is_none(ids: tuple[str, str, str], said: str, at: datetime, kind: Kind) -> None:
    try:
        event = Incoming(CHANNEL, ids[0], kind, ids[1], said, at, room=ids[2], room_topic=said, text=said * 50)
    except ValueError:
        return
    assert EARLIEST <= event.sent_at < LATEST
    for text in (event.id, event.sender, event.sender_name, event.room_topic, event.text, event.conversation):
        assert "\0" not in text and text.encode() is not None  # encodable: no half of a pair
    assert max(map(len, (event.id, event.sender, event.conversation))) <= LONGEST_ID
    assert len(event.text) <= LONGEST_TEXT and len(event.sender_name) <= LONGEST_LINE
    assert replace(event) == event


@example(name="甲" * 119 + "." + "乙" * 40, media_type="")
@given(name=ANYTHING, media_type=ANYTHING)
@examples(max_examples=300, deadline=None)
def test_a_file_has_a_name_that_is_one(name: str, media_type: str) -> None:
    file = File(name * 3, media_type, b"")
    assert 0 < len(file.name) <= LONGEST_NAME and file.name.encode() and file.media_type.isascii()
    assert not set(file.name) & set('/\\:*?"<>|\0\r\n') and file.name.strip(" .") == file.name
    again: Any = File(file.name, file.media_type, b"")
    assert again == file


@pytest.mark.parametrize("name", PARTS)
def test_what_the_second_mode_begins_with_is_read(name: str) -> None:
    """Whole, cut in its middle and with bytes turned round: the fuzzer itself is installed for long runs only."""
    part, begun = PARTS[name], beginnings(name)
    part(b"")
    for content in begun[:12]:
        for tried in (content, content[: len(content) // 2], content[:40] + content[40:80][::-1] + content[80:]):
            part(tried)
    if name in ("sheet", "feed"):
        assert part(begun[0]), "what is right is read"
