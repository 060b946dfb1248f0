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
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE / "switching"))

from day import STORIES  # noqa: E402
from dlt_harness import differences  # noqa: E402
from export import from_sql  # noqa: E402
from turns import GOLDEN, held, load  # noqa: E402

PEERS = os.environ.get("GRISTMILL_PEERS")
# Who loads each day, and whether each peer has a working directory of its own, both share one, or it is lost every night.
TURNS = {
    "dlt-gristmill-dlt": ("shared", "kept by each", "lost"),
    "gristmill-dlt-gristmill": ("shared", "lost"),
    "dlt-gristmill-gristmill-dlt": ("kept by each",),
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
@pytest.mark.parametrize(
    ("story", "order", "working_dir"),
    [
        (story, order, kept)
        for story in STORIES
        for order, ways in TURNS.items()
        for kept in ways
        # Two working directories of dlt do not tell each other of columns either, unless the state changes.
        if (story, kept) != ("shapes", "kept by each")
    ],
)
def test_in_turn_they_leave_what_dlt_leaves_alone(story: str, order: str, working_dir: str, tmp_path: Path) -> None:
    for day, (peer, left) in enumerate(zip(order.split("-"), golden(story), strict=False), 1):
        name = {"kept by each": peer, "shared": "both", "lost": f"day {day}"}[working_dir]
        python = str(PEERS) if peer == "dlt" else sys.executable
        told = load(python, peer, story, day, tmp_path, tmp_path / f"data {name}")
        assert not differences(left, held(tmp_path, told)), f"after day {day}"
