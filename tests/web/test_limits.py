"""Who may ask how often, and that remembering it needs no more memory however many ask."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.web.limits import Limiter, visitor

PROXIES = (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"))


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def refused(limiter: Limiter, key: str) -> str:
    """The seconds to wait, "" where there are none."""
    try:
        limiter.check(key)
    except web.HTTPTooManyRequests as refusal:
        return refusal.headers["Retry-After"]
    return ""


def test_so_much_at_once_and_then_by_and_by(seconds: Seconds) -> None:
    limiter = Limiter(3, 30, monotonic=seconds)
    assert [refused(limiter, "a") for _ in range(5)] == ["", "", "", "2", "2"]
    assert refused(limiter, "b") == ""
    seconds.now = 2
    assert [refused(limiter, "a") for _ in range(2)] == ["", "2"]
    seconds.now = 100
    assert [refused(limiter, "a") for _ in range(4)] == ["", "", "", "2"]


def test_it_knows_so_many_and_forgets_who_has_been_away_longest(seconds: Seconds) -> None:
    limiter = Limiter(1, 1, most=100, monotonic=seconds)
    for number in range(100_000):
        assert refused(limiter, str(number)) == ""
        assert refused(limiter, "always there") == ("60" if number else "")
    assert len(limiter._full_at) == 100
    assert refused(limiter, "99999") and not refused(limiter, "99000")


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # no proxy of ours: its word is nothing
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # what the visitor wrote stands before it
        ("127.0.0.1", "1.1.1.1, 198.51.100.1, 10.1.2.3", "198.51.100.1"),  # through two of ours
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "rubbish", "unknown"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", None, "2001:db8:1:2::/64"),
    ],
)
def test_whose_address_counts(peer: str, forwarded: str | None, seen: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=peer)
    assert visitor(request, PROXIES) == seen
