"""dbt's own tests for adapters (`dbt-tests-adapter`), run over gristmill.

GRISTMILL_PEERS=<python with dbt> python -m tests.parity.adapter live [part of a name ...]   run them over gristmill
GRISTMILL_PEERS=<python with dbt> python -m tests.parity.adapter record                      note what passes under dbt

Only what dbt-duckdb passes as it stands is asked of gristmill: `golden.txt` lists it. `other.txt` lists what gristmill
answers otherwise on purpose, each with its reason.
"""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import gristmill

HERE = Path(__file__).parent
GOLDEN = HERE / "golden.txt"
OTHER = HERE / "other.txt"

# Writes a test file for each module of the package: a class of one's own for each of its classes that adds something.
GENERATE = """
import importlib, inspect, pathlib, sys
import dbt.tests.adapter as package
root = pathlib.Path(list(package.__path__)[0])
for path in sorted(root.rglob("*.py")):
    parts = path.relative_to(root).with_suffix("").parts
    if parts[-1] == "__init__":
        continue
    name = ".".join(["dbt.tests.adapter", *parts])
    try:
        module = importlib.import_module(name)
    except ImportError:
        continue
    own = [
        (known, found) for known, found in vars(module).items()
        if inspect.isclass(found) and found.__module__ == name and any(entry.startswith("test") for entry in dir(found))
        and (found.__bases__ == (object,) or any(not entry.startswith("__") for entry in vars(found)))
    ]
    if own:
        lines = ["import " + name + " as module"]
        lines += ["class TestOf" + known + "(module." + known + "):\\n    pass" for known, _ in own]
        pathlib.Path(sys.argv[1], "test_" + "_".join(parts) + ".py").write_text("\\n".join(lines) + "\\n")
print(importlib.metadata.version("dbt-tests-adapter"))
"""


def run(wanted: list[str], package: str | None) -> tuple[str, dict[str, str]]:
    """Run the tests of these names, or all; the version of the tests, and by name what was wrong, or nothing."""
    peer = os.environ["GRISTMILL_PEERS"]
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run([peer, "-c", GENERATE, folder], capture_output=True, text=True, check=True)
        shutil.copy(HERE / "suite.py", Path(folder) / "conftest.py")
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        if package:
            environment["GRISTMILL_PACKAGE"] = package
        if wanted:
            (Path(folder) / "wanted").write_text("\n".join(wanted), "utf-8")
        report = Path(folder) / "report.xml"
        # The tests of a class share a project, and rely on their order.
        jobs = ["-n", str(os.cpu_count()), "--dist", "loadscope"]
        done = subprocess.run(
            [peer, "-m", "pytest", "-q", *jobs, "-p", "no:cacheprovider", f"--junitxml={report}"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            sys.exit(done.stdout[-4000:] + done.stderr[-4000:])
        found: dict[str, str] = {}
        for case in ElementTree.parse(report).iter("testcase"):
            wrong = next((entry for entry in case if entry.tag in ("failure", "error", "skipped")), None)
            found[f"{case.get('classname')}::{case.get('name')}"] = "" if wrong is None else f"{wrong.get('message')}"
    return made.stdout.strip(), found


def record() -> None:
    """Note what dbt-duckdb passes."""
    version, found = run([], None)
    passed = sorted(name for name, wrong in found.items() if not wrong)
    GOLDEN.write_text(f"# dbt-tests-adapter {version}\n" + "".join(f"{name}\n" for name in passed), "utf-8")
    print(f"recorded {len(passed)} tests of {len(found)}")


def lines_of(path: Path) -> list[str]:
    """What a file lists."""
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def live(parts: list[str]) -> int:
    """Run over gristmill what dbt passes; how many tests ended badly."""
    other = [line.partition(" | ")[0] for line in lines_of(OTHER)]
    wanted = [name for name in lines_of(GOLDEN) if not parts or any(part in name for part in parts)]
    asked = [name for name in wanted if not any(fnmatch.fnmatchcase(name.split("[")[0], pattern) for pattern in other)]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "gristmill").symlink_to(Path(gristmill.__file__).parent)
        _, found = run(asked, folder)
    failed = {name: found.get(name, "it did not run") for name in asked if found.get(name, "it did not run")}
    for name, wrong in failed.items():
        print(f"{name}\n  {wrong[:400]}")
    print(
        f"dbt's tests for adapters: {len(asked) - len(failed)} of {len(asked)} passed; {len(wanted) - len(asked)} differ on purpose"
    )
    return len(failed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"]:
        record()
    else:
        sys.exit(bool(live(sys.argv[2:])))
