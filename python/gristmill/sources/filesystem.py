"""Files as data: `filesystem(bucket_url="data", file_glob="*.jsonl") | read_jsonl()`, or `read_file("orders.csv")`.

A file that nothing looks at in Python goes from bytes to Arrow in the core, and no row becomes a Python object. Add a
map, a filter, an incremental or a model, and its rows are read in Python and behave as any others.
"""

from __future__ import annotations

import datetime as dt
import glob as globs
import gzip
import io
import json
import mimetypes
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from gristmill.configuration.inject import ConfigValue
from gristmill.exceptions import DltException, MissingDependencyException, NotYetAvailable
from gristmill.extract.decorators import resource, transformer
from gristmill.extract.items import FileItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gristmill.extract.resource import DltResource

__source_name__ = "filesystem"
__all__ = ["FileItemDict", "filesystem", "read_csv", "read_file", "read_jsonl", "read_parquet", "readers"]

_GZIP = b"\x1f\x8b"
_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".parquet": "parquet"}


class FileNotReadable(DltException):
    """A file is missing, or is of a kind that cannot be read."""

    kind = "file"


class FileItemDict(dict[str, Any]):
    """A file that was found: its name, address, size and time; `open()` and `read_bytes()` give its content."""

    @property
    def local_file_path(self) -> str:
        """Its path on this machine."""
        return str(_local_path(self["file_url"]))

    def open(self, mode: str = "rb", compression: str = "auto", **kwargs: Any) -> IO[Any]:
        """Its content as a stream; one that is compressed is unpacked."""
        packed = compression == "enable" or (compression == "auto" and self.local_file_path.endswith(".gz"))
        if packed:
            return cast("IO[Any]", gzip.open(self.local_file_path, mode, **kwargs))
        return Path(self.local_file_path).open(mode, **kwargs)

    def read_bytes(self) -> bytes:
        """Its content."""
        return self["file_content"] if self.get("file_content") is not None else Path(self.local_file_path).read_bytes()


def _local_path(address: str) -> Path:
    parts = urlsplit(address)
    if parts.scheme in ("", "file"):
        return Path(unquote(parts.path) if parts.scheme else address)
    feature = f"reading files from `{parts.scheme}://`"
    raise NotYetAvailable(feature)


@resource(primary_key="file_url", standalone=True, name="filesystem")
def filesystem(
    bucket_url: str = ConfigValue,
    credentials: Any = None,
    file_glob: str = "*",
    files_per_page: int = 100,
    extract_content: bool = False,
) -> Iterator[list[FileItemDict]]:
    """The files under `bucket_url` that match `file_glob`, in pages."""
    del credentials
    page: list[FileItemDict] = []
    for item in found_files(bucket_url, file_glob):
        if extract_content:
            item["file_content"] = item.read_bytes()
        page.append(item)
        if len(page) >= files_per_page:
            yield page
            page = []
    if page:
        yield page


def found_files(bucket_url: str, file_glob: str) -> Iterator[FileItemDict]:
    """The files that match, by their path."""
    root = _local_path(bucket_url).absolute()
    if not root.is_dir():
        message = f"there is no folder `{root}` to look for files in"
        raise FileNotReadable(message, hint="`bucket_url` is a folder; `read_file` reads a single file")
    for name in sorted(globs.glob(file_glob, root_dir=root, recursive=True)):  # noqa: PTH207
        path = root / name
        if path.is_file():
            stat = path.stat()
            kind, encoding = mimetypes.guess_type(name)
            relative = Path(name).as_posix()
            yield FileItemDict(
                file_name=Path(name).name,
                relative_path=relative,
                file_url=path.as_uri(),
                mime_type=kind or "application/octet-stream",
                encoding=encoding,
                modification_date=dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC),
                size_in_bytes=stat.st_size,
            )


