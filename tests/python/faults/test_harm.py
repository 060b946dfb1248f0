"""Killed at any call that changes a file, a full disk at any of them, any file damaged, any clock: exactly the right rows.

These are samples; `make soak` tries every call and every file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from . import shim
from .shop import CASES, SEVERAL

SAMPLE = 2
WRONG = ("lost", "duplicated", "half", "stuck", "nameless")


def harmed(library: Path, tmp_path: Path, module: str, **about: Any) -> dict[str, int]:
    told = shim.under(library, module, {**about, "folder": str(tmp_path)})
    assert not told["notes"], "\n".join(told["notes"])
    totals = told["totals"]
    assert not any(totals.get(name) for name in WRONG), totals
    return totals


@pytest.mark.parametrize("case", CASES)
def test_killed_at_a_call(case: str, library: Path, tmp_path: Path) -> None:
    totals = harmed(library, tmp_path, "harm", case=case, harm="kill", points=SAMPLE, turn=CASES.index(case))
    assert totals["calls"] > 100
    assert totals["killed"] == totals["points"] == SAMPLE


def test_killed_at_a_random_time(library: Path, tmp_path: Path) -> None:
    totals = harmed(library, tmp_path, "harm", case="upsert", harm="random", points=2, turn=7)
    assert totals["points"] == 2


@pytest.mark.parametrize("case", CASES)
def test_full_disk_from_a_call_on(case: str, library: Path, tmp_path: Path) -> None:
    totals = harmed(library, tmp_path, "harm", case=case, harm="full", points=SAMPLE, turn=CASES.index(case))
    assert totals["refused"] >= 1


@pytest.mark.parametrize("case", ["upsert", SEVERAL])
def test_damaged_file(case: str, library: Path, tmp_path: Path) -> None:
    totals = harmed(library, tmp_path, "damage", case=case, points=2, turn=CASES.index(case))
    assert totals.get("healed", 0) + totals.get("refused", 0) == totals["points"] == 8


@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "lost"])
@pytest.mark.parametrize("case", ["append", "scd2", SEVERAL])
def test_clock_set_back_and_forward(case: str, keeps: bool, library: Path, tmp_path: Path) -> None:
    assert shim.under(library, "clock", {"case": case, "keeps": keeps, "folder": str(tmp_path)}) == []
