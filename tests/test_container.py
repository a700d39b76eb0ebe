"""What the image and its composition promise: no root, nothing to write to but the data, no rights to gain."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

PROJECT = Path(__file__).parents[1]
COMPOSED: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSED["services"]
LAST_STAGE = (PROJECT / "Dockerfile").read_text("utf-8").rpartition("\nFROM ")[2]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] <= 256
    assert not {"privileged", "ports", "pid", "ipc", "network_mode", "devices"} & service.keys()
    for place in service["tmpfs"]:
        assert {"noexec", "nosuid", "nodev"} <= set(place.partition(":")[2].split(","))
    assert all(not str(volume).startswith(("/", ".")) for volume in service["volumes"])


def test_the_database_is_reached_by_the_bot_alone() -> None:
    assert SERVICES["database"]["networks"] == ["inside"] and COMPOSED["networks"]["inside"]["internal"] is True
    assert SERVICES["database"]["user"] == "postgres"


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    user, group = re.findall(r"^USER (\d+):(\d+)$", LAST_STAGE, re.M)[-1]
    assert int(user) > 0 and int(group) > 0
    assert "\nHEALTHCHECK" in LAST_STAGE and "/healthz" in LAST_STAGE
    # The program belongs to root, so that its user cannot change it.
    assert "--chown" not in LAST_STAGE and re.findall(r"^VOLUME (.+)$", LAST_STAGE, re.M) == ["/data"]


def test_nothing_secret_is_in_the_image() -> None:
    values = re.findall(r"^(\w+)=(.*)$", (PROJECT / ".env.example").read_text("utf-8"), re.M)
    assert len(values) >= 3 and not any(value for _, value in values)
    taken = [line[1:] for line in (PROJECT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    assert not any("env" in name or "data" in name or "tests" in name for name in taken)


def test_every_key_lies_where_the_image_can_write() -> None:
    """Beside the database: the root is read-only."""
    keys = [name for name, field in Settings.model_fields.items() if hasattr(field.default, "key_file")]
    given = dict(re.findall(r"\b(HONGYAN_\w+__KEY_FILE)=(\S+)", LAST_STAGE))
    assert len(keys) >= 3 and given.keys() == {f"HONGYAN_{name.upper()}__KEY_FILE" for name in keys}
    assert all(Path(place).parent == Path("/data") for place in given.values())
    assert len(set(given.values())) == len(given)