def _is_seen() -> bool:
    """Whether the running reader, or anything behind it, has steps that need rows in Python."""
    from gristmill import context

    pipe, source = context.pipe.get(), context.source.get()
    if pipe is None or source is None or len(pipe) > 1:
        return True
    children = [
        p for p in source.resources.selected_pipes if p.parent is not None and p.parent.instance_id == pipe.instance_id
    ]
    resource_of = source.resources.with_pipe(pipe)
    dynamic = resource_of.has_dynamic_table_name or resource_of.has_other_dynamic_hints
    # Iterating a resource by hand means that rows are looked at; only an extraction takes files whole.
    return bool(children) or dynamic or not source.is_extracted


def _read(items: Any, file_format: str, options: dict[str, Any], chunk_size: int) -> Iterator[Any]:
    seen = _is_seen()
    for item in items if isinstance(items, list) else [items]:
        path = item.local_file_path
        if not seen and item.get("file_content") is None:
            yield FileItem(path, file_format, "gzip" if path.endswith(".gz") else None, options)
        else:
            yield from _rows(item, file_format, options, chunk_size)


def _rows(item: FileItemDict, file_format: str, options: dict[str, Any], chunk_size: int) -> Iterator[list[Any]]:
    rows = _csv_rows(item, options) if file_format == "csv" else _json_items(item, file_format)
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= chunk_size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _json_items(item: FileItemDict, file_format: str) -> Iterator[Any]:
    with _opened(item) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        yield from _json_rows(text, item.local_file_path, file_format)


