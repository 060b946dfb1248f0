"""Every promised name is there, and is called as in dlt; what is not is told with its reason."""

from __future__ import annotations

import json
import sys

import pytest

from tests.parity.surface.__main__ import NAMES, described
from tests.parity.surface.compare import HERE, differences, unexpected

GOLDEN = json.loads((HERE / "golden.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return differences(GOLDEN, json.loads(described("gristmill", sys.executable)))


def test_golden_holds_what_is_promised() -> None:
    assert sorted(GOLDEN["names"]) == NAMES.read_text("utf-8").split()
    assert GOLDEN["peer"] == "dlt 1.31.0"
    assert not [name for name, about in GOLDEN["names"].items() if "missing" in about]


def test_names_are_called_as_in_dlt(lines: list[str]) -> None:
    assert unexpected(lines)[0] == []


def test_every_absence_that_is_told_is_one(lines: list[str]) -> None:
    assert unexpected(lines)[1] == []
