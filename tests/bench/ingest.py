"""Ingestion: gristmill against DuckDB alone and against dlt, in CPU seconds of one interleaved run."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import inputs
from tests.bench.measure import Cost, cost

# Rows at scale 1. The rows of `json_lines` take 250 MB.
CASES = {
    "json_lines": 200_000,
    "csv": 1_000_000,
    "flat_dicts": 200_000,
    "nested_dicts": 50_000,
    "arrow": 2_000_000,
    "merge": 50_000,
    "smallest": 1,
    "memory": 800_000,
}

# Whose cost is looked at as the work grows, and how.
GROWING = ("json_lines", "csv", "flat_dicts", "nested_dicts", "arrow", "merge")
TIMES = (1, 2, 4, 8)

SMALLEST = """
import {name} as dlt
dlt.pipeline("smallest", destination="duckdb").run([{{"id": 1}}], table_name="rows"{options})
"""

CONTENDERS = "tests.bench.contenders"

Run = Callable[[], Cost]


def run(cases: list[str], scale: float, rounds: int) -> None:
    """Measure the cases and print a line for each contender."""
    print(f"CPU seconds, the least of {rounds} interleaved runs, at scale {scale:g}")
    print(f"{'case':14} {'contender':26} {'cpu s':>8} {'us a row':>9} {'peak MB':>8} {'gristmill is':>13}")
    with tempfile.TemporaryDirectory(prefix="gristmill-bench-") as name:
        for case in cases:
            rows = max(1, int(CASES[case] * (1 if case == "smallest" else scale)))
            Bench(Path(name), case, rows).run(rounds)


class Bench:
    """One case with its inputs and contenders."""

    def __init__(self, folder: Path, case: str, rows: int, mark: str = "") -> None:
        self.inputs = folder / f"inputs-{case}{mark}"
        self.inputs.mkdir()
        self.folder = folder
        self.case = case
        self.rows = rows

    def run(self, rounds: int) -> None:
        if self.case == "smallest":
            self._smallest(rounds)
            return
        if self.case == "memory":
            self._memory()
            return
        self._prepare()
        contenders: dict[str, Run] = {"gristmill": lambda: self._once("gristmill_run")}
        what = {"csv": "DuckDB read_csv", "merge": "SQL on ready tables"}.get(self.case, "DuckDB, ready Arrow")
        contenders[what] = lambda: self._once("floor")
        if self.case == "json_lines":
            contenders["DuckDB read_json_auto"] = lambda: self._once("floor", "read_json_auto")
        peers = os.environ.get("GRISTMILL_PEERS")
        if peers:
            contenders["dlt, parquet"] = lambda: self._once("dlt_run", python=peers)
        self._print(interleaved(contenders, rounds), lambda cost: cost.cpu)
        shutil.rmtree(self.inputs)

    def alone(self, rounds: int) -> float:
        """What a row costs gristmill, in CPU microseconds."""
        self._write_files()
        best = interleaved({"gristmill": lambda: self._once("gristmill_run")}, rounds)["gristmill"]
        shutil.rmtree(self.inputs)
        return best.cpu / self.rows * 1e6

    def _write_files(self) -> None:
        if self.case == "json_lines":
            inputs.json_lines(self.inputs / "products.jsonl", self.rows)
        elif self.case == "csv":
            inputs.csv(self.inputs / "rows.csv", self.rows)

    def _prepare(self) -> None:
        self._write_files()
        if self.case not in ("csv", "arrow"):
            self._finish_tables()

    def _finish_tables(self) -> None:
        # Ready tables are what gristmill makes of the input; a merge needs those before it, and those that come.
        if self.case == "merge":
            self._finish("merge_base", self.inputs / "merge_base")
            self._finish("merge_news", self.inputs / "merge")
        else:
            self._finish(self.case, self.inputs / self.case)

    def _finish(self, case: str, finished: Path) -> None:
        with self._output() as output:
            self._run("gristmill_run", case, output)
            # Not in this process: a child begins with the peak memory of its parent.
            module = f"{CONTENDERS}.finished"
            cost([sys.executable, "-m", module, str(output / "out.duckdb"), str(finished)], output)

    def _once(self, contender: str, case: str | None = None, python: str = sys.executable) -> Cost:
        with self._output() as output:
            return self._run(contender, case or self.case, output, python)

    def _run(self, contender: str, case: str, output: Path, python: str = sys.executable) -> Cost:
        module = f"{CONTENDERS}.{contender}"
        return cost([python, "-m", module, case, str(self.rows), str(self.inputs), str(output)], output)

    @contextmanager
    def _output(self) -> Generator[Path]:
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            yield Path(name)

    def _smallest(self, rounds: int) -> None:
        def python(code: str, python: str = sys.executable) -> Run:
            def once() -> Cost:
                with self._output() as output:
                    return cost([python, "-c", code], output)

            return once

        contenders: dict[str, Run] = {
            "gristmill": python(SMALLEST.format(name="gristmill", options="")),
            "import gristmill": python("import gristmill"),
            "python, import duckdb": python("import duckdb"),
            "python": python("pass"),
        }
        peers = os.environ.get("GRISTMILL_PEERS")
        if peers:
            contenders["dlt"] = python(SMALLEST.format(name="dlt", options=", loader_file_format='parquet'"), peers)
        self._print(interleaved(contenders, rounds), lambda cost: cost.whole)

    def _memory(self) -> None:
        # 64 MB, 1 GB and 4 GB at scale 1: what stays in memory must not grow with the file.
        costs: dict[str, Cost] = {}
        for rows in (max(1, self.rows // 16), self.rows, self.rows * 4):
            self.rows = rows
            path = self.inputs / "products.jsonl"
            path.unlink(missing_ok=True)
            inputs.json_lines(path, rows)
            costs[f"{path.stat().st_size / 1e6:.0f} MB"] = self._once("gristmill_run")
        least = min(found.peak_mb for found in costs.values())
        for name, found in costs.items():
            print(
                f"{self.case:14} {name:26} {found.cpu:8.3f} {'':9} {found.peak_mb:8.0f} {found.peak_mb / least:11.2f} x"
            )
        shutil.rmtree(self.inputs)

    def _print(self, costs: dict[str, Cost], seconds: Callable[[Cost], float]) -> None:
        ours = seconds(costs["gristmill"])
        for name, found in costs.items():
            ratio = "" if name == "gristmill" else f"{ours / max(seconds(found), 1e-6):.2f} x"
            each = f"{seconds(found) / self.rows * 1e6:9.2f}" if self.rows > 1 else f"{'':9}"
            print(f"{self.case:14} {name:26} {seconds(found):8.3f} {each} {found.peak_mb:8.0f} {ratio:>13}")
        sys.stdout.flush()


def growth(cases: list[str], scale: float, rounds: int) -> None:
    """Measure gristmill at 1, 2, 4 and 8 times the work: microseconds a row that rise are a curve that bends up."""
    print(f"gristmill, CPU microseconds a row, the least of {rounds} runs; 1x is scale {scale:g}")
    print(f"{'case':14} {'1x':>9} {'2x':>9} {'4x':>9} {'8x':>9}")
    with tempfile.TemporaryDirectory(prefix="gristmill-bench-") as name:
        for case in cases:
            each = [Bench(Path(name), case, max(1, int(CASES[case] * scale * times)), f"-{times}x") for times in TIMES]
            print(f"{case:14} " + " ".join(f"{bench.alone(rounds):9.2f}" for bench in each), flush=True)


def interleaved(contenders: dict[str, Run], rounds: int) -> dict[str, Cost]:
    """Each contender once in every round, so that all meet the same weather."""
    best: dict[str, Cost] = {}
    for _ in range(rounds):
        for name, once in contenders.items():
            best[name] = once().best(best.get(name))
    return best
