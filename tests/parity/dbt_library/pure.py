"""dbt's macros that need no database, evaluated three ways: dbt's text by dbt, dbt's text by gristmill, gristmill's own.

    python -m tests.parity.dbt_library.pure record    # write what dbt makes of each line of `pure.txt`
    python -m tests.parity.dbt_library.pure live      # let gristmill read dbt's files, and compare

`GRISTMILL_PEERS` names the Python that has dbt. Of what dbt writes a digest is kept, and what DuckDB makes of it; none
of its text is. Gristmill's own macros write other SQL, so that `test_pure.py` compares what DuckDB makes of theirs.
A line of `pure.txt` begins with what the macro gives: `sql`, an expression, perhaps with what stands behind it; `rows`,
a query; `value`, anything else.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "dbt_library"
GOLDEN = FIXTURES / "pure.json"
GRISTMILL = [sys.executable, "-m", "gristmill"]
MARK = "evaluated: "
FOLDERS = "from pathlib import Path; from dbt.include import duckdb, global_project; print(*(Path(m.__file__).parent for m in (global_project, duckdb)))"


@dataclass(frozen=True)
class Call:
    """A line of `pure.txt`."""

    gives: str
    call: str
    behind: str

    def made(self, text: Any) -> Any:
        """What a macro gave, as it is compared: SQL by what DuckDB makes of it, the rest by its words."""
        if self.gives == "value":
            return "".join(text.split()) if isinstance(text, str) else text
        sql = f"select {text} {self.behind}" if self.gives == "sql" else f"from ({text}) order by all"
        with duckdb.connect() as connection:
            return [list(map(str, row)) for row in connection.execute(sql).fetchall()]


def calls() -> list[Call]:
    """Every line of `pure.txt`."""
    found: list[Call] = []
    for line in (FIXTURES / "pure.txt").read_text("utf-8").splitlines():
        gives, _, rest = line.partition(" ")
        call, _, behind = re.sub(r"\) (?=from )", ")\0", rest).partition("\0")
        found.append(Call(gives, call, behind))
    return found


def evaluated(executable: Sequence[str], macros: Sequence[Path] = ()) -> dict[str, Any]:
    """What each call gives in a project that holds these folders of macros."""
    with tempfile.TemporaryDirectory(prefix="pure-") as folder:
        project = Path(folder)
        (project / "dbt_project.yml").write_text("name: pure\nprofile: pure\n")
        (project / "profiles.yml").write_text("pure: {target: a, outputs: {a: {type: duckdb}}}\n")
        copy(macros, project / "macros")
        say = "{% macro say(value) %}{% do print('" + MARK + "' ~ tojson(value)) %}{% endmacro %}\n"
        said = "\n".join("{% do say(" + one.call + ") %}" for one in calls())
        (project / "macros").mkdir(exist_ok=True)
        (project / "macros" / "say.sql").write_text(say + "{% macro say_all() %}" + said + "{% endmacro %}\n")
        env = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
        env |= {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1"}
        done = subprocess.run(
            [*executable, "run-operation", "say_all"],
            cwd=project,
            env=env,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
    lines = [line[len(MARK) :] for line in done.stdout.splitlines() if line.startswith(MARK)]
    assert len(lines) == len(calls()), f"{len(lines)} of {len(calls())} calls\n{done.stdout}{done.stderr}"
    return {one.call: json.loads(line) for one, line in zip(calls(), lines, strict=True)}


MACRO = re.compile(r"\{%-?\s*macro\s+(\w+).*?endmacro\s*-?%\}", re.DOTALL)


def copy(folders: Sequence[Path], into: Path) -> None:
    """Every macro file of these folders. Of two macros of a name that of the later folder stays, as dbt finds it first."""
    taken = frozenset[str]()
    for number, folder in reversed(list(enumerate(folders))):
        files = {file: file.read_text("utf-8") for file in sorted((folder / "macros").rglob("*.sql"))}
        for file, text in files.items():
            path = into / str(number) / file.relative_to(folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(adapted(text, taken), "utf-8")
        taken |= {found[1] for text in files.values() for found in MACRO.finditer(text)}


def adapted(text: str, taken: frozenset[str]) -> str:
    """Macros without those that are taken. They belong to the project here, and not to `dbt`."""
    rest = MACRO.sub(lambda found: "" if found[1] in taken else found[0], text)
    return re.sub(r"\bdbt\.(\w+\()", r"\1", rest)


def digest(value: Any) -> str:
    """Tells two values of macros apart, to the last blank."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def main() -> int:
    """Record, or compare live."""
    named = os.environ.get("GRISTMILL_PEERS")
    if not named or len(sys.argv) != 2 or sys.argv[1] not in {"record", "live"}:
        sys.exit(__doc__)
    theirs = evaluated([str(Path(named).parent / "dbt")])
    if sys.argv[1] == "record":
        golden = {
            one.call: {"digest": digest(theirs[one.call]), "makes": one.made(theirs[one.call])} for one in calls()
        }
        GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", "utf-8")
        print(f"{len(golden)} calls")
        return 0
    folders = subprocess.run([named, "-c", FOLDERS], capture_output=True, text=True, check=True).stdout.split()
    ours = evaluated(GRISTMILL, [Path(folder) for folder in folders])
    golden = json.loads(GOLDEN.read_text("utf-8"))
    different = [call for call in theirs if theirs[call] != ours[call] or digest(ours[call]) != golden[call]["digest"]]
    for call in different:
        print(f"DIFF {call}\n     dbt       {theirs[call]!r}\n     gristmill {ours[call]!r}")
    print(f"{len(theirs) - len(different)} / {len(theirs)} calls of dbt's macros")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
