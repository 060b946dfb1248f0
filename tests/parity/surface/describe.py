"""What can be called how: each name of `public_api.txt` under one package, as JSON.

python describe.py dlt|gristmill public_api.txt > description.json
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import json
import sys
import warnings
from pathlib import Path
from typing import Any

PLAIN = (type(None), bool, int, float, str, tuple)
SHOWN_DUNDERS = ("__call__", "__getitem__", "__enter__", "__iter__", "__len__", "__or__", "__contains__")


def found(path: str) -> Any:
    """The object behind a dotted path, as `from package.module import name` finds it."""
    parent, _, name = path.rpartition(".")
    if not parent:
        return importlib.import_module(name)
    try:
        at = importlib.import_module(parent)
    except ModuleNotFoundError:
        # `dlt.current` is a name of `dlt` and no module of its own.
        at = found(parent)
    return getattr(at, name) if hasattr(at, name) else importlib.import_module(path)


def signature(obj: Any) -> list[list[str]] | None:
    """Parameters as name, kind and default; the default in words only where it is a plain value."""
    try:
        parameters = inspect.signature(obj).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[p.name, p.kind.name, _default(p)] for p in parameters if p.name not in ("self", "cls")]


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return "required"
    return repr(parameter.default) if type(parameter.default) in PLAIN else "object"


def members(kind: type) -> dict[str, Any]:
    """The public methods and properties of a class that it or a class of the same package defines."""
    package = kind.__module__.split(".", maxsplit=1)[0]
    shown: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.split(".", maxsplit=1)[0] != package:
            continue
        for name, value in vars(base).items():
            if name.startswith("_") and name not in SHOWN_DUNDERS:
                continue
            plain = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
            if isinstance(plain, property) or (callable(plain) and not isinstance(plain, type)):
                documented = bool(getattr(plain, "__doc__", None)) or name in shown
                shown[name] = {"signature": signature(plain) if callable(plain) else None, "documented": documented}
    return shown


def describe(path: str) -> dict[str, Any]:
    """One name."""
    obj = found(path)
    about: dict[str, Any] = {}
    if inspect.isclass(obj) and not issubclass(obj, BaseException):
        about["class"] = f"{obj.__module__}.{obj.__qualname__}"
        about["members"] = members(obj)
    if callable(obj) and not (inspect.isclass(obj) and issubclass(obj, BaseException)):
        # Errors are caught by users, not made.
        about["signature"] = signature(obj)
    return about


def main() -> None:
    """Describe all names."""
    warnings.simplefilter("ignore")
    if sys.argv[1] == "gristmill":
        from gristmill.alias import install

        install()
    names = Path(sys.argv[2]).read_text("utf-8").split()
    described: dict[str, Any] = {}
    for name in names:
        try:
            described[name] = describe(name)
        except Exception as error:
            described[name] = {"missing": f"{type(error).__name__}: {error}"}
    peer = sys.argv[1]
    version = importlib.metadata.version("dlt") if peer == "dlt" else peer
    json.dump({"peer": f"{peer} {version}", "names": described}, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
