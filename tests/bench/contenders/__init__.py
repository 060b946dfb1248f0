"""The programs that are measured, each run in a process of its own: `python -m ... CASE ROWS INPUTS OUTPUT`."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import NamedTuple


class Asked(NamedTuple):
    """What a contender is to do."""

    case: str
    rows: int
    inputs: Path
    output: Path


def asked() -> Asked:
    case, rows, inputs, output = sys.argv[1:]
    return Asked(case, int(rows), Path(inputs), Path(output))


def ready() -> None:
    """Tell that imports and inputs are there: what counts begins now."""
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    print(f"ready {total:.6f}", flush=True)
