"""`python -m gristmill.exec script.py args...`: run a script written for dlt, unchanged."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from gristmill.alias import install


def main(argv: list[str] | None = None) -> int:
    """Run the script as `python script.py` would."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments:
        sys.stderr.write("usage: python -m gristmill.exec script.py [args...]\n")
        return 2
    install()
    sys.argv = arguments
    sys.path.insert(0, str(Path(arguments[0]).resolve().parent))
    runpy.run_path(arguments[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
