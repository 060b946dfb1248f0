"""Record what dlt leaves behind, or run both side by side.

GRISTMILL_PEERS=<python with dlt> python -m tests.parity.dlt record|live [case ...]

Without names, `live` also lives 500 made-up stories, lets dlt and gristmill take turns on one database, and compares how all
public names are called; `record` also records the corpus of stories and the days of switching. GRISTMILL_SEED names the
stories of `live`; without it they are new each time.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from dlt_harness import CASES, HERE, differences, run_case

STORIES = 500
# The stories that are kept, with what dlt leaves of each: recorded anew they stay the same ones.
STORIES_KEPT, STORIES_KEPT_SEED = 100, 1


def record(chosen: list[Path], peer_python: str) -> None:
    """Write what dlt leaves of each case."""

    def one(case: Path) -> None:
        recorded = run_case("dlt", case, Path(folder) / case.stem, peer_python)
        target = HERE / "golden" / f"{case.stem}.json"
        target.write_text(json.dumps(recorded, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, chosen))
    print(f"recorded {len(chosen)} cases")


def compare_cases(chosen: list[Path], peer_python: str) -> int:
    """Run each case under both; how many ended alike."""

    def one(case: Path) -> tuple[str, list[str]]:
        try:
            recorded = run_case("dlt", case, Path(folder) / case.stem / "dlt", peer_python)
            found = run_case("gristmill", case, Path(folder) / case.stem / "gristmill")["outcome"]
        except RuntimeError as error:
            return case.stem, str(error).splitlines()
        ours = HERE / "golden" / f"{case.stem}.gristmill.json"
        expected = json.loads(ours.read_text("utf-8")) if ours.exists() else recorded["outcome"]
        return case.stem, differences(expected, found)

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = dict(pool.map(one, chosen))
    failed = {name: lines for name, lines in outcomes.items() if lines}
    for name, lines in failed.items():
        print(f"{name}\n  " + "\n  ".join(lines[:10]))
    return len(outcomes) - len(failed)


def compare_stories() -> tuple[int, int]:
    """Let both live made-up stories, in as many processes as there are cores; how many ended alike, and of how many."""
    start = int(os.environ.get("GRISTMILL_SEED") or random.randrange(10**6))
    shares = os.cpu_count() or 1
    print(f"{STORIES} made-up stories, GRISTMILL_SEED={start}", flush=True)
    running = [
        subprocess.Popen(
            [sys.executable, str(HERE / "generated" / "live.py"), str(-(-STORIES // shares)), str(start + share)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for share in range(shares)
    ]
    told = failed = 0
    for process in running:
        said = process.communicate()[0].splitlines()
        outcome = json.loads(said[-1]) if process.returncode == 0 and said else {"told": 0, "failed": "the peers ended"}
        told += outcome["told"]
        if outcome["failed"]:
            failed += 1
            print(json.dumps(outcome["failed"], indent=1, ensure_ascii=False))
    return told - failed, told


def compare_turns() -> tuple[int, int]:
    """Let dlt and gristmill take turns on one database; how many lives ended well, and of how many."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", str(os.cpu_count()), "--timeout=600", str(HERE / "test_switching.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-6000:])
    counted = {what: int(count) for count, what in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
    return counted.get("passed", 0), sum(counted.values())


def compare_names() -> tuple[int, int]:
    """Compare the public names and how they are called; how many hold, and of how many."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.parity.surface", "live"], stdout=subprocess.PIPE, text=True, check=False
    )
    *lines, last = done.stdout.strip().splitlines() or ["nothing was compared"]
    counted = re.match(r"(\d+) names compared; (\d+) unexpected", last)
    if lines:
        print("\n".join(lines))
    if counted is None:
        print(f"names: {last}")
        return 0, 1
    total, broken = (int(number) for number in counted.groups())
    return max(total - broken, 0), total


def compare(chosen: list[Path], peer_python: str, *, everything: bool) -> bool:
    """Compare, and print the sums and what is different on purpose."""
    found = {"cases": (compare_cases(chosen, peer_python), len(chosen))}
    if everything:
        found["made-up stories"] = compare_stories()
        found["switching in mid-life"] = compare_turns()
        found["public names"] = compare_names()
    for what, (passed, total) in found.items():
        print(f"{what}: {passed} of {total} passed")
    passed, total = (sum(numbers) for numbers in zip(*found.values(), strict=True))
    print(f"{passed} of {total} passed")
    deliberate = sorted(p.name.split(".")[0] for p in (HERE / "golden").glob("*.gristmill.json"))
    print(f"deliberate differences (docs/differences.md): {', '.join(deliberate)}")
    return passed == total > 0


def main() -> int:
    """Record or compare."""
    peer_python = os.environ.get("GRISTMILL_PEERS")
    if not peer_python:
        print("set GRISTMILL_PEERS to the python of an environment with dlt[duckdb]==1.31.0")
        return 2
    if sys.argv[1:2] not in (["record"], ["live"]):
        print("say `record` or `live`")
        return 2
    names = sys.argv[2:]
    chosen = [c for c in CASES if not names or c.stem in names]
    if sys.argv[1] == "live":
        return 0 if compare(chosen, peer_python, everything=not names) else 1
    record(chosen, peer_python)
    if not names:
        kept = (str(STORIES_KEPT), str(STORIES_KEPT_SEED))
        subprocess.run([sys.executable, str(HERE / "generated" / "live.py"), "record", *kept], check=True)
        subprocess.run([sys.executable, str(HERE / "switching" / "turns.py")], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
