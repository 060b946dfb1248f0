"""A case: a small project, and the commands to run in it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROJECTS = HERE / "projects"
PEER_PACKAGES = HERE / "peer_packages"


@dataclass(frozen=True)
class Step:
    """One command; before it, the files of a folder may be laid over the project, and files may be taken away."""

    command: list[str]
    overlay: str | None = None
    remove: list[str] = field(default_factory=list[str])
    env: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Case:
    """What `case.toml` says."""

    name: str
    about: str
    steps: list[Step]
    setup: list[str]
    peer_packages: list[str]
    repositories: list[str]
    compiled: bool
    xfail: str | None
    # A shape and a size of `tests/bench/projects.py`. The golden file is of the `small` size; `live` runs the whole one.
    generated: dict[str, Any] | None
    # Whether the flags in `run_results.json` are compared, too.
    args: bool

    def small(self) -> Case:
        """The case as it is recorded: the smaller one of a generated project, any other as it is."""
        if not self.generated:
            return self
        return replace(self, generated=self.generated | {"size": self.generated["small"]})

    @property
    def folder(self) -> Path:
        """Where the project's files are."""
        return PROJECTS / self.name


def read(folder: Path) -> Case:
    """Read one case's `case.toml`."""
    stored: dict[str, Any] = tomllib.loads((folder / "case.toml").read_text("utf-8"))
    return Case(
        name=folder.name,
        about=stored["about"],
        steps=[Step(**step) for step in stored["step"]],
        setup=stored.get("setup", []),
        peer_packages=stored.get("peer_packages", []),
        repositories=stored.get("repositories", []),
        compiled=stored.get("compiled", True),
        xfail=stored.get("xfail"),
        generated=stored.get("generated"),
        args=stored.get("args", False),
    )


def all_cases(named: str = "") -> list[Case]:
    """Every case whose name holds `named`, by name."""
    folders = sorted(path.parent for path in PROJECTS.glob("*/case.toml"))
    return [read(folder) for folder in folders if named in folder.name]
