"""`gristmill exec script.py args...`: run a script or a module that says `import dlt`, unchanged, on gristmill.

What it sees is what `python script.py args...` would show it: `sys.argv`, `sys.path[0]`, the module `__main__`, relative
imports under `-m`, tracebacks that begin with its own first line, exit codes. Processes that it starts run on gristmill too.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING

from gristmill.alias import install

if TYPE_CHECKING:
    from types import CodeType

USAGE = "usage: gristmill exec script.py [args...]\n       gristmill exec -m module [args...]\n"
COULD_NOT_START = 2


def main(argv: list[str] | None = None) -> int:
    """Run the script; what it raises is shown as Python shows it, and is exit code 1."""
    arguments = sys.argv[1:] if argv is None else argv
    is_module = arguments[:1] == ["-m"]
    if not arguments[is_module:]:
        sys.stderr.write(USAGE)
        return COULD_NOT_START
    install()
    for_children = _tell_children()
    try:
        code, module, sys.argv, folder = _of_module(arguments[1:]) if is_module else _of_script(arguments)
    except (OSError, ImportError) as error:
        sys.stderr.write(f"error: {error}\n")
        return COULD_NOT_START
    except SyntaxError as error:
        return _shown(error.with_traceback(None))
    # Python puts this folder first, in place of the one that `python -m gristmill.exec` itself was started in.
    sys.path[:] = [folder, for_children, *(p for p in sys.path if p not in ("", folder, for_children))]
    # Some versions of Python give their main module this from the start.
    if "__annotations__" in vars(sys.modules["__main__"]):
        vars(module)["__annotations__"] = {}
    # For good, as for any script: what was pickled as `__main__.X` is found there, also by threads that outlive the script.
    sys.modules["__main__"] = module
    try:
        exec(code, vars(module))  # noqa: S102
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001
        # Without this frame of ours.
        trace = error.__traceback__
        return _shown(error.with_traceback(trace.tb_next if trace is not None else None))
    return 0


def _of_script(arguments: list[str]) -> tuple[CodeType, types.ModuleType, list[str], str]:
    # Python names the script by its whole path too, links as they are.
    path = os.path.abspath(arguments[0])  # noqa: PTH100
    if (Path(path) / "__main__.py").is_file():
        path = str(Path(path) / "__main__.py")
    module = types.ModuleType("__main__")
    loader = importlib.machinery.SourceFileLoader("__main__", path)
    try:
        source = loader.get_data(path)
    except IsADirectoryError:
        message = f"`{arguments[0]}` is a folder without a `__main__.py`"
        raise ImportError(message) from None
    except FileNotFoundError:
        message = f"there is no file `{arguments[0]}`"
        raise FileNotFoundError(message) from None
    vars(module).update(__file__=path, __loader__=loader, __builtins__=__builtins__, __cached__=None)
    return compile(source, path, "exec", dont_inherit=True), module, arguments, str(Path(path).resolve().parent)


def _of_module(arguments: list[str]) -> tuple[CodeType, types.ModuleType, list[str], str]:
    name = arguments[0]
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        name += ".__main__"
        spec = importlib.util.find_spec(name)
    if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader) or spec.origin is None:
        message = f"there is no module `{name}`"
        raise ImportError(message)
    code = spec.loader.get_code(name)
    if code is None:
        message = f"module `{name}` has no code to run"
        raise ImportError(message)
    module = types.ModuleType("__main__")
    vars(module).update(
        __file__=spec.origin,
        __loader__=spec.loader,
        __spec__=spec,
        __package__=spec.parent,
        __builtins__=__builtins__,
        __cached__=spec.cached,
    )
    return code, module, [spec.origin, *arguments[1:]], folder


def _tell_children() -> str:
    """Let processes that the script starts find `dlt` here: a folder with it on their path.

    Those of `multiprocessing` take over `sys.path`, others the environment.
    """
    folder = str(Path(__file__).with_name("as_dlt"))
    before = os.environ.get("PYTHONPATH")
    if folder not in (before or "").split(os.pathsep):
        os.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{before}" if before else folder
    return folder


def _shown(error: BaseException) -> int:
    kind, trace = type(error), error.__traceback__
    sys.excepthook(kind, error, trace)
    # 130 is what a shell gives a process that Ctrl-C ended.
    return 130 if isinstance(error, KeyboardInterrupt) else 1


if __name__ == "__main__":
    sys.exit(main())
