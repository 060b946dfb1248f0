"""Sources: pages of an API that answers after 20 ms, in CPU seconds and in seconds on the wall."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import ROOT, cost
from tests.bench.page_server import ROWS

PAGES = 200
LATENCY = 0.02


@dataclass(frozen=True)
class Taken:
    """What one run took."""

    cpu: float
    wall: float
    rows: int


def http(rounds: int, pages: int = PAGES) -> None:
    """200 pages of 500 rows, linked one to the next and numbered."""
    peers = os.environ.get("GRISTMILL_PEERS")
    print(f"{pages} pages of {ROWS} rows at {LATENCY * 1000:.0f} ms, the least of {rounds} interleaved runs")
    print(f"{'pages':8} {'contender':11} {'cpu s':>7} {'wall s':>7} {'rows':>8} {'gristmill is':>26}")
    with tempfile.TemporaryDirectory(prefix="gristmill-bench-") as name, serving(pages) as port:
        for paging in ("link", "number"):
            best: dict[str, Taken] = {}
            for number in range(rounds):
                for contender, python in {"gristmill": sys.executable, "dlt": peers}.items():
                    if python is not None:
                        folder = Path(name) / f"{paging}-{contender}-{number}"
                        taken = once(contender, python, port, paging, folder)
                        known = best.get(contender, taken)
                        best[contender] = Taken(min(known.cpu, taken.cpu), min(known.wall, taken.wall), taken.rows)
            ours = best["gristmill"]
            for contender, taken in best.items():
                ratio = f"{taken.cpu / ours.cpu:.1f}x less CPU, {taken.wall / ours.wall:.1f}x faster"
                shown = ratio if contender != "gristmill" else ""
                print(f"{paging:8} {contender:11} {taken.cpu:7.2f} {taken.wall:7.2f} {taken.rows:8} {shown:>26}")


def once(contender: str, python: str, port: int, paging: str, folder: Path) -> Taken:
    """One run in a process of its own."""
    folder.mkdir()
    script = ROOT / "tests" / "bench" / "contenders" / "pages_run.py"
    said: list[str] = []
    used = cost([python, str(script), contender, str(port), paging], folder, said)
    figures = dict(line.split() for line in said if line)
    return Taken(used.cpu, float(figures["wall"]), int(figures["rows"]))


@contextmanager
def serving(pages: int) -> Generator[int]:
    """The server, for as long as it is needed."""
    command = [sys.executable, "-m", "tests.bench.page_server", str(pages), str(LATENCY)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
