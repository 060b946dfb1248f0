"""Commands whose work is Python's: `init`, `exec`, `pipeline`, `schema`.

Their arguments are defined and read in the core, with those of all other commands; what was found comes here as one
dict, with the command's name under `command`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.commands.terminal import CommandError, Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

Request = dict[str, Any]


def run(request: Request) -> int:
    """Carry out one command and return its exit code: 0 all well, 1 it failed, 2 it could not start."""
    if request["command"] == "exec":
        from gristmill import exec as execution

        return execution.main(request["argv"])
    if request["command"] == "serve":
        from gristmill.commands import serve

        return serve.run(request)
    terminal = Terminal(
        verbosity=request["verbosity"], assume_yes=request["yes"], may_ask=not request["non_interactive"]
    )
    try:
        return _command(request["command"])(request, terminal)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        terminal.close_output()
        return 0
    except CommandError as error:
        terminal.error(str(error))
        return error.exit_code
    except Exception as error:
        if request["debug"]:
            raise
        terminal.error(_told(error))
        return 1


def _command(name: str) -> Callable[[Request, Terminal], int]:
    # Each is imported when it is asked for: `pipeline --list-pipelines` needs no templates.
    if name == "pipeline":
        from gristmill.commands import pipeline

        return pipeline.run
    if name == "schema":
        from gristmill.commands import schema_file

        return schema_file.run
    from gristmill.commands import init

    return init.run


def _told(error: Exception) -> str:
    from gristmill import _core
    from gristmill.exceptions import DltException

    text = str(error) or type(error).__name__
    known = isinstance(error, (DltException, _core.GristmillError, OSError, ValueError))
    return text if known else f"{type(error).__name__}: {text}\nhint: --debug shows the whole traceback"
