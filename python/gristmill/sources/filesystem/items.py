"""A file that was found: what is known of it, and how its content is reached."""

from __future__ import annotations

import gzip
import io
import mimetypes
import posixpath
from datetime import datetime  # noqa: TC003
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from gristmill.exceptions import ValueErrorWithKnownValues
from gristmill.sources.filesystem.configuration import FilesystemConfiguration

if TYPE_CHECKING:
    from collections.abc import Callable

    from gristmill import _core

_PIECE = 1 << 20


class FileItem(TypedDict):
    """What is known of a file."""

    file_url: str
    file_name: str
    relative_path: str
    mime_type: str
    encoding: NotRequired[str]
    modification_date: datetime
    size_in_bytes: NotRequired[int]
    file_content: NotRequired[bytes]


class FileItemDict(dict[str, Any]):
    """A file that was found; `open()` and `read_bytes()` give its content, `fsspec` the file system that it is in."""

    def __init__(self, mapping: FileItem | dict[str, Any] | None = None, fsspec: Any = None, **values: Any) -> None:
        """Of what is known of it, and the fsspec file system that opens it."""
        super().__init__(**cast("dict[str, Any]", mapping or {}), **values)
        self._fsspec: Any = fsspec
        self._stored: _core.StoredObject | None = None
        self._make_fsspec: Callable[[], Any] | None = None

    def stored_as(self, stored: _core.StoredObject, make_fsspec: Callable[[], Any]) -> FileItemDict:
        """Let the core read it; a file system is made only when somebody asks for it."""
        self._stored, self._make_fsspec = stored, make_fsspec
        return self

    @property
    def fsspec(self) -> Any:
        """The fsspec file system that it is in."""
        if self._fsspec is None:
            from gristmill.sources.filesystem.fsspecs import fsspec_filesystem

            make = self._make_fsspec or (lambda: fsspec_filesystem("file")[0])
            self._fsspec = make()
        return self._fsspec

    @property
    def filesystem(self) -> Any:
        """The fsspec file system that it is in."""
        return self.fsspec

    @property
    def local_file_path(self) -> str:
        """Its path on this machine."""
        return FilesystemConfiguration.make_local_path(self["file_url"])

    @property
    def is_local(self) -> bool:
        """Whether it is a file of this machine that no file system of the user's stands before."""
        return self._fsspec_is_plain() and self._stored is None and self["file_url"].startswith("file:")

    def _fsspec_is_plain(self) -> bool:
        if self._fsspec is None:
            return True
        protocol = self._fsspec.protocol
        return type(self._fsspec).__name__ == "LocalFileSystem" and "file" in protocol

    def open(self, mode: str = "rb", compression: str = "auto", **kwargs: Any) -> IO[Any]:
        """Its content as a stream; `auto` unpacks a file whose name ends in `.gz`, `enable` any, `disable` none."""
        if compression not in ("auto", "enable", "disable"):
            name = "compression"
            raise ValueErrorWithKnownValues(name, compression, ["auto", "enable", "disable"])
        packed = compression == "enable" or (compression == "auto" and self.get("encoding") == "gzip")
        if self.get("file_content") is not None:
            # Here dlt goes by the `t` alone, while a file is text unless its mode says `b`.
            return _stream(io.BytesIO(self["file_content"]), packed, kwargs, as_text="t" in mode)
        if self.is_local:
            path = self.local_file_path
            if not packed:
                return Path(path).open(mode, **kwargs)
            return cast("IO[Any]", gzip.open(path, mode if set(mode) & {"b", "t"} else f"{mode}t", **kwargs))
        if self._stored is not None and not set(mode) & set("wax+"):
            raw = io.BufferedReader(StoredFile(self._stored, self["size_in_bytes"]), _PIECE)
            return _stream(cast("IO[bytes]", raw), packed, kwargs, as_text="b" not in mode)
        address = self.local_file_path if "file" in self.fsspec.protocol else self["file_url"]
        return self.fsspec.open(address, mode=mode, compression="gzip" if packed else None, **kwargs)

    def read_bytes(self) -> bytes:
        """Its content, as it is."""
        if self.get("file_content") is not None:
            return self["file_content"]
        with self.open(mode="rb", compression="disable") as stream:
            return stream.read()

    def content_for_core(self) -> Any:
        """What the core reads: None for a file of this machine, bytes, a stored object, or a function that opens it."""
        if self.get("file_content") is not None:
            return self["file_content"]
        if self._stored is not None:
            return self._stored
        return None if self.is_local else lambda: self.open(mode="rb", compression="disable")

    @property
    def shown_path(self) -> str:
        """Its path or address, for errors."""
        return self.local_file_path if self["file_url"].startswith("file:") else self["file_url"]


def _stream(raw: IO[bytes], packed: bool, kwargs: dict[str, Any], *, as_text: bool) -> IO[Any]:
    plain = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
    if not as_text:
        return plain
    return io.TextIOWrapper(plain, **{k: v for k, v in kwargs.items() if k in ("encoding", "errors", "newline")})


class StoredFile(io.RawIOBase):
    """An object of a store as a file that can be read and jumped in."""

    def __init__(self, stored: _core.StoredObject, size: int) -> None:
        self._stored = stored
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be jumped in."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Jump."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fetch the next bytes."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), max(0, self._size - self._at))
        found = self._stored.read(self._at, wanted) if wanted else b""
        view[: len(found)] = found
        self._at += len(found)
        return len(found)


def guess_mime_type(file_name: str) -> tuple[str, str | None]:
    """The kind of a file, and how it is packed, as its name tells.

    >>> guess_mime_type("in/orders.jsonl.gz")
    ('application/gz', 'gzip')
    """
    kind, encoding = mimetypes.guess_type(posixpath.basename(file_name), strict=False)
    return kind or "application/" + (posixpath.splitext(file_name)[1][1:] or "octet-stream"), encoding
