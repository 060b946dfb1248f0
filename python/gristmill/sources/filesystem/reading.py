"""Reading files: whole in the core, or as dicts when a step in Python looks at the rows."""

from __future__ import annotations

import contextlib
import io
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gristmill.exceptions import FileNotReadable, MissingDependencyException, ValueErrorWithKnownValues
from gristmill.extract.items import FileItem
from gristmill.sources.filesystem.hive import for_core, partitions
from gristmill.sources.filesystem.items import FileItemDict

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_log = logging.getLogger("gristmill")
FORMATS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".arrows": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
_PACKED = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}


def is_seen() -> bool:
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


def reader_options(
    on_error: str, hive_partitioning: bool | dict[str, str], file_column: str | None, **options: Any
) -> dict[str, Any]:
    """What a reader says of each file, checked."""
    if on_error not in ("raise", "quarantine"):
        name = "on_error"
        raise ValueErrorWithKnownValues(name, on_error, ["raise", "quarantine"])
    return {
        **options,
        "quarantine": on_error == "quarantine",
        "hive": hive_partitioning,
        "file_column": file_column,
    }


def read_files(items: Any, file_format: str, options: dict[str, Any], chunk_size: int) -> Iterator[Any]:
    """The rows of files: as one item for the core, or in lists of `chunk_size` dicts."""
    files = [_described(item, file_format, options) for item in listed(items)]
    if not is_seen():
        if files:
            yield files
        return
    for file in files:
        yield from _rows(file, chunk_size)


def listed(items: Any) -> list[FileItemDict]:
    """The files of a page; one that was made by hand is as good."""
    found: list[Any] = list(items) if isinstance(items, list | tuple) else [items]
    for item in found:
        if not isinstance(item, FileItemDict):
            message = f"a reader takes the files that `filesystem` finds, and got a `{type(item).__name__}`"
            raise FileNotReadable(message, hint="keep the `FileItemDict` when a step changes it: set its keys in place")
    return found


def constants(item: FileItemDict, options: dict[str, Any]) -> dict[str, Any]:
    """The columns that each row of a file gets."""
    found = partitions(item["relative_path"], options["hive"]) if options.get("hive") else {}
    if options.get("file_column"):
        found[options["file_column"]] = item["relative_path"]
    return found


def _described(item: FileItemDict, file_format: str, options: dict[str, Any]) -> FileItem:
    plain = {k: v for k, v in options.items() if k not in ("hive", "file_column")}
    columns = constants(item, options)
    if columns:
        plain["constants"] = for_core(columns)
    packed = _PACKED.get(Path(item["file_name"]).suffix.lower())
    content = item.content_for_core()
    size = None if isinstance(content, bytes) else item.get("size_in_bytes")
    return FileItem(item.shown_path, file_format, packed, plain, content, size)


def _rows(file: FileItem, chunk_size: int) -> Iterator[list[Any]]:
    from gristmill import _core, context

    rows = _core.FileRows(file.description(), file.content)
    chunk: list[Any] = []
    for block in rows:
        chunk += block
        while len(chunk) >= chunk_size:
            yield chunk[:chunk_size]
            chunk = chunk[chunk_size:]
        rejected = rows.take_rejected()
        if rejected and (set_aside := context.rejected.get()) is not None:
            names = ("file", "line", "byte", "error", "text")
            found = [dict(zip(names, row, strict=True)) for row in rejected]
            set_aside.append((context.pipe.get(), found))
        elif rejected:
            _log.warning("%d broken records of `%s` are passed over", len(rejected), file.path)
    if chunk:
        yield chunk


def csv_options(given: dict[str, Any]) -> dict[str, Any] | None:
    """Options of `pandas.read_csv` as the core knows them; None when one of them is pandas' alone."""
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


def pandas_rows(
    item: FileItemDict, chunk_size: int, given: dict[str, Any], options: dict[str, Any]
) -> Iterator[list[Any]]:
    """The rows of a CSV file as pandas reads them."""
    try:
        import pandas as pd
    except ImportError:
        feature = f"the options {', '.join(f'`{name}`' for name in given)} of `read_csv`"
        raise MissingDependencyException(feature, ["pandas"]) from None
    arguments: dict[str, Any] = {"chunksize": chunk_size, **given}
    mode: str = "rb"
    how: dict[str, Any] = {}
    if "encoding" in arguments:
        mode = "rt"
        how["encoding"] = arguments.pop("encoding")
        if "encoding_errors" in arguments:
            how["errors"] = arguments.pop("encoding_errors")
    columns = constants(item, options)
    with item.open(mode, "auto", **how) as stream:
        for frame in cast("Any", pd).read_csv(stream, **arguments):
            # pandas says NaN, NaT and NA for what is not there.
            rows = frame.astype(object).where(frame.notna(), None).to_dict(orient="records")
            yield [{**row, **columns} for row in rows]


def arrow_batches(item: FileItemDict, chunk_size: int, options: dict[str, Any]) -> Iterator[Any]:
    """The batches of a parquet file as pyarrow reads them."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        feature = "`read_parquet(use_pyarrow=True)`"
        raise MissingDependencyException(feature, ["pyarrow"]) from None
    arrow: Any = pa
    columns = constants(item, options)
    with item.open() as stream:
        for batch in cast("Any", pq).ParquetFile(stream).iter_batches(batch_size=chunk_size):
            made = batch
            for name, value in columns.items():
                made = made.append_column(name, arrow.array([value] * batch.num_rows))
            yield made


@contextlib.contextmanager
def as_local_path(item: FileItemDict) -> Generator[str]:
    """The path of a file on this machine; one from elsewhere is brought here for a while."""
    import shutil
    import tempfile

    if item.is_local and item.get("file_content") is None:
        yield item.local_file_path
        return
    with tempfile.TemporaryDirectory(prefix="gristmill-") as folder:
        name = item["file_name"].removesuffix(".gz") if item.get("encoding") == "gzip" else item["file_name"]
        path = Path(folder) / name
        with item.open() as stream, path.open("wb") as copy:
            shutil.copyfileobj(stream, copy, io.DEFAULT_BUFFER_SIZE * 64)
        yield str(path)


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
    compression = _PACKED.get(suffixes[-1]) if suffixes else None
    ending = suffixes[-2] if compression and len(suffixes) > 1 else suffixes[-1] if suffixes else ""
    chosen = format or FORMATS.get(ending)
    if chosen is None or chosen not in FORMATS.values():
        message = (
            f"`{file.name}` is none of the files that can be read: .jsonl, .ndjson, .json, .csv, .parquet, .arrow,"
            " each also as .gz or .zst"
        )
        hint = "pass `format='jsonl'`, `'json'`, `'csv'`, `'parquet'` or `'arrow'` if its name does not tell"
        raise FileNotReadable(message, hint=hint)
    return FileItem(str(file), chosen, compression, options)
