"""config.yaml and the environment; every fault is named, all at once."""

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from bot.settings import SECRETS, ConfigurationError, QuietHours, ReminderTime, Section, Settings, load
from bot.understanding.values import SHANGHAI, Month
from models import Category

CONFIG = Path(__file__).parent.parent / "config.yaml"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WECHATY_PUPPET_SERVICE_TOKEN", "WECHATY_PUPPET_SERVICE_ENDPOINT", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def written(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_given_file_holds_the_defaults() -> None:
    assert load(CONFIG) == Settings()


def _keys(section: type[Section] | type[Settings]) -> dict[str, object]:
    return {
        name: _keys(field.annotation)
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
        else None
        for name, field in section.model_fields.items()
        if name not in SECRETS
    }


def test_the_given_file_names_every_setting() -> None:
    def missing(expected: dict[str, object], found: dict[str, object], path: str) -> list[str]:
        lacking = [path + name for name in expected if name not in found]
        for name, inner in expected.items():
            if isinstance(inner, dict) and isinstance(found.get(name), dict):
                lacking += missing(inner, found[name], f"{path}{name}.")  # type: ignore[arg-type]
        return lacking

    assert missing(_keys(Settings), yaml.safe_load(CONFIG.read_text("utf-8")), "") == []


def test_a_time_without_quotes_is_no_number_of_seconds(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"reminders\.at 现在是 540，应是带引号的时间"):
        load(written(tmp_path, "reminders: {at: 9:00}\n"))


def test_every_fault_is_named_with_its_key_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path, "reminders: {day: 40, at: '25:00', hurry: 1}\nweb: {port: 0}\ndues: {standards: {党员: 1}}\n"
    )
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    lines = str(caught.value).splitlines()
    for key in ("reminders.day", "reminders.at", "reminders.hurry", "web.port", "dues.standards"):
        assert sum(key in line for line in lines) == 1, lines


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dues: {standards: {正式党员: 0.2}}", "dues.standards.正式党员 现在是 0.2，应是整数，单位是分：0.20 元写 20"),
        ("dues: {standards: {群众: 20}}", "dues.standards.群众 现在是 '群众'，没有“群众”，可以是：正式党员、"),
        ("channel: {puppet: wechat}", "channel.puppet 现在是 'wechat'，应是 sandbox、service、none 之一"),
        ("channel: {name: 微信}", "channel.name 现在是 '微信'，只能有小写字母、数字、“-”和“_”，最多 40 个"),
        ("web:\n  port: 8081\n  port: 8082", "web.port 写了两次（第 3 行），请只留一处"),
        ("reminders: {at: '23:00'}", "reminders.at 现在是 23:00，在免打扰时间 22:00–08:00 里，到点发不出"),
        ("reminders: {branches: {甲支部: {at: '07:59'}}}", "reminders.branches.甲支部.at 现在是 07:59，在免打扰时间"),
        ("talks: {remind_at: '22:00'}", "talks.remind_at 现在是 22:00，在免打扰时间"),
        (
            "web: {public_url: 'http://hongyan.example.edu.cn'}",
            "web.public_url 现在是 'http://hongyan.example.edu.cn'，应是 https",
        ),
        ("web: {public_url: 'https://a.example/b'}", "web.public_url 现在是 'https://a.example/b'，只写到主机名"),
        ("web: {public_url: 'https://['}", "web.public_url 现在是 'https://['，应是 https:// 开头的网址"),
        ("web: {public_url: 'https://a:b@c.example'}", "web.public_url 现在是 'https://a:b@c.example'，只写到主机名"),
        ("web: {proxies: [proxy.example]}", "web.proxies.0 现在是 'proxy.example'，应是一个列表，里面是 IP 地址或网段"),
        ("web: {link_minutes: 11}", "web.link_minutes 现在是 11，应不大于 10"),
    ],
)
def test_a_fault_says_what_to_write(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: {said}") and len(str(caught.value).splitlines()) == 1


def test_a_variable_that_is_no_setting_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HONGYAN_FOO", "HONGYAN_WEB", "HONGYAN_SERVICE_TOKEN"):
        monkeypatch.setenv(name, "8081")
        with pytest.raises(ConfigurationError, match=f"环境变量 {name}：没有这项设置"):
            load(written(tmp_path, ""))
        monkeypatch.delenv(name)
    monkeypatch.setenv("HONGYAN_SANDBOX__NEWCOMERS", "吴昊")
    with pytest.raises(ConfigurationError, match="要写成 JSON"):
        load(written(tmp_path, ""))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HONGYAN_REMINDERS__DYA", "20", "环境变量 HONGYAN_REMINDERS__DYA：没有这项设置；"),
        (
            "HONGYAN_REMINDERS__DAY",
            "zwanzig",
            "环境变量 HONGYAN_REMINDERS__DAY：reminders.day 现在是 'zwanzig'，应是整数",
        ),
        ("HONGYAN_REMINDERS__AT", "23:00", "环境变量 HONGYAN_REMINDERS__AT：reminders.at 现在是 23:00，在免打扰时间"),
        ("HONGYAN_WEB__PROXIES", '["nowhere"]', "环境变量 HONGYAN_WEB__PROXIES：web.proxies.0 现在是 'nowhere'，"),
    ],
)
def test_what_a_variable_says_is_not_put_down_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    path = written(tmp_path, "web: {port: 0}\n" if "免打扰" not in said else "")
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    lines = str(caught.value).splitlines()
    assert any(line.startswith(said) for line in lines), lines
    of_the_file = [line for line in lines if str(path) in line]
    assert len(of_the_file) == ("免打扰" not in said) and all("web.port" in line for line in of_the_file)


