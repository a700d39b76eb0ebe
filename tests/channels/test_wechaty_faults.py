"""The Wechaty channel when its gateway fails: killed, frozen, kicked, logged out, refusing."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.channels.wechaty import TimeLimits, Timing, WechatyChannel, service_channel
from bot.messages import ChannelMisconfigured, ChannelUnavailable, DeliveryUnknown, Outgoing
from tests.channels.conftest import ROOM
from tests.channels.line import Line, running, until
from tests.gateway.control import Gateway, free_port

SWIFT = Timing(first_delay=0.1, longest_delay=1, ding_every=1, dong_within=3)
LIMITS = TimeLimits(call=2)

gateway_test = pytest.mark.gateway


def channel_of(gateway: Gateway) -> WechatyChannel:
    return service_channel("wechat", gateway.token, gateway.endpoint, timing=SWIFT, limits=LIMITS)


async def speaks(gateway: Gateway, line: Line, text: str) -> None:
    """Both ways work."""
    await gateway.say("zhang", text, room=ROOM)
    await line.expect(lambda incoming: incoming.text == text)
    await line.channel.send(Outgoing(room=ROOM, text=f"收到{text}"))
    await gateway.expect_text(f"收到{text}", room=ROOM)


@gateway_test
async def test_goes_on_after_a_killed_gateway_is_back(gateway: Gateway) -> None:
    async with running(channel_of(gateway)) as line:
        await line.health(True)
        await speaks(gateway, line, "一")
        await gateway.kill()
        await line.health(False)
        with pytest.raises(ChannelUnavailable):
            await line.channel.send(Outgoing(room=ROOM, text="没人听见"))
        await gateway.start()
        await line.health(True)
        await speaks(gateway, line, "二")
        assert not [heard for heard in gateway.heard if "没人" in heard.text]


@gateway_test
async def test_notices_a_frozen_gateway(gateway: Gateway) -> None:
    async with running(channel_of(gateway)) as line:
        await line.health(True)
        await speaks(gateway, line, "一")
        gateway.freeze()
        with pytest.raises(DeliveryUnknown):
            await line.channel.send(Outgoing(room=ROOM, text="也许到了"))
        await line.health(False)
        assert "does not answer" in line.channel.health.detail
        gateway.resume()
        await line.health(True)
        await speaks(gateway, line, "又来了")


@gateway_test
async def test_error_events_and_ended_streams_do_not_stop_it(gateway: Gateway) -> None:
    async with running(channel_of(gateway)) as line:
        await line.health(True)
        since = line.channel.health.since
        await gateway.error("something broke")
        await speaks(gateway, line, "一")
        assert line.channel.health.since == since
        await gateway.end_stream()
        await line.health(False)
        await line.health(True)
        await speaks(gateway, line, "二")


@gateway_test
async def test_tells_the_truth_about_the_login(gateway: Gateway) -> None:
    async with running(channel_of(gateway)) as line:
        await line.health(True)
        await gateway.logout()
        await line.health(False)
        assert "logged out" in line.channel.health.detail
        with pytest.raises(ChannelUnavailable):
            await line.channel.send(Outgoing(room=ROOM, text="没登录"))
        await gateway.login()
        await line.health(True)
        await speaks(gateway, line, "回来了")


@gateway_test
async def test_a_refused_token_is_one_clear_line(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    wrong = service_channel("wechat", "a-wrong-token", gateway.endpoint, timing=SWIFT)
    with caplog.at_level(logging.DEBUG, "bot"):
        async with running(wrong) as line:
            await line.health(False)
            await _tries(line, "refuses the token", 3)
    (record,) = [record for record in caplog.records if record.name.startswith("bot")]
    assert "set WECHATY_PUPPET_SERVICE_TOKEN" in record.getMessage()
    assert record.exc_info is None and "a-wrong-token" not in caplog.text


async def test_a_gateway_that_is_down_is_one_clear_line(caplog: pytest.LogCaptureFixture) -> None:
    down = service_channel("wechat", "token", f"127.0.0.1:{free_port()}", timing=SWIFT)
    with caplog.at_level(logging.DEBUG, "bot"):
        async with running(down) as line:
            await _tries(line, "nothing listens", 2)
            with pytest.raises(ChannelUnavailable, match="nothing listens"):
                await line.channel.send(Outgoing(room=ROOM, text="?"))
    (record,) = [record for record in caplog.records if record.name.startswith("bot")]
    assert "start the gateway" in record.getMessage() and record.exc_info is None


@pytest.mark.parametrize(
    ("token", "endpoint", "says"),
    [
        (None, "127.0.0.1:8788", "没有令牌.*WECHATY_PUPPET_SERVICE_TOKEN"),
        ("  ", "127.0.0.1:8788", "没有令牌.*WECHATY_PUPPET_SERVICE_TOKEN"),
        ("令牌", "127.0.0.1:8788", "字符.*WECHATY_PUPPET_SERVICE_TOKEN"),
        ("token", None, "没有地址.*WECHATY_PUPPET_SERVICE_ENDPOINT"),
        ("token", "localhost", "不是 主机:端口"),
        ("token", "localhost:port", "不是 主机:端口"),
        ("token", ":8788", "不是 主机:端口"),
    ],
)
def test_a_missing_setting_is_a_clear_sentence(token: str | None, endpoint: str | None, says: str) -> None:
    with pytest.raises(ChannelMisconfigured, match=says):
        service_channel("wechat", token, endpoint)


@pytest.mark.parametrize("endpoint", ["localhost:8788", "http://localhost:8788", "[::1]:8788", " localhost:8788 "])
def test_endpoints_are_host_and_port(endpoint: str) -> None:
    assert not service_channel("wechat", "token", endpoint).health.ready


async def _tries(line: Line, detail: str, times: int) -> None:
    """Wait until the health says `detail`, and long enough for so many tries."""
    await until(lambda: detail in line.channel.health.detail)
    await asyncio.sleep(times * SWIFT.first_delay * 2)
