"""What commands over a generated project cost, in CPU seconds of gristmill and of dbt, and whether both leave the same.

    python -m tests.bench.runner [--shape layered] [--size 1000] [--threads 4] [--dbt <path of dbt>]

A parse is measured without what earlier ones left, and with it. Every command has a fresh copy of the project, or of the
project as it was built. What `run` costs is compared with the SQL that it ran, too, sent to DuckDB on one connection.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.bench.projects import SHAPES, generate

#: The command, and what must have run before it in the same folder.
MEASURES: dict[str, tuple[list[str], list[str] | None]] = {
    "parse, cold": (["parse"], None),
    "parse, warm": (["parse"], ["parse"]),
    "ls, warm": (["ls"], ["parse"]),
    "ls of one, warm": (["ls", "--select", "model_7"], ["parse"]),
    "compile": (["compile"], ["parse"]),
    "run": (["run"], ["parse"]),
    "build": (["build"], ["parse"]),
    "test": (["test"], ["build"]),
    "docs generate": (["docs", "generate"], ["build"]),
    "check": (["check"], ["parse"]),
}
OURS_ALONE = ("check",)
# The SQL of every node in the order in which a run ran it, from what it left in its target folder.
SQL_ALONE = """
import duckdb, json, pathlib
nodes = json.loads(pathlib.Path("target/manifest.json").read_text("utf-8"))["nodes"]
results = json.loads(pathlib.Path("target/run_results.json").read_text("utf-8"))["results"]
connection = duckdb.connect("alone/warehouse.duckdb")
for result in results:
    connection.execute(pathlib.Path("target/run/bench", nodes[result["unique_id"]]["original_file_path"]).read_text("utf-8"))
"""


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    cpu: float
    wall: float


def measured(command: list[str], folder: Path) -> Cost:
    """Run a command in a folder."""
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PYTHONPATH": python_path()}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{run.stdout[-4000:]}{run.stderr[-4000:]}")
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def python_path() -> str:
    """Where this process finds gristmill, so that the command runs the same."""
    return os.pathsep.join(path for path in sys.path if path)


def contender(executable: list[str], project: Path, scratch: Path, names: list[str], runs: int) -> dict[str, Cost]:
    """The cost of each measure: the best of its runs."""
    costs: dict[str, Cost] = {}
    prepared: dict[str, Path] = {}
    for name in names:
        command, before = MEASURES[name]
        ready = project
        if before:
            key = " ".join(before)
            if key not in prepared:
                prepared[key] = scratch / f"ready_{len(prepared)}"
                shutil.copytree(project, prepared[key])
                measured([*executable, "--quiet", *before, *in_folder(prepared[key])], prepared[key])
            ready = prepared[key]
        for _ in range(runs):
            copy = scratch / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(ready, copy)
            cost = measured([*executable, "--quiet", *command, *in_folder(copy)], copy)
            costs[name] = cheaper(costs.get(name), cost)
        if command[0] in ("run", "build") and command[0] not in prepared:
            prepared[command[0]] = scratch / f"ready_{command[0]}"
            shutil.move(scratch / "copy", prepared[command[0]])
    return costs


def in_folder(folder: Path) -> list[str]:
    """The flags of a command over the project in a folder."""
    return ["--project-dir", str(folder), "--profiles-dir", str(folder)]


def cheaper(one: Cost | None, other: Cost) -> Cost:
    """The one of less CPU."""
    return other if one is None or other.cpu < one.cpu else one


def sql_alone(ran: Path, runs: int) -> Cost:
    """The cost of the SQL that a run left in its folder."""
    best: Cost | None = None
    for _ in range(runs):
        shutil.rmtree(ran / "alone", ignore_errors=True)
        (ran / "alone").mkdir()
        best = cheaper(best, measured([sys.executable, "-c", SQL_ALONE], ran))
    assert best is not None
    return best


def left_by(folder: Path) -> tuple[Counter[str], dict[str, int]]:
    """How nodes ended, and how many rows each relation has."""
    results = json.loads((folder / "target" / "run_results.json").read_text("utf-8"))["results"]
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        names = connection.execute("select table_name from information_schema.tables order by all").fetchall()
        counts = {name: one(connection, f'select count(*) from "{name}"') for (name,) in names}
    return Counter(f"{result['unique_id'].split('.')[0]} {result['status']}" for result in results), counts


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The single number that a query gives."""
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def main(arguments: list[str] | None = None) -> int:
    """Print a table: a line for each command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=SHAPES, default="layered")
    parser.add_argument("--size", type=int, default=1000, help="models, or tests of the shape `tested`")
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--dbt", default="dbt", help="the dbt to compare with; an empty text leaves it out")
    parser.add_argument("--runs", type=int, default=3, help="of gristmill: the best counts; dbt runs once")
    parser.add_argument("measures", nargs="*", help=f"of {', '.join(MEASURES)} (default: all)")
    options = parser.parse_args(arguments)
    names = options.measures or list(MEASURES)
    line = "{:<18}{:>14}{:>12}{:>12}{:>12}{:>10}\n"
    sys.stdout.write(f"{options.shape}, {options.size}, {options.threads} threads\n")
    sys.stdout.write(line.format("", "gristmill cpu", "wall", "dbt cpu", "wall", "ratio"))
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        project = scratch / "project"
        generate(project, options.shape, options.size, options.threads)
        ours = contender([sys.executable, "-m", "gristmill"], project, scratch / "ours", names, options.runs)
        theirs: dict[str, Cost] = {}
        if options.dbt:
            compared = [name for name in names if name not in OURS_ALONE]
            theirs = contender([options.dbt], project, scratch / "theirs", compared, 1)
        for name in names:
            own, other = ours[name], theirs.get(name)
            told = (
                ("", "", "")
                if other is None
                else (f"{other.cpu:.2f}", f"{other.wall:.2f}", f"{other.cpu / own.cpu:.1f} x")
            )
            sys.stdout.write(line.format(name, f"{own.cpu:.3f}", f"{own.wall:.3f}", *told))
        if "run" in names:
            floor, own = sql_alone(scratch / "ours" / "ready_run", options.runs), ours["run"]
            sys.stdout.write(f"run over its SQL alone ({floor.cpu:.2f} s): {own.cpu / floor.cpu:.2f} x\n")
        if "build" in names and options.dbt:
            pair = [left_by(scratch / side / "ready_build") for side in ("ours", "theirs")]
            same = pair[0] == pair[1]
            sys.stdout.write(
                f"{dict(pair[0][0])}, {len(pair[0][1])} relations: {'the same' if same else 'NOT the same'}\n"
            )
            return 0 if same else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
