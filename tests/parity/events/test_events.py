"""Gristmill's structured log against the shapes that dbt's was recorded with."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from .shapes import COMMANDS, GOLDEN, observe


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return observe([sys.executable, "-m", "gristmill"], tmp_path_factory.mktemp("events"))


@pytest.mark.parametrize("command", [" ".join(command) for command in COMMANDS])
def test_the_log_of(command: str, observed: dict[str, Any]) -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))[command]
    ours = observed[command]
    assert ours["exit"] == golden["exit"]
    assert ours["nodes"] == golden["nodes"]
    assert ours["kinds"] == golden["kinds"]
