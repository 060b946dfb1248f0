"""Runs with a Python that has dbt: renders templates in its environment, JSON lines in and out."""

from __future__ import annotations

import itertools
import json
import resource
import signal
import sys
from typing import Any

from dbt.context import base
from dbt_common.clients.jinja import get_environment
from jinja2 import pass_eval_context
from markupsafe import Markup

MEMORY_BYTES_MAX = 2 << 30


def context() -> dict[str, Any]:
    """The names of dbt's base context that need no project."""
    modules = base.get_context_modules()
    modules["itertools"] = {name: getattr(itertools, name) for name in modules["itertools"]}
    names = ["fromjson", "tojson", "fromyaml", "toyaml", "set_strict", "zip_strict", "local_md5", "diff_of_two_dicts"]
    functions = {name: getattr(base.BaseContext, name) for name in names}
    return functions | {"set": base.BaseContext._set, "zip": base.BaseContext._zip, "modules": modules}


def environment() -> Any:
    """dbt's, where `tojson` gives a plain text: what is joined to its `Markup` would be escaped."""
    found = get_environment()
    tojson = found.filters["tojson"]

    @pass_eval_context
    def plain(context: Any, value: Any, indent: int | None = None) -> str:
        return str(tojson(context, value, indent))

    found.filters["tojson"] = plain
    return found


def rendered(template: str) -> dict[str, str]:
    """The text, or that there is none, and why."""
    try:
        return {"text": environment().from_string(template).render(context())}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer every line."""
    # An escaped text is a text, also where it stands in a list and its class would show.
    Markup.__repr__ = str.__repr__
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    for line in sys.stdin:
        signal.alarm(10)
        print(json.dumps(rendered(json.loads(line))))


if __name__ == "__main__":
    main()
