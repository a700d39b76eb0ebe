"""资讯 from elsewhere: RSS and Atom addresses and folders, read now and then; each entry is taken in once.

An address is asked with a time limit and a size limit, outside any transaction,
and only for what has changed since the last time. What fails is tried again the
next time, and told in the log once.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import logging
import re
from calendar import timegm
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import feedparser

from bot.clock import Clock
from bot.outages import patiently
from bot.outside import INSIDE, Inside, connector
from bot.settings import BulletinSettings, FeedSettings
from models import Bulletin

log = logging.getLogger(__name__)

SECONDS: Final = 20.0  # for one feed, from connecting to its last byte
LARGEST: Final = 2_000_000  # bytes of a feed
LARGEST_FILE: Final = 200_000  # bytes of a file in a folder
MOST: Final = 50  # entries of one feed at a time, its newest
LONGEST_TEXT: Final = 300  # characters
LONGEST_LINK: Final = 500
REDIRECTS: Final = 3
TEXT_FILES: Final = (".md", ".txt")
TAG: Final = re.compile(r"<[^>]*>")
ADDRESS: Final = re.compile(r"https?://[^\s<>()（）]+")


class FeedUnreadable(Exception):
    """The feed cannot be had just now, or is none; the text is an English reason without its content."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news. `key` tells it from the others of its feed; `published_at` is aware."""

    key: str
    text: str
    url: str
    published_at: datetime


class Feeds:
    """Reads the configured feeds. The database has to be open."""

    def __init__(self, settings: BulletinSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._unchanged: dict[str, dict[str, str]] = {}  # by address: what to ask for changes with
        self._said: dict[str, str] = {}  # by source: the fault that was logged last

    async def run(self) -> None:
        """Read all feeds every `fetch_minutes`, until cancelled."""
        while self._settings.feeds:
            await self.read_all()
            await asyncio.sleep(self._settings.fetch_minutes * 60)

    async def read_all(self) -> int:
        """Read each feed once; how many entries were new."""
        return sum([await self._read_one(feed) for feed in self._settings.feeds])

    async def _read_one(self, feed: FeedSettings) -> int:
        try:
            entries = await self._entries(feed.source)
            new = await patiently(lambda: self._take_in(feed, entries), "reading feeds")
        except Exception as error:
            # Whatever a feed holds may not end the bot.
            fault = str(error) if isinstance(error, FeedUnreadable) else type(error).__name__
            if self._said.get(feed.source) != fault:
                log.warning("the feed %s cannot be read: %s", _shown(feed.source), fault)
            self._said[feed.source] = fault
            return 0
        self._said.pop(feed.source, None)
        return new

    async def _entries(self, source: str) -> list[Entry]:
        now = self._clock.now()
        if not is_address(source):
            return await asyncio.to_thread(lambda: list(folder_entries(Path(source))))
        content, media_type = await self._fetch(source)
        return await asyncio.to_thread(feed_entries, content, media_type, source, now) if content else []

    async def _fetch(self, address: str) -> tuple[bytes, str]:
        """The feed and its media type; nothing where it has not changed."""
        headers = {"User-Agent": "hongyan", **self._unchanged.get(address, {})}
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(connector=connector(address), timeout=timeout) as session,
                session.get(address, headers=headers, max_redirects=REDIRECTS) as response,
            ):
                if response.status == 304:
                    return b"", ""
                if response.status != 200:
                    raise FeedUnreadable(f"its server answers {response.status}")
                content = bytearray()
                async for chunk in response.content.iter_chunked(65_536):
                    content += chunk
                    if len(content) > LARGEST:
                        raise FeedUnreadable(f"it is larger than {LARGEST} bytes")
                known = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
                told = response.headers
                self._unchanged[address] = {ask: told[tell] for ask, tell in known.items() if tell in told}
                return bytes(content), told.get("Content-Type", "")
        except Inside:
            raise FeedUnreadable(INSIDE) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise FeedUnreadable(type(error).__name__) from None

    async def _take_in(self, feed: FeedSettings, entries: Iterable[Entry]) -> int:
        now = self._clock.now()
        oldest = now - timedelta(days=self._settings.fresh_days)
        fresh = {_origin(feed.source, entry): entry for entry in entries if entry.published_at >= oldest}
        known = {row.origin for row in await Bulletin.filter(origin__in=list(fresh)).only("id", "origin")}
        new = [
            Bulletin(
                section=feed.section,
                text=entry.text,
                url=entry.url,
                origin=origin,
                published_at=min(entry.published_at, now),
                created_at=now,
            )
            for origin, entry in fresh.items()
            if origin not in known
        ]
        # Another process may read the same feed at this moment.
        await Bulletin.bulk_create(new, ignore_conflicts=True)
        return len(new)


def is_address(source: str) -> bool:
    """Whether it is asked over HTTP; else it is a folder."""
    return source.lower().startswith(("http://", "https://"))


def feed_entries(content: bytes, media_type: str, address: str, now: datetime) -> list[Entry]:
    """The entries of an RSS or Atom feed, those without a date as of `now`. Raises FeedUnreadable."""
    headers = {"content-type": media_type, "content-location": address}
    parsed = feedparser.parse(content, response_headers=headers)
    if not parsed.get("version"):  # of an empty answer it does not even say that there is none
        raise FeedUnreadable("it is neither RSS nor Atom")
    entries = (_entry(raw, now) for raw in parsed.entries[:MOST])
    return [entry for entry in entries if entry is not None]


def _entry(raw: Any, now: datetime) -> Entry | None:
    text, url = _plain(raw.get("title", "")), str(raw.get("link", "")).strip()
    if not is_address(url) or len(url) > LONGEST_LINK:
        url = ""
    if not text:
        return None
    moment = raw.get("published_parsed") or raw.get("updated_parsed")
    published_at = datetime.fromtimestamp(timegm(moment), UTC) if moment else now
    return Entry(str(raw.get("id") or url or text), text[:LONGEST_TEXT], url, published_at)


def _plain(text: str) -> str:
    """A title's words: some feeds have marks in it, some have them escaped."""
    return " ".join(html.unescape(TAG.sub("", html.unescape(str(text)))).split())


def folder_entries(folder: Path) -> Iterator[Entry]:
    """Each .md or .txt file of a folder: its first line is the headline, an address in it the link.

    Raises FeedUnreadable where there is no such folder; a file that cannot be read is left out.
    """
    if not folder.is_dir():
        raise FeedUnreadable("there is no such folder")
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() not in TEXT_FILES or file.stat().st_size > LARGEST_FILE:
            continue
        try:
            content = file.read_text("utf-8-sig")
        except (UnicodeDecodeError, OSError):
            log.warning("a file among the bulletins is no UTF-8 text and was left out")
            continue
        address = ADDRESS.search(content)
        lines = [line.strip() for line in ADDRESS.sub("", content).splitlines()]
        text = "\n".join(line.lstrip("# ") for line in lines if line)[:LONGEST_TEXT]
        if text:
            written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            yield Entry(file.name, text, address[0][:LONGEST_LINK] if address else "", written)


def _origin(source: str, entry: Entry) -> str:
    return hashlib.sha256(f"{source}\n{entry.key}".encode()).hexdigest()


def _shown(source: str) -> str:
    """The source without what may be secret in an address."""
    if not is_address(source):
        return source
    parts = urlsplit(source)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
