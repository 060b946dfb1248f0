"""Record what dlt leaves behind, or run both side by side.

GRISTMILL_PEERS=<python with dlt> python -m tests.parity.dlt record|live [case ...]
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from dlt_harness import CASES, HERE, differences, run_case


def main() -> int:
    """Record or compare."""
    peer_python = os.environ.get("GRISTMILL_PEERS")
    if not peer_python:
        print("set GRISTMILL_PEERS to the python of an environment with dlt[duckdb]==1.31.0")
        return 2
    if sys.argv[1:2] not in (["record"], ["live"]):
        print("say `record` or `live`")
        return 2
    compare = sys.argv[1] == "live"
    names = sys.argv[2:]
    chosen = [c for c in CASES if not names or c.stem in names]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:

        def one(case: Path) -> tuple[str, list[str]]:
            recorded = run_case("dlt", case, Path(folder) / case.stem / "dlt", peer_python)
            if not compare:
                target = HERE / "golden" / f"{case.stem}.json"
                target.write_text(json.dumps(recorded, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
                return case.stem, []
            found = run_case("gristmill", case, Path(folder) / case.stem / "gristmill")["outcome"]
            ours = HERE / "golden" / f"{case.stem}.gristmill.json"
            expected = json.loads(ours.read_text("utf-8")) if ours.exists() else recorded["outcome"]
            return case.stem, differences(expected, found)

        outcomes = dict(pool.map(one, chosen))
    failed = {name: lines for name, lines in outcomes.items() if lines}
    for name, lines in failed.items():
        print(f"{name}\n  " + "\n  ".join(lines[:10]))
    if compare:
        deliberate = sorted(p.name.split(".")[0] for p in (HERE / "golden").glob("*.gristmill.json"))
        print(
            f"{len(outcomes) - len(failed)} of {len(outcomes)} cases passed; deliberate differences: {', '.join(deliberate)}"
        )
    else:
        print(f"recorded {len(outcomes)} cases")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
