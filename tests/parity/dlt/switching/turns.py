"""One day loaded by one peer in a process of its own, and what the database holds after it.

GRISTMILL_PEERS=<python with dlt> python turns.py    record what dlt leaves, in golden/
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from day import STORIES  # noqa: E402
from dump import dump_database  # noqa: E402
from export import to_sql  # noqa: E402


def load(python: str, peer: str, story: str, day: int, folder: Path, data_dir: Path) -> dict[str, Any]:
    """Load a day; what the pipeline told of it."""
    done = subprocess.run(
        [python, str(HERE / "day.py"), peer, story, str(day), str(data_dir)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    assert done.returncode == 0, f"day {day} of {story} under {peer}:\n{done.stderr[-3000:]}"
    return json.loads(done.stdout.splitlines()[-1])


def held(folder: Path, told: dict[str, Any]) -> dict[str, Any]:
    """All that a user can see: what the run told, tables, stored schemas, states, loads."""
    dump = dump_database(folder / "warehouse.duckdb", raw_ids=False)
    return json.loads(json.dumps({"told": told, "left": dump}, default=str))


def record() -> None:
    """Let dlt live each story alone, and keep what it leaves."""
    GOLDEN.mkdir(exist_ok=True)
    for story in STORIES:
        with tempfile.TemporaryDirectory() as name:
            folder, days = Path(name), []
            for day in (1, 2, 3, 4):
                told = load(os.environ["GRISTMILL_PEERS"], "dlt", story, day, folder, folder / f"data {day}")
                days.append(held(folder, told))
                if day == 1:
                    (GOLDEN / f"{story}.sql").write_text(to_sql(folder / "warehouse.duckdb"), "utf-8")
            text = json.dumps(days, indent=1, sort_keys=True, ensure_ascii=False)
            (GOLDEN / f"{story}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    record()
