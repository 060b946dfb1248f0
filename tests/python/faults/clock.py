"""Runs between which the clock is set back and forward: `python -m tests.python.faults.clock <JSON>`.

`{"case", "keeps": <the working directory>, "folder"}`; tells what was wrong.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb

from . import shim
from .processes import in_child
from .shop import SEVERAL, Scene

DAYS = (0, -1, -400, 400, 0, -400)


def run(scene: Scene, days: int) -> list[str]:
    """One run under a clock that is wrong by so many days."""
    shim.shift_clock(days)
    # Setting the clock has to have an effect, or nothing is tried.
    assert abs((dt.datetime.now(dt.UTC) - Scene.began).total_seconds() - days * 86_400) < 3600
    scene.run(1)
    shim.shift_clock(0)
    verdict = scene.check(whole=False)
    return verdict.notes + ([] if verdict.right else [str(verdict)])


def history(scene: Scene) -> list[str]:
    """What the order of loads and of versions says."""
    wrong: list[str] = []
    with duckdb.connect(str(scene.database)) as connection:
        ids = [
            float(row[0]) for row in connection.execute("select load_id from shop._dlt_loads order by rowid").fetchall()
        ]
        # The packages of one run carry ids in the order in which their sources came, and the state goes last.
        if scene.case != SEVERAL and ids != sorted(set(ids)):
            wrong.append(f"load ids do not grow: {ids}")
        if len(set(ids)) != len(DAYS) * (2 if scene.case == SEVERAL else 1):
            wrong.append(f"there are {len(ids)} loads: {ids}")
        if scene.case == "scd2":
            odd = connection.execute(
                "select id, _dlt_valid_from, _dlt_valid_to from (select *, lead(_dlt_valid_from) over "
                "(partition by id order by batch) as following from shop.orders) where _dlt_valid_to <= _dlt_valid_from "
                "or (following is not null and following is distinct from _dlt_valid_to)"
            ).fetchall()
            wrong += [f"versions overlap: {odd}"] if odd else []
    return wrong


def main(arguments: dict[str, Any]) -> list[str]:
    """All runs, each in a process of its own."""
    scene = Scene(Path(arguments["folder"]), arguments["case"], batches=len(DAYS))
    Scene.began = dt.datetime.now(dt.UTC)
    wrong: list[str] = []
    for number, days in enumerate(DAYS):
        ended = in_child(lambda d=days: run(scene, d))
        wrong += [f"run {number + 1}, {days} days: {text}" for text in ended.value or [ended.error] if text]
        if not arguments["keeps"]:
            shutil.rmtree(scene.data, ignore_errors=True)
    ended = in_child(lambda: scene.check(whole=True).notes + history(scene))
    return wrong + (ended.value if ended.value is not None else [ended.error])


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