def test_a_file_that_is_no_yaml_says_where(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="第 2 行第 10 列附近的格式不对"):
        load(written(tmp_path, "bot:\n  name: 鸿: 雁\n"))


@pytest.mark.parametrize("text", ["- a\n- b\n", "[]", "0", "bot: [unclosed", "\tbot: 1"])
def test_a_file_that_is_no_configuration_is_a_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, text))
    assert len(str(caught.value).splitlines()) == 1


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--config"):
        load(tmp_path / "none.yaml")


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, "service_token: puppet_secret\n"))
    assert "puppet_secret" not in str(caught.value)


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_CHANNEL__PUPPET", "service")
    monkeypatch.setenv("HONGYAN_WEB__PORT", "9000")
    monkeypatch.setenv("DATABASE_URL", "postgres://db/hongyan")
    monkeypatch.setenv("WECHATY_PUPPET_SERVICE_TOKEN", "puppet_secret")
    settings = load(written(tmp_path, "web: {port: 8081}\n"))
    assert (settings.channel.puppet, settings.web.port) == ("service", 9000)
    assert settings.database.url == "postgres://db/hongyan"
    assert settings.service_token.get_secret_value() == "puppet_secret"
    assert "puppet_secret" not in repr(settings)


def test_the_sandbox_does_not_open_where_a_gateway_is_set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECHATY_PUPPET_SERVICE_TOKEN", "puppet_secret")
    with pytest.raises(ConfigurationError, match="HONGYAN_CHANNEL__PUPPET=service") as caught:
        load(written(tmp_path, ""))
    assert "puppet_secret" not in str(caught.value)


def test_where_members_reach_their_pages(tmp_path: Path) -> None:
    for text, url, secure in (
        ("", "", False),
        ("https://Hongyan.example.edu.cn/", "https://hongyan.example.edu.cn", True),
        ("https://hongyan.example.edu.cn:8443", "https://hongyan.example.edu.cn:8443", True),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", False),
        ("http://[::1]:8080", "http://[::1]:8080", False),
    ):
        web = load(written(tmp_path, f"web: {{public_url: '{text}'}}")).web
        assert (web.public_url, web.is_secure) == (url, secure)


def test_proxies_can_be_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_WEB__PROXIES", '["172.16.0.0/12", "10.0.0.5"]')
    networks = load(written(tmp_path, "")).web.proxies
    assert [str(network) for network in networks] == ["172.16.0.0/12", "10.0.0.5/32"]


def test_words_of_the_field_are_read(tmp_path: Path) -> None:
    settings = load(written(tmp_path, "reports: {periods: {预备党员: month}}\ndues: {standards: {正式党员: 500}}\n"))
    assert settings.reports.period_kind(Category.PROBATIONARY) == "month"
    assert settings.reports.period_kind(Category.FULL) == ""
    assert settings.dues.standard(Category.FULL) == 500
    assert settings.dues.standard(Category.APPLICANT) == 0


@pytest.mark.parametrize(
    ("month", "expected"),
    [("2026-11", "2026-11-30"), ("2027-02", "2027-02-28"), ("2028-02", "2028-02-29"), ("2026-12", "2026-12-31")],
)
def test_the_31st_is_the_last_day_of_a_shorter_month(month: str, expected: str) -> None:
    assert ReminderTime(day=31).moment(Month.parse(month)).date().isoformat() == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23T21:59", "2026-11-23T21:59"),
        ("2026-11-23T22:00", "2026-11-24T08:00"),
        ("2026-11-30T23:59", "2026-12-01T08:00"),
        ("2026-11-24T07:59", "2026-11-24T08:00"),
        ("2026-11-24T08:00", "2026-11-24T08:00"),
    ],
)
def test_quiet_hours_end_in_the_morning(moment: str, expected: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert QuietHours().after(at) == datetime.fromisoformat(expected).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("onebot: {enabled: true}\n", "沙盒里的人是编的，不能同时连真的账号：请关掉 onebot"),
        ("channel: {puppet: none}\n", "一个通道也没有打开"),
        ("channel: {puppet: service, name: qq}\nonebot: {enabled: true, name: qq}\n", "有两个通道都叫 qq"),
        ("wecom_webhook: {rooms: {支部: 'no-name'}}\n", "wecom_webhook.rooms.支部"),
        ("channels_of: {支部: [We Com]}\n", "channels_of.支部.0"),
        ("onebot_token: a-secret\n", "onebot_token 不能写在文件里"),
    ],
)
def test_faults_between_channels_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(written(tmp_path, text))
    assert said in str(caught.value) and "a-secret" not in str(caught.value)


def test_channels_take_their_secrets_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "HONGYAN_WECOM_SECRET": "one",
        "HONGYAN_ONEBOT_TOKEN": "two",
        "HONGYAN_SMS_SECRET": "three",
        "KEY": "four",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    text = "channel: {puppet: none}\nwecom_webhook: {enabled: true, rooms: {甲支部: KEY, 乙支部: NOT_SET}}\n"
    settings = load(written(tmp_path, text))
    found = (settings.wecom_secret, settings.onebot_token, settings.sms_secret, *settings.webhook_keys.values())
    assert [secret.get_secret_value() for secret in found] == ["one", "two", "three", "four", ""]
    assert [section.name for section in settings.further] == ["wecom_webhook"]
    assert not [value for value in secrets.values() if value in repr(found)]
