"""`python -m gristmill.sources.amazon.mock [--listings FILE] [--port N] [-- COMMAND ...]`.

With a command, it is run with the mock's addresses and credentials in its environment, and its exit code is returned.
Without one, the addresses and credentials are printed as shell exports, and the mock runs until it is interrupted.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

from gristmill.sources.amazon.mock import Catalog, Mock


def main(arguments: list[str]) -> int:
    """Serve, until the command ends or somebody interrupts."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    own, command = arguments[:at], arguments[at + 1 :]
    parser = argparse.ArgumentParser(
        prog="python -m gristmill.sources.amazon.mock", description="A stand-in for Amazon."
    )
    parser.add_argument("--listings", type=Path, help="listings in JSON lines, which join Amazon's example item")
    parser.add_argument("--port", type=int, default=0, help="any free port if left out")
    options = parser.parse_args(own)
    catalog = Catalog.of_listings(options.listings) if options.listings else Catalog.sample(45)
    with Mock(catalog, port=options.port) as mock:
        if command:
            # The command is the user's own.
            return subprocess.run(command, env={**os.environ, **mock.environment}, check=False).returncode  # noqa: S603
        for name, value in mock.environment.items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
