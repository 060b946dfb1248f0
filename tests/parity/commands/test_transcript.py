"""Each command tells of one pipeline what dlt's command tells of it."""

from __future__ import annotations

import json
import sys

import pytest

from .transcript import COMMANDS, GOLDEN, transcript

EXPECTED = json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def told() -> dict[str, list[str]]:
    """One pipeline, all commands in turn: each finds what those before it left."""
    gristmill = [sys.executable, "-m", "gristmill"]
    return transcript([*gristmill, "exec"], gristmill)


@pytest.mark.xdist_group("transcript")
@pytest.mark.parametrize("step", EXPECTED)
def test_what_a_command_tells(told: dict[str, list[str]], step: str) -> None:
    assert told[step] == EXPECTED[step]


def test_each_command_is_recorded() -> None:
    assert [step.split(" ", 1)[1] for step in EXPECTED] == list(COMMANDS)
