"""`python -m tests.parity.screens record` writes `golden.json` from the real dbt beside the Python `GRISTMILL_PEERS`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from .screens import GOLDEN, observe


def main() -> None:
    """Record."""
    dbt = Path(os.environ["GRISTMILL_PEERS"]).with_name("dbt")
    with tempfile.TemporaryDirectory() as workplace:
        observed = observe([str(dbt)], Path(workplace))
    GOLDEN.write_text(json.dumps(observed, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
