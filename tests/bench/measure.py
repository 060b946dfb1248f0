"""One contender in a process of its own: what it and its children used, from its own mark on."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cost:
    """CPU seconds (user and system, of the process tree) and peak memory of one run."""

    cpu: float
    whole: float
    peak_mb: float

    def best(self, other: Cost | None) -> Cost:
        """The cheaper of two runs of the same work: what a busy machine adds is not the contender's."""
        if other is None:
            return self
        return Cost(min(self.cpu, other.cpu), min(self.whole, other.whole), min(self.peak_mb, other.peak_mb))


def cost(command: list[str], folder: Path, lines: list[str] | None = None) -> Cost:
    """Run to the end. What is used before the line `ready <seconds>` (imports, inputs) does not count as `cpu`.

    What it printed is added to `lines`.
    """
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        "HOME": str(folder),
        # Installed packages have their bytecode compiled; the first round does it for those that have not.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode"),
        "DLT_DATA_DIR": str(folder / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",
    }
    with (folder / "errors.txt").open("w+") as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        assert process.stdout is not None
        said = process.stdout.read()
        # The usage of this child and of all that it waited for.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{errors.read()[-4000:]}")
    if lines is not None:
        lines.extend(said.splitlines())
    ready = [float(line.split()[1]) for line in said.splitlines() if line.startswith("ready ")]
    whole = usage.ru_utime + usage.ru_stime
    return Cost(whole - (ready[0] if ready else 0.0), whole, usage.ru_maxrss / 1024)


def compare(contenders: Mapping[str, Sequence[str]], rounds: int) -> None:
    """Run each contender's command in turn, in a folder of its own that is its last argument; print the best of each."""
    best: dict[str, tuple[Cost, float]] = {}
    for _ in range(rounds):
        for label, command in contenders.items():
            with tempfile.TemporaryDirectory(prefix="gristmill-bench-") as name:
                started = time.perf_counter()
                used = cost([*command, name], Path(name))
                wall = time.perf_counter() - started
            known = best.get(label)
            best[label] = (used.best(known[0]), min(wall, known[1])) if known else (used, wall)
    own, own_wall = best["gristmill"]
    for label, (used, wall) in best.items():
        print(
            f"  {label:<24} {used.cpu:7.2f} s CPU  {wall:7.2f} s wall  {used.peak_mb:6.0f} MB"
            f"   {used.cpu / own.cpu:5.1f} x CPU  {wall / own_wall:5.1f} x wall"
        )
