"""Long texts become parts that WeChat takes."""

from hypothesis import given
from hypothesis import strategies as st

from bot.splitting import split

CHARACTERS, BYTES = 100, 240


def test_a_short_text_stays_whole() -> None:
    assert split("已登记。", CHARACTERS, BYTES) == ["已登记。"]


def test_nothing_to_say_is_nothing() -> None:
    assert split("", CHARACTERS, BYTES) == []


def test_it_breaks_at_a_line_where_it_can() -> None:
    lines = [f"{number}. 一条记录" for number in range(40)]
    parts = split("\n".join(lines), CHARACTERS, BYTES)
    assert len(parts) > 1
    assert "\n".join(parts).split("\n") == lines


def test_an_emoji_of_several_characters_is_not_torn() -> None:
    family = "👨‍👩‍👧"
    for before in range(60, 100):
        for part in split("a" * before + family + "b" * 60, CHARACTERS, BYTES):
            assert part.count(family) or not set(part) & set(family)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=800))
def test_nothing_is_lost_and_every_part_fits(text: str) -> None:
    parts = split(text, CHARACTERS, BYTES)
    assert all(len(part) <= CHARACTERS and len(part.encode()) <= BYTES for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
