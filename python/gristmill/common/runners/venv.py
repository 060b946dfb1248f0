"""A virtual environment: `with Venv.create(path, ["requests"]) as venv: venv.run_script("script.py")`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Self

from gristmill.exceptions import CannotInstallDependencies, VenvNotFound

if TYPE_CHECKING:
    from types import TracebackType

DEFAULT_VENV_PATH = ".venv"


class Venv:
    """An environment of Python in a folder; `with` removes it at the end if it was created here."""

    def __init__(self, folder: str | Path, *, is_new: bool = False) -> None:
        self.path = Path(folder)
        self._is_new = is_new

    @property
    def current(self) -> bool:
        """Whether it is the one that runs this."""
        return self.path.resolve() == Path(sys.prefix).resolve()

    @property
    def bin_path(self) -> Path:
        """Where its commands are."""
        return self.path / ("Scripts" if sys.platform == "win32" else "bin")

    @classmethod
    def create(cls, venv_dir: str | Path, dependencies: list[str] | None = None) -> Self:
        """A new environment, with packages in it."""
        venv.create(venv_dir, with_pip=True, clear=True)
        made = cls(venv_dir, is_new=True)
        if dependencies:
            made.install_deps(dependencies)
        return made

    @classmethod
    def restore(cls, venv_dir: str | Path, current: bool = False) -> Self:
        """One that is there, or raise `VenvNotFound`."""
        del current
        made = cls(venv_dir)
        if not made.bin_path.is_dir():
            raise VenvNotFound(str(made.bin_path / "python"))
        return made

    @classmethod
    def restore_current(cls) -> Self:
        """The one that runs this."""
        return cls(sys.prefix)

    def install_deps(self, dependencies: list[str]) -> None:
        """Install packages into it."""
        command = [str(self.bin_path / "python"), "-m", "pip", "install", "--quiet", *dependencies]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise CannotInstallDependencies(dependencies, str(self.path), done.stderr)

    def run_command(self, entry_point: str, *script_args: str) -> str:
        """Run one of its commands; gives what it printed."""
        return self._run([str(self.bin_path / entry_point), *script_args])

    def run_script(self, script_path: str, *script_args: str) -> str:
        """Run a script with its Python."""
        return self._run([str(self.bin_path / "python"), str(Path(script_path).absolute()), *script_args])

    def run_module(self, module: str, *module_args: str) -> str:
        """Run a module with its Python."""
        return self._run([str(self.bin_path / "python"), "-m", module, *module_args])

    def start_command(self, entry_point: str, *script_args: str, **popen_kwargs: object) -> subprocess.Popen[str]:
        """Start one of its commands."""
        command = [str(self.bin_path / entry_point), *script_args]
        return subprocess.Popen(command, **popen_kwargs)  # noqa: S603  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownVariableType]

    @staticmethod
    def _run(command: list[str]) -> str:
        return subprocess.check_output(command, stderr=subprocess.STDOUT, text=True, errors="backslashreplace")  # noqa: S603

    @classmethod
    def is_virtual_env(cls) -> bool:
        """Whether a virtual environment runs this."""
        return sys.prefix != sys.base_prefix

    def __enter__(self) -> Self:
        if self.current:
            message = "the environment that runs this cannot be entered"
            raise NotImplementedError(message)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        if self._is_new:
            shutil.rmtree(self.path, ignore_errors=True)
