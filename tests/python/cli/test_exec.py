"""`gristmill exec`: unedited scripts see what `python script.py` shows them, and run on gristmill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(folder: Path, *words: str, python: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable] if python else [sys.executable, "-m", "gristmill", "exec"]
    return subprocess.run(
        [*command, *words],
        cwd=folder,
        env={**os.environ, "DLT_DATA_DIR": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


PIPELINE = """\
import dlt
from dlt.common.pipeline import LoadInfo
from dlt.pipeline.pipeline import Pipeline
from dlt.sources import incremental

@dlt.resource(write_disposition="merge", primary_key="id")
def events(at: incremental[int] = dlt.sources.incremental("at", initial_value=0)):
    yield from ({"id": i, "at": i, "parts": [{"p": i}]} for i in range(3))

@dlt.transformer(data_from=events)
def doubled(event):
    yield {"id": event["id"] * 2}

@dlt.source
def source():
    return events, doubled

if __name__ == "__main__":
    pipeline = dlt.pipeline("unedited", destination="duckdb", dataset_name="raw")
    info = pipeline.run(source())
    assert isinstance(info, LoadInfo) and isinstance(pipeline, Pipeline)
    print(dict(pipeline.dataset().row_counts().fetchall()), dlt.__name__)
"""


def test_an_unedited_pipeline(tmp_path: Path) -> None:
    (tmp_path / "load.py").write_text(PIPELINE)
    done = run(tmp_path, "load.py")
    assert done.stderr == ""
    assert done.stdout == "{'events': 3, 'doubled': 3, 'events__parts': 3} gristmill\n"
    # The module is a door too.
    again = subprocess.run(
        [sys.executable, "-m", "gristmill.exec", "load.py"],
        cwd=tmp_path,
        env={**os.environ, "DLT_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert again.stdout.startswith("{'events': 3")


SEEN = """\
import os, pickle, sys
import beside

class Point:
    pass

if __name__ == "__main__":
    assert isinstance(pickle.loads(pickle.dumps(Point())), Point)
    print(sys.argv, __name__, os.path.basename(__file__), os.path.isabs(__file__), __package__, sys.path[0], beside.X)
    print(sorted(n for n in globals()))
"""


def test_what_a_script_sees_is_what_python_shows_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "beside.py").write_text("X = 1\n")
    (tmp_path / "sub" / "script.py").write_text(SEEN)
    words = ("sub/script.py", "--help", "-x", "--", "a b")
    assert run(tmp_path, *words).stdout == run(tmp_path, *words, python=True).stdout


def test_a_module_sees_its_package(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text("X = 7\n")
    main = "from .inner import X\nimport sys\nprint(X, sys.argv, __name__, __package__, __spec__.name)\n"
    (package / "__main__.py").write_text(main)
    (package / "job.py").write_text(main)
    for words in (("-m", "package", "--flag"), ("-m", "package.job", "-m", "x")):
        ours, pythons = run(tmp_path, *words), run(tmp_path, *words, python=True)
        assert (ours.stdout, ours.returncode) == (pythons.stdout, 0)


@pytest.mark.parametrize(
    "body",
    [
        "def inner():\n    raise ValueError('x')\n\ninner()\n",
        "x = (\n",
        "import sys\nsys.exit(7)\n",
        "import sys\nsys.exit('bye')\n",
        "raise SystemExit\n",
        "import nowhere_at_all\n",
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('k') from error\n",
    ],
)
def test_tracebacks_and_exit_codes(tmp_path: Path, body: str) -> None:
    (tmp_path / "script.py").write_text(body)
    ours, pythons = run(tmp_path, "script.py"), run(tmp_path, "script.py", python=True)
    assert (ours.returncode, ours.stderr) == (pythons.returncode, pythons.stderr)


def test_what_cannot_start(tmp_path: Path) -> None:
    for words, told in (
        (("nowhere.py",), "there is no file `nowhere.py`"),
        (("-m", "nowhere"), "there is no module `nowhere`"),
        ((".",), "without a `__main__.py`"),
        ((), "SCRIPT"),
    ):
        done = run(tmp_path, *words)
        assert done.returncode == 2
        assert told in done.stderr and "Traceback" not in done.stderr


CHILDREN = """\
import multiprocessing, subprocess, sys
import dlt

def child(_):
    import dlt.sources
    return dlt.__name__, dlt.sources.__name__

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.apply(child, (1,)))
    subprocess.run([sys.executable, "-c", "import dlt; print(dlt.__name__)"], check=True)
"""


def test_processes_that_a_script_starts(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(CHILDREN)
    done = run(tmp_path, "script.py")
    assert sorted(done.stdout.splitlines()) == ["('gristmill', 'gristmill.sources')", "gristmill"], done.stderr


THREADS = """\
import importlib, sys, threading
sys.setswitchinterval(1e-5)
names = ["dlt", "dlt.pipeline", "dlt.sources", "dlt.sources.filesystem", "dlt.destinations", "dlt.common.pipeline",
         "dlt.pipeline.pipeline", "dlt.extract", "dlt.common.schema", "dlt.sources.helpers", "dlt.configuration"]
start, found = threading.Barrier(24), []

def work(turn):
    start.wait()
    for name in names[turn % len(names):] + names[:turn % len(names)]:
        found.append((name, importlib.import_module(name)))

threads = [threading.Thread(target=work, args=(turn,)) for turn in range(24)]
for thread in threads: thread.start()
for thread in threads: thread.join(30)
assert len(found) == 24 * len(names), len(found)
for name, module in found:
    ours = sys.modules["gristmill" + name.removeprefix("dlt")]
    assert module is ours and module.__spec__.name == ours.__name__, name
"""


def test_threads_import_at_once(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(THREADS)
    done = run(tmp_path, "script.py")
    assert (done.returncode, done.stderr) == (0, "")
    # A script that imports gristmill by its own name: its parts come when they are asked for.
    lazily = THREADS.replace("importlib.import_module(name)", "ask()").split("for name, module")[0]
    ask = "import gristmill\ndef ask(): return gristmill.pipeline, gristmill.resource, gristmill.Schema\n"
    (tmp_path / "lazily.py").write_text(ask + lazily)
    done = run(tmp_path, "lazily.py", python=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_not_here_is_told_as_python_tells_it(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(
        "import importlib.util\nassert importlib.util.find_spec('dlt.nothing') is None\nimport dlt.nothing\n"
    )
    assert "ModuleNotFoundError: No module named 'dlt.nothing'" in run(tmp_path, "script.py").stderr
