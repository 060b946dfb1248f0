"""What reading takes of memory does not grow with what is read; what DuckDB takes is bounded in `load/room.rs`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gristmill as dlt
from gristmill.exceptions import PipelineStepFailed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the peak of a process is asked of a POSIX system")

ROW = {"title": "steel kettle " * 16, "text": "light and compact for travel " * 120, "tags": ["home", "water"]}
ROWS = 10_000

EXTRACT = """
import resource, sys
import gristmill as dlt
from gristmill.sources.filesystem import read_file

lane, rows = sys.argv[1], int(sys.argv[2])
ROW = {row!r}

@dlt.resource(name="rows")
def dicts():
    for number in range(rows):
        yield {{"id": number, **ROW}}

data = dicts if lane == "dicts" else dlt.resource([read_file(f"{{rows}}.jsonl")], name="rows")
dlt.pipeline(f"{{lane}}_{{rows}}", destination="duckdb", dataset_name="data").extract(data)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(lane: str, rows: int) -> int:
    # A child counts the pages of the process that made it, unless that one is small: so a small one stands between.
    between = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)"
    code = EXTRACT.format(row=ROW)
    command = [sys.executable, "-c", between, sys.executable, "-c", code, lane, str(rows)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"HOME": str(Path.cwd())}
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


@pytest.mark.parametrize("lane", ["file", "dicts"])
def test_three_times_the_rows_take_no_more_memory(lane: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if lane == "file":
        for rows in (ROWS, 3 * ROWS):
            with Path(f"{rows}.jsonl").open("w") as file:
                file.writelines(json.dumps({"id": number, **ROW}) + "\n" for number in range(rows))
    # On a busy machine a run may fill the room that it has, and another not: what grows with the rows does so in each.
    bound = 1.25 * peak(lane, ROWS)
    peaks = [peak(lane, 3 * ROWS) for _ in range(3)]
    assert min(peaks) <= bound, (peaks, bound)


def test_how_many_items_wait_in_python_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def rows():
        for number in range(1000):
            seen.append(number)
            yield {"id": number, "what": object() if number == 5 else "kettle"}

    monkeypatch.setenv("DATA_WRITER__BUFFER_MAX_ITEMS", "10")
    with pytest.raises(PipelineStepFailed, match="row 6"):
        dlt.pipeline("buffered", destination="duckdb").run(rows(), table_name="rows")
    assert len(seen) < 1000
