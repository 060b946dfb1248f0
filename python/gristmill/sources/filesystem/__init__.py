"""Files as data: `filesystem(bucket_url="s3://lake/raw", file_glob="**/*.jsonl") | read_jsonl()`, or `read_file("orders.csv")`.

Mirrors `dlt.sources.filesystem`. Addresses are paths, `file://`, `s3://`, `gs://`, `az://` (read by the core), and whatever
an installed fsspec package opens. A file that nothing looks at in Python goes from bytes to Arrow in the core, and no row
becomes a Python object. Add a map, a filter, an incremental or a model to a reader, and its rows are read in Python and
behave as any others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator  # noqa: TC003
from typing import Any, cast

from gristmill.configuration.inject import ConfigValue, SecretValue
from gristmill.exceptions import FileNotReadable
from gristmill.extract.decorators import resource, source, transformer

# Annotations are read when the functions are called, to fill arguments from configuration.
from gristmill.extract.incremental import Incremental  # noqa: TC001
from gristmill.extract.resource import DltResource  # noqa: TC001
from gristmill.sources.filesystem.configuration import (
    FilesystemConfiguration,
    FilesystemConfigurationResource,
    FileSystemCredentials,
    resolved_credentials,
)
from gristmill.sources.filesystem.finding import find_files, glob_files
from gristmill.sources.filesystem.fsspecs import fsspec_filesystem, is_fsspec
from gristmill.sources.filesystem.items import FileItem, FileItemDict
from gristmill.sources.filesystem.reading import (
    FORMATS,
    arrow_batches,
    as_local_path,
    csv_options,
    listed,
    pandas_rows,
    read_file,
    read_files,
    reader_options,
)
from gristmill.sources.filesystem.seen import only_new
from gristmill.sources.filesystem.settings import DEFAULT_CHUNK_SIZE

__source_name__ = "filesystem"
__all__ = [
    "FORMATS",
    "FileItem",
    "FileItemDict",
    "FileNotReadable",
    "FileSystemCredentials",
    "FilesystemConfigurationResource",
    "filesystem",
    "fsspec_filesystem",
    "glob_files",
    "read_arrow",
    "read_csv",
    "read_csv_duckdb",
    "read_file",
    "read_json",
    "read_jsonl",
    "read_parquet",
    "readers",
]

_log = logging.getLogger("gristmill")


@resource(primary_key="file_url", name="filesystem")
def filesystem(
    bucket_url: str = ConfigValue,
    credentials: Any = None,
    file_glob: str = "*",
    files_per_page: int = DEFAULT_CHUNK_SIZE,
    extract_content: bool = False,
    kwargs: dict[str, Any] | None = None,
    client_kwargs: dict[str, Any] | None = None,
    incremental: Incremental[Any] | None = None,
    fetch_file_info: bool = False,
    new_files_only: bool = False,
) -> Iterator[list[FileItemDict]]:
    """The files under `bucket_url` that match `file_glob`, in pages; pipe them into a reader or a transformer.

    Args:
        bucket_url: A path, or an address such as `file:///data`, `s3://bucket/folder`, `gs://...`, `az://container/...`.
        credentials: Credentials for that kind of address, a dict of their values, or a file system of fsspec; by default
            `sources.filesystem.credentials`, then what the machine has (environment, profile, role).
        file_glob: Which files, relative to the address: `*` stays in one folder, `**` goes through folders.
        files_per_page: Files in one page (default 100).
        extract_content: Read the content of each file into `file_content`.
        kwargs: Arguments for fsspec's file system; those that the core knows (`anon`, `key`, `endpoint_url`) need no fsspec.
        client_kwargs: Arguments for the client that it uses, such as `endpoint_url` and `region_name`.
        incremental: A cursor over the files, `modification_date` as a rule; with `row_order` files come in that order.
        fetch_file_info: Ask for size and time of each file that the listing tells none of.
        new_files_only: Leave out files that an earlier load had, unless their size or time changed.

    Raises:
        FileNotReadable: the folder is not there.
        GristmillError: the store cannot be listed.

    >>> import os, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> with open(os.path.join(folder, "a.jsonl"), "w") as file: _ = file.write('{"id": 1}')
    >>> list(filesystem(folder, file_glob="*.jsonl") | read_jsonl())
    [{'id': 1}]

    """
    if not is_fsspec(credentials):
        protocol = FilesystemConfiguration.parse_protocol(bucket_url)
        credentials = resolved_credentials(protocol, credentials)
    found = find_files(bucket_url, credentials, file_glob, kwargs, client_kwargs, fetch_file_info=fetch_file_info)
    order = incremental.row_order if incremental is not None else None
    return _pages(found, bucket_url, file_glob, files_per_page, extract_content, new_files_only, incremental, order)


def _pages(
    found: Iterator[FileItemDict],
    bucket_url: str,
    file_glob: str,
    files_per_page: int,
    extract_content: bool,
    new_files_only: bool,
    incremental: Incremental[Any] | None,
    order: str | None,
) -> Iterator[list[FileItemDict]]:
    if incremental is not None and order:
        falling = (order == "asc") == (incremental.last_value_func is min)
        path = cast("str", incremental.cursor_path)
        found = iter(sorted(found, key=lambda item: item[path], reverse=falling))
    if new_files_only:
        found = only_new(found, f"{bucket_url}/{file_glob}")
    page: list[FileItemDict] = []
    anything = False
    for item in found:
        anything = True
        if extract_content:
            item["file_content"] = item.read_bytes()
        page.append(item)
        if len(page) >= files_per_page:
            yield page
            page = []
    if page:
        yield page
    if not anything and not new_files_only:
        _log.warning("no file under `%s` matches `%s`", bucket_url, file_glob)


# The readers' own names, which their tables get when nobody names them, are those that dlt gives them.
@transformer(name="_read_jsonl")
def read_jsonl(
    items: Any,
    chunksize: int = 1000,
    on_error: str = "raise",
    hive_partitioning: bool | dict[str, str] = False,
    file_column: str | None = None,
) -> Iterator[Any]:
    """The rows of files of JSON lines, plain, gzipped or as zstd.

    Args:
        items: Files, as `filesystem` finds them.
        chunksize: Rows in one list, where a step in Python looks at them.
        on_error: `raise` ends the load at a broken line, which the error names; `quarantine` puts it into the table
            `<table>__quarantine`, with file, line, byte, error and text, and goes on.
        hive_partitioning: Make columns of the folders in a file's path that look like `year=2024`; a dict of types
            (`text`, `bigint`, `date`) says otherwise than their values do.
        file_column: A column that holds the file's path, relative to `bucket_url`.

    """
    yield from read_files(items, "jsonl", reader_options(on_error, hive_partitioning, file_column), chunksize)


@transformer
def read_json(
    items: Any,
    data_path: str | list[str | int] | None = None,
    chunksize: int = 1000,
    on_error: str = "raise",
    hive_partitioning: bool | dict[str, str] = False,
    file_column: str | None = None,
) -> Iterator[Any]:
    """The rows of JSON documents: the elements of a list, or the one object that a document is.

    Args:
        items: Files, as `filesystem` finds them.
        data_path: Where in the document the rows are: `data.items`, or a list of keys and positions.
        chunksize: Rows in one list, where a step in Python looks at them.
        on_error: As in `read_jsonl`; a document is broken as a whole.
        hive_partitioning: As in `read_jsonl`.
        file_column: As in `read_jsonl`.

    """
    path: list[str | int] = (
        [*data_path.removeprefix("$.").split(".")] if isinstance(data_path, str) else data_path or []
    )
    options = reader_options(on_error, hive_partitioning, file_column, data_path=path)
    yield from read_files(items, "json", options, chunksize)


@transformer(name="_read_csv")
def read_csv(
    items: Any,
    chunksize: int = 10000,
    on_error: str = "raise",
    hive_partitioning: bool | dict[str, str] = False,
    file_column: str | None = None,
    **pandas_kwargs: Any,
) -> Iterator[Any]:
    """The rows of CSV files; the first line names the columns.

    A comma separates the fields unless the first records fit a semicolon, a tab or a `|` only. A column has one type for the
    whole file, and one of digits with leading zeros is text. Options of `pandas.read_csv` may be given: `sep`, `delimiter`,
    `quotechar`, `escapechar`, `comment`, `header`, `names` and `dtype=str` are read without pandas; with any other the file
    is read by pandas, as dlt reads all of them.

    Args:
        items: Files, as `filesystem` finds them.
        chunksize: Rows in one list, where a step in Python looks at them.
        on_error: As in `read_jsonl`; a quote that is never closed cannot be passed over and always ends the load.
        hive_partitioning: As in `read_jsonl`.
        file_column: As in `read_jsonl`.
        pandas_kwargs: Options of `pandas.read_csv`.

    Raises:
        GristmillError: a record has more fields than the header, a quote is not closed, or bytes are not UTF-8; it tells
            file and line, and nothing of the file is loaded.

    """
    told = csv_options(pandas_kwargs)
    if told is None:
        options = reader_options("raise", hive_partitioning, file_column)
        for item in listed(items):
            yield from pandas_rows(item, chunksize, pandas_kwargs, options)
    else:
        options = reader_options(on_error, hive_partitioning, file_column, **told)
        yield from read_files(items, "csv", options, chunksize)


@transformer(name="_read_parquet")
def read_parquet(
    items: Any,
    chunksize: int = 1000,
    use_pyarrow: bool = False,
    hive_partitioning: bool | dict[str, str] = False,
    file_column: str | None = None,
) -> Iterator[Any]:
    """The rows of parquet files.

    Args:
        items: Files, as `filesystem` finds them.
        chunksize: Rows in one list or batch.
        use_pyarrow: Yield pyarrow's batches, which keep their own types, in place of rows.
        hive_partitioning: As in `read_jsonl`.
        file_column: As in `read_jsonl`.

    """
    options = reader_options("raise", hive_partitioning, file_column)
    if use_pyarrow:
        for item in listed(items):
            yield from arrow_batches(item, chunksize, options)
    else:
        yield from read_files(items, "parquet", options, chunksize)


@transformer
def read_arrow(
    items: Any,
    chunksize: int = 1000,
    hive_partitioning: bool | dict[str, str] = False,
    file_column: str | None = None,
) -> Iterator[Any]:
    """The rows of Arrow IPC files, which are feather files too, and of Arrow streams.

    Args:
        items: Files, as `filesystem` finds them.
        chunksize: Rows in one list, where a step in Python looks at them.
        hive_partitioning: As in `read_jsonl`.
        file_column: As in `read_jsonl`.

    """
    yield from read_files(items, "arrow", reader_options("raise", hive_partitioning, file_column), chunksize)


@transformer(name="_read_csv_duckdb")
def read_csv_duckdb(
    items: Any, chunk_size: int | None = 5000, use_pyarrow: bool = False, **duckdb_kwargs: Any
) -> Iterator[Any]:
    """The rows of CSV files as DuckDB's `read_csv` reads them, with its types.

    Args:
        items: Files, as `filesystem` finds them.
        chunk_size: Rows in one list or batch.
        use_pyarrow: Yield Arrow batches in place of rows.
        duckdb_kwargs: Options of DuckDB's `read_csv`; `filename=True` adds the file's name.

    """
    import duckdb

    size = chunk_size or 5000
    add_name = duckdb_kwargs.pop("filename", False)
    with duckdb.connect() as connection:
        for item in listed(items):
            with as_local_path(item) as path:
                relation: Any = connection.read_csv(path, **duckdb_kwargs)
                if use_pyarrow:
                    yield from relation.to_arrow_reader(size)
                    continue
                columns: list[str] = relation.columns
                name = {"filename": item["file_name"]} if add_name else {}
                # A relation keeps no result from which more could be fetched; a connection does.
                relation.create_view("rows")
                found = connection.execute("from rows")
                while rows := found.fetchmany(size):
                    yield [{**dict(zip(columns, row, strict=True)), **name} for row in rows]


@source
def readers(
    bucket_url: str = SecretValue,
    credentials: Any = None,
    file_glob: str = "*",
    kwargs: dict[str, Any] | None = None,
    client_kwargs: dict[str, Any] | None = None,
    incremental: Incremental[Any] | None = None,
) -> tuple[DltResource, ...]:
    """A source with each reader over the same files: `readers("data", file_glob="*.csv").read_csv()`.

    Args:
        bucket_url: As in `filesystem`.
        credentials: As in `filesystem`.
        file_glob: As in `filesystem`.
        kwargs: As in `filesystem`.
        client_kwargs: As in `filesystem`.
        incremental: As in `filesystem`.

    """
    made: list[DltResource] = []
    named = {
        "read_csv": read_csv,
        "read_jsonl": read_jsonl,
        "read_parquet": read_parquet,
        "read_csv_duckdb": read_csv_duckdb,
        "read_json": read_json,
        "read_arrow": read_arrow,
    }
    for name, reader in named.items():
        files = filesystem(
            bucket_url,
            credentials,
            file_glob=file_glob,
            kwargs=kwargs,
            client_kwargs=client_kwargs,
            incremental=incremental,
        )
        made.append((files | reader).with_name(name))
    return tuple(made)
