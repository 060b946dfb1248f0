"""Every flag of dbt's help is a flag of the same command here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gristmill import _core

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text("utf-8"))


@pytest.mark.parametrize("command", GOLDEN)
def test_the_flags_of(command: str) -> None:
    flags = GOLDEN[command]
    assert len(flags) > 40

    def refused(flag: str) -> bool:
        usage = _core.invoke([*command.split(), flag, "--no-such-flag"])["usage"]
        return f"unexpected argument '{flag}'" in usage.splitlines()[0]

    assert refused("--no-such-flag")
    assert [flag for flag in flags if refused(flag)] == []


@pytest.mark.parametrize("flag", ["--fail-fast", "--log-level", "--target", "--quiet"])
def test_global_flags_stand_before_the_command(flag: str) -> None:
    value = {"--log-level": ["warn"], "--target": ["dev"]}.get(flag, [])
    usage = _core.invoke([flag, *value, "parse", "--no-such-flag"])["usage"]
    assert "'--no-such-flag'" in usage.splitlines()[0]
