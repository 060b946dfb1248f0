"""A new database file appears whole: DuckDB does not open one whose first blocks were not all written."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

ENDING = ".new"


def make_whole(path: str) -> None:
    """Make the database where there is no file yet: under a hidden name first, which is then given to it."""
    import duckdb

    target = Path(path)
    if target.exists() or not target.parent.is_dir() or "://" in path or path.startswith("md:"):
        return
    _sweep(target)
    made = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}{ENDING}")
    try:
        duckdb.connect(str(made)).close()
        with contextlib.suppress(FileExistsError):
            # Whoever was first made the database that counts.
            _give_name(made, target)
    finally:
        for left in (made, made.with_name(made.name + ".wal")):
            left.unlink(missing_ok=True)


def _give_name(made: Path, target: Path) -> None:
    try:
        os.link(made, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no links.
        if not target.exists():
            made.rename(target)


# What processes left that were killed while they made a database.
def _sweep(target: Path) -> None:
    for left in target.parent.glob(f".{target.name}.*{ENDING}*"):
        pid = left.name.removeprefix(f".{target.name}.").split(".", 1)[0]
        if pid.isdigit() and not _is_alive(int(pid)):
            left.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
