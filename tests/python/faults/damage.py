"""Every file of the working directory damaged in turn, at each stage: `python -m tests.python.faults.damage <JSON>`.

`{"case", "points": <how many, 0 for all>, "turn", "folder"}`; prints the totals. A file may be healed without a word, or its
damage is told with the file's name; either way the run after that leaves exactly the right rows.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gristmill.exceptions import PipelineStepFailed

from .harm import Totals, chosen, judged, note
from .processes import in_child
from .shop import Scene, Verdict


def deleted(path: Path) -> None:
    """Gone."""
    path.unlink()


def emptied(path: Path) -> None:
    """Nothing in it."""
    path.write_bytes(b"")


def halved(path: Path) -> None:
    """The second half gone."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(at: float) -> Callable[[Path], None]:
    """One bit is another."""

    def flip(path: Path) -> None:
        content = bytearray(path.read_bytes())
        if content:
            content[int(at * (len(content) - 1))] ^= 1
            path.write_bytes(bytes(content))

    return flip


DAMAGES: dict[str, Callable[[Path], None]] = {
    "deleted": deleted,
    "emptied": emptied,
    "halved": halved,
    **{f"flipped at {at}": flipped(at) for at in (0.0, 0.2, 0.37, 0.5, 0.63, 0.8, 0.95, 1.0)},
}


def extracted(scene: Scene) -> None:
    """The first batch is loaded, the second one waits as extracted."""
    scene.run(1)
    scene.pipeline().extract(scene.sources())


def normalized(scene: Scene) -> None:
    """As after `normalize()`."""
    extracted(scene)
    scene.pipeline().normalize()


def destination_down(scene: Scene) -> None:
    """The load of the second batch found no database."""
    scene.run(1)
    away = scene.database.with_name("away")
    pipeline = scene.pipeline()
    pipeline.extract(scene.sources())
    scene.database.rename(away)
    scene.database.mkdir()
    try:
        pipeline.load()
    except PipelineStepFailed:
        pass
    else:
        message = "a folder was taken for a database"
        raise AssertionError(message)
    scene.database.rmdir()
    away.rename(scene.database)


def good_run(scene: Scene) -> None:
    """All is well, and one batch is still to come."""
    scene.run(1)


STAGES: dict[str, Callable[[Scene], None]] = {
    "after extract": extracted,
    "after normalize": normalized,
    "after a load that failed": destination_down,
    "after a good run": good_run,
}


def damage(stage: str, template: Path, file: Path, kind: str, case: str, notes: list[str]) -> Totals:
    """Damage one file, run until it is well again, and look."""
    folder = template.with_name("work")
    shutil.copytree(template, folder)
    scene = Scene(folder, case)
    DAMAGES[kind](folder / file)
    what = f"{case}, {stage}, {file} {kind}"
    totals = Totals(points=1)

    def first() -> str | None:
        try:
            scene.run()
        except PipelineStepFailed as error:
            return str(error)
        return None

    ended = in_child(first)
    note(notes, what, ended)
    if ended.error or ended.signal:
        totals["stuck"] += 1
    elif ended.value is None:
        totals["healed"] += 1
    else:
        totals["refused"] += 1
        if file.name not in ended.value:
            totals["nameless"] += 1
            notes.append(f"{what}: refused without its name: {ended.value}")
    totals += judged(lambda: _again(scene), notes, what)
    shutil.rmtree(folder)
    return totals


def _again(scene: Scene) -> Verdict:
    scene.run()
    verdict = scene.check(whole=True)
    if scene.pipeline().has_pending_data:
        verdict.lost += 1
        verdict.notes.append("packages wait")
    return verdict


def main(arguments: dict[str, Any]) -> dict[str, Any]:
    """Go through all stages, files and damages, or a sample of them."""
    folder, case = Path(arguments["folder"]), arguments["case"]
    totals, notes = Totals(), list[str]()
    for number, (stage, prepare) in enumerate(STAGES.items()):
        template = folder / str(number) / "template"
        template.mkdir(parents=True)
        made = in_child(lambda p=prepare, t=template: p(Scene(t, case)))
        assert not made.error, made.error
        files = sorted(path.relative_to(template) for path in (template / "data").rglob("*") if path.is_file())
        points = [(file, kind) for file in files for kind in DAMAGES]
        for at in chosen(len(points), arguments["points"], arguments["turn"] + number):
            file, kind = points[at - 1]
            totals += damage(stage, template, file, kind, case, notes)
    return {"totals": dict(totals), "notes": notes}


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
