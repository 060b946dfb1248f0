"""Harm at one call after the other, in one process that forks for each: `python -m tests.python.faults.harm <JSON>`.

`{"case", "harm": "kill" | "full" | "random", "points": <how many, 0 for all>, "turn", "part", "parts", "folder"}`; prints the
totals. `random` kills at times instead, which `turn` is the seed of, in a run over more rows.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gristmill.exceptions import PipelineStepFailed

from . import shim
from .processes import Ended, in_child
from .shop import ROWS, Scene, Verdict

Totals = Counter[str]
MANY_ROWS = 4000


def count_calls(folder: Path, case: str) -> int:
    """How many calls change a file in a run that nothing disturbs."""
    scene = _scene(folder, case)

    def whole() -> int:
        shim.arm()
        scene.run()
        calls = shim.lift()
        assert scene.check(whole=True).right, scene.check(whole=True).notes
        return calls

    ended = in_child(whole)
    assert not ended.error, ended.error
    shutil.rmtree(folder)
    return int(ended.value)


def kill_at(call: int, folder: Path, case: str, notes: list[str]) -> Totals:
    """Kill before a call; look at the file; run again with the working directory kept, and with it lost."""
    scene = _scene(folder, case)
    killed = in_child(lambda: (shim.arm(kill=call), scene.run()))
    return _after_kill(killed, scene, f"kill {case} at call {call}", notes)


def kill_after(seconds: float, folder: Path, case: str, notes: list[str]) -> Totals:
    """Kill at a time; the same."""
    scene = _scene(folder, case, MANY_ROWS)
    killed = in_child(scene.run, kill_after_s=seconds)
    return _after_kill(killed, scene, f"kill {case} after {seconds:.4f} s", notes)


def _after_kill(killed: Ended, scene: Scene, what: str, notes: list[str]) -> Totals:
    folder = scene.folder
    totals = Totals(points=1, killed=int(killed.signal == signal.SIGKILL and not killed.stuck), stuck=int(killed.stuck))
    note(notes, f"{what}: the run itself", killed)
    lost = Scene(folder.with_name(folder.name + "_lost"), scene.case, scene.rows)
    shutil.copytree(folder, lost.folder)
    shutil.rmtree(lost.data, ignore_errors=True)
    if scene.database.exists():
        # A copy: to look at the file may mend it.
        look = folder / "look"
        look.mkdir()
        for file in folder.glob("store.duckdb*"):
            shutil.copy(file, look / file.name)
        half = judged(lambda: scene.check(whole=False, database=look / "store.duckdb"), notes, f"{what}, as it is")
        totals += Totals(half=half["half"] + half["lost"] + half["duplicated"], stuck=half["stuck"])
    for again, kept in ((scene, "kept"), (lost, "lost")):
        totals += judged(lambda s=again: _again(s), notes, f"{what}, working directory {kept}")
        shutil.rmtree(again.folder)
    return totals


def full_from(call: int, folder: Path, case: str, notes: list[str]) -> Totals:
    """The disk is full from a call on; then there is room again, for this process or for another one."""
    scene = _scene(folder, case)

    def run() -> dict[str, Any]:
        shim.arm(full=call)
        message = None
        try:
            scene.run()
        except PipelineStepFailed as error:
            message = str(error)
        except BaseException as error:  # whatever it is, it is told
            message = f"{type(error).__name__}: {error}"
        shim.lift()
        told = {"message": message}
        if call % 2 and message is not None:
            told["again"] = vars(_again(scene))
        return told

    ran = in_child(run)
    totals = Totals(points=1, stuck=int(bool(ran.stuck or ran.error)))
    note(notes, f"full {case} at {call}: the run itself", ran)
    if not ran.value:
        shutil.rmtree(folder)
        return totals
    message = ran.value["message"]
    totals["refused"] += int(message is not None)
    if message is not None and not named(message, folder):
        totals["nameless"] += 1
        notes.append(f"full {case} at {call}: no path in {message!r}")
    if "again" in ran.value:
        verdict = Verdict(**ran.value["again"])
        totals += Totals(lost=verdict.lost, duplicated=verdict.duplicated, half=verdict.half)
        notes += [f"full {case} at {call}, same process: {n}" for n in verdict.notes]
    else:
        totals += judged(lambda: _again(scene), notes, f"full {case} at {call}")
    shutil.rmtree(folder)
    return totals


def named(message: str, folder: Path) -> bool:
    """Whether one line says what is the matter and with which file."""
    return any(str(folder) in line and "space" in line.lower() for line in message.splitlines())


def judged(work: Callable[[], Verdict], notes: list[str], what: str) -> Totals:
    """What a child finds wrong; one that does not end well is stuck."""
    ended = in_child(lambda: vars(work()))
    note(notes, what, ended)
    if ended.value is None:
        return Totals(stuck=1)
    verdict = Verdict(**ended.value)
    notes += [f"{what}: {text}" for text in verdict.notes]
    if not verdict.right and not verdict.notes:
        notes.append(f"{what}: {verdict}")
    return Totals(lost=verdict.lost, duplicated=verdict.duplicated, half=verdict.half)


def note(notes: list[str], what: str, ended: Ended) -> None:
    """Keep what a child said last."""
    if ended.error or ended.stuck:
        notes.append(f"{what}: {'it did not end' if ended.stuck else ended.error}")


def _again(scene: Scene) -> Verdict:
    scene.run()
    verdict = scene.check(whole=True)
    if waiting := scene.waiting():
        verdict.lost += 1
        verdict.notes.append(f"packages wait: {waiting}")
    return verdict


def _scene(folder: Path, case: str, rows: int = ROWS) -> Scene:
    folder.mkdir(parents=True)
    return Scene(folder, case, rows)


def chosen(calls: int, points: int, turn: int) -> list[int]:
    """All calls, or a sample of them that is another one each turn."""
    if not points:
        return list(range(1, calls + 1))
    return sorted({1 + round((calls - 1) * (n + (turn * 0.37) % 1) / points) for n in range(points)})


def main(arguments: dict[str, Any]) -> dict[str, Any]:
    """Go through the points of one case."""
    folder, case = Path(arguments["folder"]), arguments["case"]
    totals, notes = Totals(), list[str]()
    if arguments["harm"] == "random":
        began = time.monotonic()
        ended = in_child(lambda: _again(_scene(folder / "time", case, MANY_ROWS)) and None)
        assert not ended.error, ended.error
        took, chance = time.monotonic() - began, random.Random(arguments["turn"])
        for number in range(arguments["points"]):
            totals += kill_after(chance.uniform(0.001, took), folder / str(number), case, notes)
    else:
        work = kill_at if arguments["harm"] == "kill" else full_from
        totals["calls"] = calls = count_calls(folder / "count", case)
        points = chosen(calls, arguments["points"], arguments["turn"])
        for call in points[arguments.get("part", 0) :: arguments.get("parts", 1)]:
            totals += work(call, folder / str(call), case, notes)
    return {"totals": dict(totals), "notes": notes}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
