"""Record how dlt's names are called, or compare with the installed dlt.

GRISTMILL_PEERS=<python with dlt> python -m tests.parity.surface record|live
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.parity.surface.compare import HERE, differences, known_absences, unexpected

NAMES = HERE.parent.parent / "python" / "public_api.txt"


def described(peer: str, python: str) -> str:
    """What `describe.py` prints under one package."""
    command = [python, str(HERE / "describe.py"), peer, str(NAMES)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Record or compare."""
    python = os.environ.get("GRISTMILL_PEERS")
    if not python or sys.argv[1:] not in (["record"], ["live"]):
        print(
            "set GRISTMILL_PEERS to the python of an environment with dlt[duckdb]==1.31.0, and say `record` or `live`"
        )
        return 2
    theirs = described("dlt", python)
    if sys.argv[1] == "record":
        Path(HERE / "golden.json").write_text(theirs + "\n", "utf-8")
        print(f"recorded {len(json.loads(theirs)['names'])} names")
        return 0
    lines = differences(json.loads(theirs), json.loads(described("gristmill", sys.executable)))
    left, _ = unexpected(lines)
    print("\n".join(left))
    count = len(json.loads(theirs)["names"])
    print(f"{count} names compared; {len(left)} unexpected differences, {len(known_absences())} kinds that are meant")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
