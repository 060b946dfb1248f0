"""The `gristmill` command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gristmill import _core

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 all well, 1 something failed, 2 it could not start."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        before = end_as_by_ctrl_c()
        try:
            ended = _core.main(arguments, run_script)
        finally:
            if before is not None:
                before()
        if isinstance(ended, int):
            return ended
        # What is Python's to do is done here, with no frame of the core below it.
        from gristmill.commands import run

        return run(ended)
    except KeyboardInterrupt:
        return 2
    except _core.GristmillError as error:
        # What the command itself could not tell: a defect, caught at the border.
        sys.stderr.write(f"{error}\n")
        return 2


def end_as_by_ctrl_c() -> Callable[[], None] | None:
    """Have SIGTERM end a command as Ctrl-C does: statements stop, artifacts are written. Gives what undoes it.

    Schedulers and containers send it; by default a process ends at once, or, as the first of a container, never.
    Nothing is done when someone else listens, or in another thread than the main one.
    """
    import _signal as signals  # `signal` takes longer to import than `--version` takes

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        if signals.getsignal(signals.SIGTERM) != signals.SIG_DFL:
            return None
        signals.signal(signals.SIGTERM, interrupt)
    except ValueError:
        return None
    return lambda: signals.signal(signals.SIGTERM, signals.SIG_DFL)


def run_script(path: str, environment: Sequence[tuple[str, str]]) -> None:
    """Run a pipeline's file as `python path` would, with `environment` on top of the process's own."""
    import os
    import runpy
    from pathlib import Path

    saved = (dict(os.environ), list(sys.path), list(sys.argv))
    try:
        os.environ.update(environment)
        sys.path.insert(0, str(Path(path).parent))
        sys.argv = [path]
        runpy.run_path(path, run_name="__main__")
    except SystemExit as ended:
        if ended.code not in (None, 0):
            raise RuntimeError(f"the script ended with exit code {ended.code}") from None
    finally:
        os.environ.clear()
        os.environ.update(saved[0])
        sys.path[:] = saved[1]
        sys.argv = saved[2]


if __name__ == "__main__":
    sys.exit(main())
