"""Switching in mid-life: days loaded by dlt and by gristmill in turn leave what dlt would have left alone.

`switching/golden` keeps, for each story, the file that dlt left after its first day and what the database held after each
day, so that gristmill can go on where dlt was, and be compared where it was first. With GRISTMILL_PEERS, a Python with
dlt, the two take turns for real.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "switching")]

from day import STORIES  # noqa: E402
from dlt_harness import differences  # noqa: E402
from export import from_sql  # noqa: E402
from turns import GOLDEN, held, load  # noqa: E402

PEERS = os.environ.get("GRISTMILL_PEERS")
ORDERS = {
    "dlt-gristmill-dlt": ("dlt", "gristmill", "dlt"),
    "gristmill-dlt-gristmill": ("gristmill", "dlt", "gristmill"),
    "to and fro": ("dlt", "gristmill", "gristmill", "dlt"),
}


def golden(story: str) -> list[dict[str, Any]]:
    return json.loads((GOLDEN / f"{story}.json").read_text("utf-8"))


@pytest.mark.parametrize("story", STORIES)
def test_gristmill_goes_on_where_dlt_was(story: str, tmp_path: Path) -> None:
    from_sql((GOLDEN / f"{story}.sql").read_text("utf-8"), tmp_path / "warehouse.duckdb")
    days = golden(story)
    for day in (2, 3):
        told = load(sys.executable, "gristmill", story, day, tmp_path, tmp_path / f"data {day}")
        assert not differences(days[day - 1], held(tmp_path, told))


@pytest.mark.parametrize("story", STORIES)
def test_dlt_finds_after_gristmill_what_it_would_have_left(story: str, tmp_path: Path) -> None:
    for day, left in enumerate(golden(story), 1):
        told = load(sys.executable, "gristmill", story, day, tmp_path, tmp_path / f"data {day}")
        assert not differences(left, held(tmp_path, told))


@pytest.mark.skipif(not PEERS, reason="needs GRISTMILL_PEERS, a Python with dlt")
@pytest.mark.parametrize("working_dir", ["kept by each", "shared", "lost"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("story", STORIES)
def test_no_row_is_lost_or_doubled(story: str, order: str, working_dir: str, tmp_path: Path) -> None:
    outcomes: dict[str, Any] = {}
    for run in ("alone", "in turn"):
        folder = tmp_path / run
        folder.mkdir()
        for day, peer in enumerate(ORDERS[order], 1):
            name = {"kept by each": peer, "shared": "both", "lost": f"day {day}"}[working_dir]
            who = "dlt" if run == "alone" else peer
            python = str(PEERS) if who == "dlt" else sys.executable
            told = load(python, who, story, day, folder, folder / f"data {name}")
        outcomes[run] = held(folder, told)
    assert not differences(outcomes["alone"], outcomes["in turn"])
