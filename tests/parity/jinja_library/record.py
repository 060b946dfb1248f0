"""Record what dbt's own Jinja environment makes of the expressions in `tests/fixtures/jinja_library`.

Run with a Python that has dbt-core installed:

    python tests/parity/jinja_library/record.py            # compare, exit 1 on a difference
    python tests/parity/jinja_library/record.py --write    # write the expectations

A line is `expression => expected`: the `repr` of its value, or `!` for an error. Statements may stand before the
expression; lines that are empty or begin with `##` are left alone.
"""

from __future__ import annotations

import itertools
import re
import resource
import sys
from pathlib import Path
from typing import Any

from dbt.context import base
from dbt_common.clients.jinja import get_environment
from markupsafe import Markup

CASES = Path(__file__).parents[2] / "fixtures" / "jinja_library"
MEMORY_BYTES_MAX = 2 << 30
STATEMENTS = re.compile(r"(?:\{%.*?%\}\s*)*")


def context() -> dict[str, Any]:
    """The names of dbt's base context that need no project."""
    modules = base.get_context_modules()
    modules["itertools"] = {name: getattr(itertools, name) for name in modules["itertools"]}
    names = ["fromjson", "tojson", "set_strict", "zip_strict", "local_md5", "diff_of_two_dicts"]
    functions = {name: getattr(base.BaseContext, name) for name in names}
    return functions | {"set": base.BaseContext._set, "zip": base.BaseContext._zip, "modules": modules}


def shown(value: Any) -> str:
    """The `repr` of a value, without addresses, markup and the chance order of sets."""
    if hasattr(value, "__next__"):
        return f"<iterator {shown(list(itertools.islice(value, 50)))}>"
    if isinstance(value, Markup):
        return repr(str(value))
    if isinstance(value, set):
        return "{" + ", ".join(sorted(map(repr, value))) + "}" if value else "set()"
    if isinstance(value, (list, dict)) and "..." in repr(value):
        return repr(value)  # It holds itself.
    if isinstance(value, list):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(shown, value)) + (",)" if len(value) == 1 else ")")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{shown(key)}: {shown(item)}" for key, item in value.items()) + "}"
    return repr(value)


def evaluated(line: str) -> str:
    """What dbt's environment makes of a line."""
    recorded: list[str] = []

    def record(value: Any) -> str:
        recorded.append(shown(value))
        return ""

    statements = STATEMENTS.match(line).group()  # pyright: ignore[reportOptionalMemberAccess]
    template = f"{statements}{{{{ record({line[len(statements) :]}) }}}}"
    try:
        get_environment().from_string(template).render(context() | {"record": record})
    except Exception:
        return "!"
    return recorded[0]


def main() -> int:
    different = 0
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    # What no Python should try to build has its expectations written by hand.
    for path in sorted(path for path in CASES.glob("*.txt") if path.name != "budget.txt"):
        lines: list[str] = []
        for line in path.read_text().splitlines():
            if not line.strip() or line.startswith("##"):
                lines.append(line)
                continue
            expression, _, expected = line.partition(" => ")
            actual = evaluated(expression)
            lines.append(f"{expression} => {actual}")
            if expected != actual and "--write" not in sys.argv:
                print(f"{path.name}: {expression}\n  expected {expected}\n  actual   {actual}")
                different += 1
        if "--write" in sys.argv:
            path.write_text("\n".join(lines) + "\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
