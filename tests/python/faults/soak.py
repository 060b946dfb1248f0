"""The long form: harm at every call, damage to every file. `python -m tests.python.faults.soak [--processes 2] [case ...]`."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from . import shim
from .shop import CASES, SEVERAL

PARTS = 4
KILLS_AT_RANDOM = 20
WRONG = ("lost", "duplicated", "half", "stuck")
HARMS = ("kill", "random", "full", "damage")
MEMORY = Path("/dev/shm")


def jobs(cases: list[str], harms: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """What there is to do: of each case a part, then of each the next."""
    found: list[tuple[str, dict[str, Any]]] = []
    for harm in harms:
        for number, case in enumerate(cases):
            about: dict[str, Any] = {"case": case, "harm": harm, "points": 0, "turn": number}
            if harm == "damage":
                # What a file is worth does not depend on the disposition.
                found += [("damage", about)] if case in ("append", "upsert", SEVERAL) else []
            elif harm == "random":
                found.append(("harm", {**about, "points": KILLS_AT_RANDOM}))
            else:
                found += [("harm", {**about, "part": part, "parts": PARTS}) for part in range(PARTS)]
    return sorted(found, key=lambda job: job[1].get("part", 0))


def main() -> int:
    """Do all of it and print the totals."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--harm", action="append", choices=HARMS)
    parser.add_argument("case", nargs="*")
    chosen = parser.parse_args()
    began = time.monotonic()
    totals: dict[str, Counter[str]] = {harm: Counter() for harm in HARMS}
    notes: list[str] = []
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        library = shim.built(Path(folder))

        def one(number: int, module: str, about: dict[str, Any]) -> dict[str, Any]:
            own = Path(folder) / str(number)
            own.mkdir()
            told = shim.under(library, module, {**about, "folder": str(own)})
            shutil.rmtree(own)
            return {**told, "about": about}

        with ThreadPoolExecutor(chosen.processes) as pool:
            waiting = [
                pool.submit(one, number, module, about)
                for number, (module, about) in enumerate(jobs(chosen.case or CASES, chosen.harm or list(HARMS)))
            ]
            for done in as_completed(waiting):
                told = done.result()
                about = told["about"]
                totals[about["harm"]].update(told["totals"])
                notes += told["notes"]
                print(f"{about['harm']} {about['case']} {about.get('part', 0)}: {told['totals']}", flush=True)
    print(*notes, sep="\n")
    kills = totals["kill"] + totals["random"]
    print(f"in {time.monotonic() - began:.0f} s")
    print(line("kill points tried", kills))
    print(line("full disks tried", totals["full"]))
    print(line("damaged files tried", totals["damage"]))
    every = sum(totals.values(), Counter[str]())
    return int(any(every[name] for name in (*WRONG, "nameless")))


def line(what: str, counts: Counter[str]) -> str:
    """`kill points tried 10, lost 0, ...`."""
    words = {"half": "half-visible"}
    told = [f"{what} {counts['points']}", *(f"{words.get(name, name)} {counts[name]}" for name in WRONG)]
    if counts["nameless"]:
        told.append(f"refused without a name {counts['nameless']}")
    return ", ".join(told)


if __name__ == "__main__":
    raise SystemExit(main())
