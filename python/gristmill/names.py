"""How things without a name get one: functions, modules, pipelines, load ids."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import random
import re
import secrets
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

_last_time = 0.0
_clock = threading.Lock()


def unique_id(length: int = 16) -> str:
    """Random hex, enough to tell objects apart."""
    return secrets.token_hex(length)


def callable_name(function: Any, attribute: str = "__name__") -> str:
    """The name of a function, or of the class of a callable object."""
    return getattr(function, attribute, None) or getattr(type(function), attribute)


def is_inner(function: Any) -> bool:
    """Whether it was defined within another function."""
    return "<locals>" in callable_name(function, "__qualname__")


def section_of(module: ModuleType | None) -> str | None:
    """The config section of a module's sources: `__source_name__`, or the module's (or script's) name."""
    if module is None:
        return None
    if named := getattr(module, "__source_name__", None):
        return str(named)
    if module.__name__ == "__main__" and getattr(module, "__file__", None):
        return Path(str(module.__file__)).stem
    return module.__name__.rsplit(".", 1)[-1]


def default_pipeline_name() -> str:
    """`dlt_` and the name of the running script."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    if not file and sys.argv and sys.argv[0] not in ("", "-c", "-m"):
        file = sys.argv[0]
    return "dlt_" + (Path(file).stem if file else "pipeline")


def normalized(name: str) -> str:
    """A name in snake case, as schemas and datasets are called.

    >>> normalized("My Shop-2"), normalized("2nd")
    ('my_shop_2', '_2nd')
    """
    name = re.sub(r"[^A-Za-z0-9_]", "_", name.strip().translate(str.maketrans("+-*@|", "x_xal")))
    name = re.sub(r"([^_])([A-Z][a-z]+)", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    if name and name[0].isdigit():
        name = "_" + name
    stripped = name.rstrip("_")
    name = stripped + "x" * (len(name) - len(stripped)) if stripped else name
    return re.sub(r"_+", "_", name)


def schema_name_of(pipeline_name: str) -> str:
    """The name of a pipeline's own schema: its name without `_pipeline`."""
    return normalized(pipeline_name.removesuffix("_pipeline"))


def digest128(text: str, size: int = 15) -> str:
    """A short content hash, in the letters that dlt uses."""
    return base64.b64encode(hashlib.shake_128(text.encode()).digest(size)).decode("ascii").rstrip("=")


def new_load_id() -> str:
    """The time as text, later than any given before in this process."""
    global _last_time  # noqa: PLW0603
    with _clock:
        now = time.time()
        if now > _last_time:
            _last_time = now
        elif _last_time - now < 1:
            _last_time += 1e-5
        else:
            # The clock was set back. Another process that knows the same last load must not choose the same next one.
            _last_time += random.uniform(1e-5, 1)  # noqa: S311
        return str(round(_last_time, 7))


def later_than(load_id: Any) -> None:
    """Let load ids from now on be later than one that was given elsewhere, whatever the clock says."""
    global _last_time  # noqa: PLW0603
    with _clock, contextlib.suppress(TypeError, ValueError):
        _last_time = max(_last_time, float(load_id))
