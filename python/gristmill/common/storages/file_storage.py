"""A folder in which files are written whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO, Any


class FileStorage:
    """Files below one folder, by their paths within it."""

    def __init__(self, storage_path: str, file_type: str = "t", makedirs: bool = False) -> None:
        self.storage_path = str(Path(storage_path).resolve())
        self.file_type = file_type
        if makedirs:
            Path(self.storage_path).mkdir(parents=True, exist_ok=True)

    def make_full_path(self, path: str) -> str:
        """Where a file is. Raises `ValueError` for a path that leads out of the folder."""
        full = (Path(self.storage_path) / path).resolve()
        if not full.is_relative_to(self.storage_path):
            message = f"`{path}` leads out of `{self.storage_path}`"
            raise ValueError(message)
        return str(full)

    def save(self, relative_path: str, data: Any) -> str:
        """Write a file whole: beside it first, then under its name."""
        target = Path(self.make_full_path(relative_path))
        written = target.with_name(f".{target.name}.new")
        with self._open(str(written), "w") as file:
            file.write(data)
        written.replace(target)
        return str(target)

    def load(self, relative_path: str) -> Any:
        """All of a file."""
        with self.open_file(relative_path) as file:
            return file.read()

    def open_file(self, relative_path: str, mode: str = "r") -> IO[Any]:
        """An open file."""
        return self._open(self.make_full_path(relative_path), mode)

    def _open(self, path: str, mode: str) -> IO[Any]:
        kind = mode if mode[-1] in "bt" else mode + self.file_type
        return Path(path).open(kind, encoding=None if "b" in kind else "utf-8")

    def has_file(self, relative_path: str) -> bool:
        """Whether there is such a file."""
        return Path(self.make_full_path(relative_path)).is_file()

    def has_folder(self, relative_path: str) -> bool:
        """Whether there is such a folder."""
        return Path(self.make_full_path(relative_path)).is_dir()

    def create_folder(self, relative_path: str, exists_ok: bool = False) -> None:
        """Make a folder."""
        Path(self.make_full_path(relative_path)).mkdir(parents=True, exist_ok=exists_ok)

    def list_folder_files(self, relative_path: str, to_root: bool = True) -> list[str]:
        """The files of a folder, by their paths from the root or from that folder."""
        folder = Path(self.make_full_path(relative_path))
        files = sorted(path for path in folder.iterdir() if path.is_file())
        return [str(path.relative_to(self.storage_path if to_root else folder)) for path in files]

    def list_folder_dirs(self, relative_path: str, to_root: bool = True) -> list[str]:
        """The folders of a folder."""
        folder = Path(self.make_full_path(relative_path))
        folders = sorted(path for path in folder.iterdir() if path.is_dir())
        return [str(path.relative_to(self.storage_path if to_root else folder)) for path in folders]

    def delete(self, relative_path: str) -> None:
        """Delete a file."""
        Path(self.make_full_path(relative_path)).unlink()

    def delete_folder(self, relative_path: str, recursively: bool = False) -> None:
        """Delete a folder, with what is in it if asked for."""
        folder = Path(self.make_full_path(relative_path))
        if recursively:
            shutil.rmtree(folder)
        else:
            folder.rmdir()
