"""`gristmill init SOURCE`: a working project in the current folder, made of the files in `gristmill/templates`.

A file that is there already is never written over without consent. What many sources share is only added to: sections of
`.dlt/*.toml`, lines of `.gitignore` and `requirements.txt`. So the command may be run again, and for several sources.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.commands.terminal import CommandError, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable


@dataclass(frozen=True)
class Template:
    """A source that a project can be made for."""

    description: str
    requirements: tuple[str, ...] = ()
    before_first_run: tuple[str, ...] = ()


SOURCES = {
    "rest_api": Template(
        "any REST API, described by a dict: pages, authentication, parents and children", ("requests",)
    ),
    "sql_database": Template(
        "tables of PostgreSQL, MySQL, SQLite and whatever else SQLAlchemy reads",
        ("sqlalchemy>=2",),
        ("python data/make_sample.py",),
    ),
    "filesystem": Template("CSV, JSON lines and Parquet files in a folder or a bucket"),
    "amazon": Template(
        "Amazon's catalogue, by the Selling Partner API",
        (),
        (
            "put the application's credentials into .dlt/secrets.toml",
            "python -m gristmill.sources.amazon.mock -- gristmill up    # or: a stand-in for Amazon, without credentials",
        ),
    ),
}
DESTINATIONS = {"duckdb": "a DuckDB file, the one of the dbt profile's target"}
_SECRETS = Path(".dlt/secrets.toml")
_TOML = {_SECRETS, Path(".dlt/config.toml")}
_LISTS = {Path(".gitignore"), Path("requirements.txt")}


def run(request: dict[str, Any], terminal: Terminal) -> int:
    """List what there is, or make the project."""
    if request["list_sources"] or request["list_destinations"]:
        shown = {n: t.description for n, t in SOURCES.items()} if request["list_sources"] else DESTINATIONS
        width = max(map(len, shown))
        for name, description in shown.items():
            terminal.say(f"{terminal.bold(f'{name:<{width}}')}  {description}")
        return 0
    source, destination = request["source"], request["destination"]
    _check("source", source, SOURCES)
    _check("destination", destination, DESTINATIONS)
    folder = Path.cwd()
    project = _project_of(folder)
    for path, text in files(source, project):
        terminal.say(f"  {_write(folder, path, text, terminal):<9} {path}")
    terminal.say()
    terminal.say("Next:")
    for step in (
        "python -m pip install -r requirements.txt",
        *SOURCES[source].before_first_run,
        "python -m pytest              # the project over sample data",
        "gristmill up                  # load, build, test, document",
    ):
        terminal.say(f"  {step}")
    return 0


def files(source: str, project: str) -> Iterator[tuple[Path, str]]:
    """The files of a new project, by their paths in it."""
    root = resources.files("gristmill") / "templates"
    for part in ("shared", source):
        for path, template in _tree(root / part, Path()):
            text = template.replace("@project@", project).replace("@PROJECT@", project.upper())
            if path == Path("requirements.txt"):
                text += "".join(f"{requirement}\n" for requirement in SOURCES[source].requirements)
            yield path, text


def _tree(folder: Traversable, below: Path) -> Iterator[tuple[Path, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        # Under their own names, tools and version control would take templates for what they become.
        name = re.sub(r"^dot-", ".", entry.name)
        if entry.is_dir():
            yield from _tree(entry, below / name)
        elif name.endswith(".in"):
            yield below / name.removesuffix(".in"), entry.read_text("utf-8")


def _check(what: str, name: str, known: dict[str, Any]) -> None:
    if name in known:
        return
    message = f"there is no template for the {what} `{name}`"
    if close := difflib.get_close_matches(name, known, n=1):
        message += f"; did you mean `{close[0]}`?"
    hint = f"there are: {', '.join(known)}"
    raise CommandError(message, hint=hint, exit_code=2)


def _project_of(folder: Path) -> str:
    """The name that the folder's project has, or one made of the folder's."""
    try:
        found = re.search(r"(?m)^name:\s*['\"]?(\w+)", (folder / "dbt_project.yml").read_text("utf-8"))
    except OSError:
        found = None
    if found is not None:
        return found.group(1)
    name = re.sub(r"\W+", "_", folder.name, flags=re.ASCII).strip("_").lower()
    return name if name and not name[0].isdigit() else f"project_{name}".rstrip("_")


def _write(folder: Path, path: Path, text: str, terminal: Terminal) -> str:
    """Bring a file into the folder, and tell in a word what was done."""
    file = folder / path
    before = file.read_text("utf-8") if file.is_file() else None
    if before is None and (file.exists() or file.is_symlink()):
        message = f"`{path}` is in the way: it is no file"
        raise CommandError(message)
    if before is not None:
        if path in _TOML:
            text = _with_sections(before, text, path)
        elif path in _LISTS:
            text = _with_lines(before, text)
        if text == before:
            return "unchanged"
        if path not in _TOML | _LISTS and not terminal.confirm(f"{path} is there and differs. Overwrite it?"):
            return "kept"
    file.parent.mkdir(parents=True, exist_ok=True)
    # What holds secrets is its owner's alone from the moment it is there.
    mode = 0o600 if path == _SECRETS else 0o666
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as out:
        out.write(text)
    if before is None:
        return "created"
    return "extended" if path in _TOML | _LISTS else "replaced"


def _with_sections(before: str, text: str, path: Path) -> str:
    """The file with our section behind it, unless it has that already, whatever stands in it."""
    try:
        known: Any = tomllib.loads(before)
    except tomllib.TOMLDecodeError as error:
        message = f"`{path}` cannot be read: {error}"
        raise CommandError(message) from None
    header = re.search(r"(?m)^\[(sources\.\w+)", text)
    for name in header.group(1).split(".") if header else ():
        if name not in known:
            return f"{before.rstrip()}\n\n{text}".lstrip()
        known = known[name]
    return before


def _with_lines(before: str, text: str) -> str:
    known = set(before.splitlines())
    missing = [line for line in text.splitlines() if line not in known]
    return before if not missing else "\n".join([before.rstrip("\n"), *missing, ""]).lstrip("\n")
