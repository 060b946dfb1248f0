"""Builds the example of `models/` with gristmill and with dbt, over the same loaded rows, and compares what both leave.

    GRISTMILL_PEERS=... python -m tests.parity.dbt.example

The database is filled once by the example's own pipeline, and built once by gristmill, so that its incremental model has
something to add to.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .__main__ import GRISTMILL, peer
from .cases import PEER_PACKAGES
from .compare import differences
from .observe import Json, environment, manifest_of, relations_of, results_of

EXAMPLE = Path(__file__).parents[3] / "models"
LEFTOVERS = shutil.ignore_patterns("target", "logs", "*.duckdb", "*.duckdb.wal", "dbt_packages")


def loaded(folder: Path) -> None:
    """The example with its sample, loaded and built once."""
    shutil.copytree(EXAMPLE, folder, ignore=LEFTOVERS)
    subprocess.run([sys.executable, folder / "sample" / "make_sample.py"], check=True, capture_output=True)
    up = [*GRISTMILL, "--quiet", "up"]
    subprocess.run(up, cwd=folder, env=environment({}), check=True, capture_output=True)


def built(loaded_once: Path, folder: Path, executable: list[str], *, is_peer: bool) -> Json:
    """What a build over a copy leaves."""
    shutil.copytree(loaded_once, folder, ignore=shutil.ignore_patterns("target", "logs"))
    if is_peer:
        shutil.copytree(PEER_PACKAGES / "dbt_utils", folder / "dbt_packages" / "dbt_utils")
    done = subprocess.run([*executable, "build"], cwd=folder, env=environment({}), capture_output=True, check=False)
    return {
        "exit": done.returncode,
        "results": results_of(folder / "target" / "run_results.json", compiled=True),
        "relations": relations_of(folder / "amazon_dev.duckdb"),
        "manifest": manifest_of(folder / "target" / "manifest.json"),
    }


def main() -> int:
    """Compare, and say how much was the same."""
    executable, versions = peer()
    with tempfile.TemporaryDirectory(prefix="example-") as scratch:
        base = Path(scratch) / "base"
        loaded(base)
        theirs = built(base, Path(scratch) / "theirs", executable, is_peer=True)
        ours = built(base, Path(scratch) / "ours", GRISTMILL, is_peer=False)
    different = differences(theirs, ours)
    counted = f"{len(theirs['results'])} nodes, {len(theirs['relations'])} relations"
    print(*different[:20], f"the example: {counted}, {len(different)} differences from {versions}", sep="\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
