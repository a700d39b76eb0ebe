"""Which addresses are asked when others could have chosen them."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession

from bot.channels.download import download
from bot.messages import FileUnavailable
from bot.outside import Inside, connector, is_public


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "202.120.1.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "255.255.255.255", "no"),
        # What holds an address inside, by a translator, a tunnel, or as it was once written.
        *("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::224.0.0.1"),
        *("64:ff9b:1::127.0.0.1", "64:ff9b:1::8.8.8.8", "64:ff9b:1:ffff::1"),
        *("2002:7f00:1::1", "2002:a00:1::1", "2002:808:808::1", "2001:0:a00:1::1"),
        *("::127.0.0.1", "::10.0.0.1", "::8.8.8.8"),
        *("fec0::1", "feff::1", "ff0e::1", "4000::1", "2001:db8::1", "::ffff:0:127.0.0.1"),
    ],
)
def test_addresses_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("url", ["http://127.0.0.2:9/a", "http://[::1]:9/a", "http://localhost:9/a"])
async def test_nothing_inside_is_connected_to(url: str) -> None:
    async with ClientSession(connector=connector("https://example.org")) as client:
        with pytest.raises(Inside):
            await client.get(url)


async def test_a_message_cannot_name_a_file_inside() -> None:
    with pytest.raises(FileUnavailable) as failure:
        await download("http://127.0.0.1:9/secret", 1000, system="wss://openws.work.weixin.qq.com")
    assert "Inside" in str(failure.value) and "127.0.0.1" not in str(failure.value)