def _json_rows(text: io.TextIOWrapper, path: str, file_format: str) -> Iterator[Any]:
    if file_format == "json":
        try:
            data = json.load(text)
        except json.JSONDecodeError as error:
            raise _broken(path, error.lineno, error.msg) from None
        yield from data if isinstance(data, list) else [data]
        return
    for number, line in enumerate(text, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise _broken(path, number, error.msg) from None


def _broken(path: str, line: int, reason: str) -> FileNotReadable:
    problem = FileNotReadable(f"this line is not JSON: {reason}\n  --> {path}:{line}")
    problem.file, problem.line = path, line
    return problem


def _csv_rows(item: FileItemDict, options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    # The core's own reader: the rows are the same whether a step looks at them or not.
    from gristmill import _core

    content = item.get("file_content")
    if content is None and not _is_local(item):
        content = item.read_bytes()
    path = item.local_file_path if _is_local(item) else item["file_url"]
    packed = path.endswith(".gz") if content is None else content.startswith(_GZIP)
    compression = "gzip" if packed else "none"
    file = {"path": path, "format": "csv", "compression": compression, "options": options}
    for block in _core.CsvRows(file, content):
        yield from block


@transformer(standalone=True)
def read_jsonl(items: Any, chunksize: int = 1000) -> Iterator[Any]:
    """The rows of files of JSON lines."""
    yield from _read(items, "jsonl", {}, chunksize)


@transformer(standalone=True)
def read_csv(items: Any, chunksize: int = 10000, **csv_options: Any) -> Iterator[Any]:
    """The rows of CSV files; the first line names the columns.

    A comma separates the fields unless the first records fit a semicolon, a tab or a `|` only. A column has one type for the
    whole file, and one of digits with leading zeros is text. Options of `pandas.read_csv` may be given: `sep`, `delimiter`,
    `quotechar`, `escapechar`, `comment`, `header`, `names` and `dtype=str` are read without pandas; with any other the file
    is read by pandas, as dlt reads all of them.

    Raises:
        GristmillError: a record has more fields than the header, a quote is not closed, or bytes are not UTF-8; it tells
            file and line, and nothing of the file is loaded.

    """
    options = _core_options(csv_options)
    if options is None:
        for item in items if isinstance(items, list) else [items]:
            yield from _pandas_rows(item, chunksize, csv_options)
    else:
        yield from _read(items, "csv", options, chunksize)


def _core_options(given: dict[str, Any]) -> dict[str, Any] | None:
    """The options as the core knows them; None when one of them is pandas' alone."""
    names = {"sep": "delimiter", "delimiter": "delimiter", "quotechar": "quote", "escapechar": "escape"}
    options: dict[str, Any] = {}
    for name, value in given.items():
        if name in names or name == "comment":
            if value is not None and (not isinstance(value, str) or len(value.encode()) != 1):
                return None
            options[names.get(name, name)] = value
        elif name == "header" and value in (None, 0, "infer"):
            options["header"] = value is not None
        elif name == "names" and value is not None:
            options["names"] = [str(each) for each in value]
            # Names without a word on the header mean that there is none.
            options.setdefault("header", "header" in given and given["header"] is not None)
        elif name == "dtype" and value in (str, "str", object, "object"):
            options["all_text"] = True
        elif name == "encoding" and str(value).lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig"):
            continue
        else:
            return None
    return options


def _pandas_rows(item: FileItemDict, chunk_size: int, given: dict[str, Any]) -> Iterator[list[Any]]:
    try:
        import pandas as pd
    except ImportError:
        feature = f"the options {', '.join(f'`{name}`' for name in given)} of `read_csv`"
        raise MissingDependencyException(feature, ["pandas"]) from None
    with _opened(item) as stream:
        for frame in cast("Any", pd).read_csv(stream, **{"chunksize": chunk_size, **given}):
            yield frame.to_dict(orient="records")


def _is_local(item: FileItemDict) -> bool:
    return urlsplit(item["file_url"]).scheme in ("", "file")


def _opened(item: FileItemDict) -> IO[bytes]:
    content = item.get("file_content")
    if content is None:
        return item.open()
    return io.BytesIO(gzip.decompress(content) if content.startswith(_GZIP) else content)


@transformer(standalone=True)
def read_parquet(items: Any, chunksize: int = 10, use_pyarrow: bool = False) -> Iterator[Any]:
    """The rows of parquet files, as rows (as dlt gives them) or with `use_pyarrow` as tables."""
    try:
        import pyarrow.parquet as pq
    except ImportError:
        feature = "`read_parquet`"
        raise MissingDependencyException(feature, ["pyarrow"]) from None
    parquet: Any = pq
    for item in items if isinstance(items, list) else [items]:
        with item.open() as stream:
            for batch in parquet.ParquetFile(stream).iter_batches(batch_size=chunksize):
                yield batch if use_pyarrow else batch.to_pylist()


def read_file(path: str | Path, format: str | None = None, **options: Any) -> FileItem:  # noqa: A002
    """One file as an item that a resource can yield; the format is told by the name's ending.

    >>> read_file("orders.csv.gz").format
    'csv'
    """
    if not str(path):
        message = "the path of the file to read is empty"
        raise FileNotReadable(message, hint="name a file")
    file = Path(path)
    if file.is_dir():
        message = f"`{file}` is a folder, not a file"
        raise FileNotReadable(message, hint="name a file, or read a folder's files with `filesystem(...)`")
    suffixes = [s.lower() for s in file.suffixes]
    compression = "gzip" if suffixes and suffixes[-1] == ".gz" else None
    ending = suffixes[-2] if compression and len(suffixes) > 1 else suffixes[-1] if suffixes else ""
    chosen = format or _FORMATS.get(ending)
    if chosen not in ("jsonl", "json", "csv"):
        message = f"`{file.name}` is none of the files that can be read: .jsonl, .ndjson, .json, .csv, each also as .gz"
        raise FileNotReadable(message, hint="pass `format='jsonl'`, `'json'` or `'csv'` if its name does not tell")
    return FileItem(str(file), chosen, compression, options)


def readers(bucket_url: str = ConfigValue, credentials: Any = None, file_glob: str = "*") -> Any:
    """A source with all readers over the same files."""
    from gristmill.extract.source import DltSource
    from gristmill.schema import Schema

    made: list[DltResource] = []
    for reader in (read_csv, read_jsonl, read_parquet):
        files = filesystem(bucket_url, credentials, file_glob=file_glob)
        made.append(files | reader())
    return DltSource(Schema("readers"), "filesystem", made)
