"""The Rust core. Everything here is private to gristmill; the public names live in the Python modules around it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, final

__version__: str
DBT_VERSION: str

class GristmillError(Exception):
    """Raised by the core. `kind` is a stable slug (`"ref-not-found"`); the place fields are None when unknown."""

    kind: str
    file: str | None
    line: int | None
    column: int | None
    hint: str | None
    about: dict[str, str]
    """What the message names, for programs: `table_name`, `column_name`, `schema_entity` of a contract."""
    message: str

def register_naming(reference: str, separator: str, name: Callable[[str], str]) -> None:
    """Make a naming convention of the user's own known under the reference that schemas store."""

@final
class Schema:
    """A dlt schema, owned by Rust: tables, columns, hints, version and hash."""

    def __new__(cls, name: str, naming: str = "snake_case") -> Schema: ...
    @staticmethod
    def from_dict(stored: dict[str, Any]) -> Schema:
        """Read dlt's stored form (the JSON in `_dlt_version.schema`)."""
    def to_dict(self) -> dict[str, Any]:
        """Dlt's stored form, `version`, `version_hash` and `previous_hashes` up to date."""
    def clone(self) -> Schema: ...
    def update_table(self, partial: dict[str, Any]) -> dict[str, Any]:
        """Merge a partial table (dlt's `TTableSchema`: name, columns, write_disposition, resource, parent, ...)."""
    def bump(self) -> tuple[int, str]:
        """Recompute the content hash; a changed one raises the version. Returns (version, version_hash)."""
    def set_max_nesting(self, table: str | None, depth: int | None) -> None: ...
    def normalize_identifier(self, identifier: str) -> str: ...
    def normalize_table_identifier(self, identifier: str) -> str: ...
    def normalize_path(self, path: str) -> str: ...
    name: str
    version: int
    version_hash: str

@final
class Normalizer:
    """Flattens items into tables, in memory: for destinations of one's own and for looking at what a source yields."""

    def __new__(cls, schema: Schema, load_id: str, options: dict[str, Any] | None = None) -> Normalizer: ...
    def items(self, table_hints: dict[str, Any], items: Iterable[Any]) -> int:
        """Flatten Python items into the table named in the hints; returns how many there were."""
    def json_lines(self, table_hints: dict[str, Any], data: bytes, file: str | None = None, first_line: int = 1) -> int:
        """Flatten JSON lines; `file` and `first_line` are named in errors."""
    def arrow(self, table_hints: dict[str, Any], table: Any) -> int:
        """Take anything with `__arrow_c_stream__` or `__arrow_c_array__`; returns the rows taken."""
    def materialize(self, table_hints: dict[str, Any]) -> None:
        """Make the table exist even if no row comes."""
    def drain(self, at_least: int = 0) -> list[tuple[str, Any]]:
        """Tables with at least so many rows, each as an Arrow batch (`__arrow_c_array__`); 0 takes all."""
    def finish(self) -> None:
        """After the last item: mark what has seen data."""
    def take_warnings(self) -> list[str]:
        """What was kept in an unusual way, once."""
    @property
    def schema(self) -> Schema: ...
    @property
    def row_counts(self) -> dict[str, int]: ...

@final
class Extract:
    """One load package being written. Items are flattened as they come; nothing is visible before `commit`."""

    def __new__(cls, packages_dir: str, load_id: str, schema: Schema, options: dict[str, Any]) -> Extract: ...
    def items(self, table_hints: dict[str, Any], items: Sequence[Any]) -> bool:
        """Flatten Python items (dicts, and what flattens like them) into the table named in the hints.

        False when a contract keeps the whole table out.
        """
    def arrow(self, table_hints: dict[str, Any], table: Any) -> int:
        """Take anything with `__arrow_c_stream__` or `__arrow_c_array__`; returns the rows taken."""
    def rows(self, table_hints: dict[str, Any], columns: Any) -> int | None:
        """Take rows that come as columns (`__arrow_c_stream__` or `__arrow_c_array__`), as items of those values would be taken.

        Returns how many, or None, with nothing taken, when the table wants its rows as items.
        """
    def files(
        self,
        table_hints: dict[str, Any],
        files: Sequence[tuple[dict[str, Any], Any]],
        rejected_hints: dict[str, Any] | None = None,
    ) -> int:
        """Read files one after the other from bytes to Arrow; returns rows.

        A file is a pair of `{"path", "format": "jsonl"|"json"|"csv"|"parquet"|"arrow", "compression", "size", "options"}` and
        of what holds its bytes: None for a file of this machine, bytes, a `StoredObject`, or a function that opens it. Format
        and compression are told by name and bytes when they are left out. Options: `block_bytes`, `record_bytes_max`,
        `document_bytes_max`, `constants` (columns that each row gets), `quarantine` (broken records go into the table of
        `rejected_hints`); for JSON documents `data_path`; for CSV `delimiter` (told by the first records when it is left
        out), `quote`, `escape`, `comment`, `header`, `names`, `all_text`.
        """
    def page(
        self,
        table_hints: dict[str, Any],
        answer: Answer,
        path: Sequence[str | int],
        origin: str,
        constants: dict[str, Any] | None = None,
    ) -> int:
        """Flatten the records at a path of an answer, from bytes to Arrow; `origin` is named in errors.

        Each row gets `constants`: null, booleans, integers of 64 bits, finite floats, texts.
        """
    def materialize(self, table_hints: dict[str, Any]) -> None:
        """Make the table exist even if no row comes."""
    def announce(self, table_hints: dict[str, Any]) -> None:
        """Take hints of a nested table, before its first row or after; the table is made when a row comes."""
    def refresh(self, drop: Sequence[str], empty: Sequence[str]) -> None:
        """Tables to drop and tables to empty, in the transaction of the load and before its rows."""
    def follows(self, dataset: str, state: str) -> None:
        """Note the version hash of the newest state that the dataset holds; empty when it holds none.

        A load that finds another one fails: the pipeline ran elsewhere meanwhile.
        """
    def together(self, load_ids: Sequence[str]) -> None:
        """Name the packages of this run, this one among them: they are loaded in one transaction."""
    @property
    def row_counts(self) -> dict[str, int]: ...
    def commit(self, state: dict[str, Any] | None) -> dict[str, Any]:
        """Close the package: fsync, checksum, one rename. The schema given to the extract becomes what its rows made it.

        Returns `load_id`, `path`, `tables` with their rows, `schema_name`, `schema_version`, `schema_version_hash`,
        `warnings`.
        """
    def commit_schema(self) -> None:
        """Leave no package, and let the schema know what the hints of tables without rows say."""
    def abort(self) -> None: ...

@final
class ObjectStore:
    """One bucket of a store."""

    def __new__(cls, kind: str, bucket: str, options: dict[str, str]) -> ObjectStore:
        """`kind` is `s3`, `gs` or `az`; options have the names that the `object_store` crate gives them."""
    def list(self, folder: str, deep: bool) -> list[tuple[str, int, int, str | None]]:
        """Key, size, microseconds since 1970 and tag of the objects in a folder; with `deep` those in its folders too."""
    def head(self, key: str) -> tuple[str, int, int, str | None]:
        """The same of one object."""
    def object(self, key: str, size: int, etag: str | None) -> StoredObject:
        """The bytes of an object as it was listed."""

@final
class StoredObject:
    """The bytes of an object; a change after it was listed is an error."""

    def read(self, start: int, length: int) -> bytes: ...

@final
class FileRows:
    """The records of a file as lists of dicts, with the types that `Extract.files` finds.

    Both arguments are what `Extract.files` takes for one file.
    """

    def __new__(cls, file: dict[str, Any], content: Any = None) -> FileRows: ...
    def __iter__(self) -> FileRows: ...
    def __next__(self) -> list[dict[str, Any]]: ...
    def take_rejected(self) -> list[tuple[str, int, int, str, str]]:
        """File, line, byte, error and text of the records that were set aside since the last call."""

@final
class HttpClient:
    """Connections, pace and patience of one client."""

    def __new__(cls, options: dict[str, Any]) -> HttpClient:
        """Options, in seconds and bytes.

        `timeout`, `total_timeout`, `max_attempts`, `backoff_factor`, `max_retry_delay`, `max_body_bytes`, `max_row_bytes`, `concurrency`, `rate`, `certificates` (PEM), `only_these_certificates`.
        """
    def submit(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[str, bytes]],
        body: bytes | None,
        paths: Sequence[Sequence[str | int]],
    ) -> Fetch:
        """Begin to fetch; a JSON answer is looked into at `paths`, the records being at the first."""

@final
class Fetch:
    """An answer on its way."""

    def wait(self) -> Answer: ...
    def cancel(self) -> None: ...

@final
class Answer:
    """What came of a request."""

    failure: tuple[str, str] | None
    """`connect`, `timeout`, `broken`, `too-large` or `invalid`, and a text without the URL."""
    status: int
    reason: str
    attempts: int
    headers: list[tuple[str, bytes]]
    size: int
    content: bytes
    fault: str | None
    """Why the body is not JSON."""
    oversized: int | None
    """The first record that is larger than it may be."""
    def extent(self, path: Sequence[str | int], key: str) -> list[Any] | None:
        """Lowest value of `key` among the records at a path, its records, highest value, its records.

        None where only Python knows: a record without the key, values of several kinds, numbers beyond 64 bits.
        """
    def fields(self, path: Sequence[str | int], wanted: Sequence[Sequence[str | int]]) -> list[list[Any]] | None:
        """What stands at each of the `wanted` paths in each record at a path.

        None where only Python knows: a record that lacks one, numbers beyond 64 bits.
        """
    def found(self, index: int) -> tuple[str, Any] | None:
        """What stands at a path: `missing`, `object`, `list` with its length, or `value`; None when it is not known."""

def connect(path: str, read_only: bool = False, settings: dict[str, str] | None = None) -> Any:
    """`duckdb.connect`, whose refusals (a lock, a missing folder, a file that is no database) come as GristmillError."""

def load_package(package_dir: str, connection: Any, dataset: str, options: dict[str, Any]) -> dict[str, Any]:
    """Load a package in one transaction through an open `duckdb` connection. Returns what was done, table by table.

    The package is removed once it is loaded, unless `options["keep_package"]`. A load id that the destination has already
    is a success that does nothing (`already_loaded`). Other options: `keep_order`, `row_key_compression`, and `set_aside`,
    which moves a package that can never load to `failed/<load id>` beside it before the error is raised.
    """

def package_rows(package_dir: str, table: str) -> Any:
    """The rows of one table of a package as an Arrow stream (`__arrow_c_stream__`); None when no row came for it."""

def load_packages(
    package_dirs: Sequence[str], connection: Any, dataset: str, options: dict[str, Any]
) -> list[dict[str, Any]]:
    """Load the packages of one run in one transaction, with the options of `load_package`: all of them or none."""

def set_package_aside(package_dir: str, reason: str) -> None:
    """Move a package to `failed/<load id>` beside it, with `error.json` that gives the reason."""

def pending_packages(packages_dir: str) -> list[dict[str, Any]]:
    """Packages that wait on disk, oldest first: `load_id`, `path`, `sequence`, `schema_name`, `rows`, `together`, `damage`."""

def bring_up(connection: Any, dataset: str, schema: Schema) -> dict[str, dict[str, Any]]:
    """Make the tables and columns that a schema knows and the dataset lacks, and note the schema; what was made."""

def restore(connection: Any, dataset: str, pipeline_name: str) -> dict[str, Any] | None:
    """State and schemas as the destination holds them: `{"state": ..., "schemas": [...]}`, or None when it holds none."""

def iso_duration(value: timedelta) -> str:
    """The text that a time span is loaded as: `P1DT2H`."""

def docs_page(manifest_json: str, catalog_json: str, run_results_json: str | None = None) -> str:
    """One self-contained HTML page that documents a project, from dbt's artifacts (manifest v12, catalog v1, run_results v6)."""

class Parsed:
    """What a command parsed, for commands that follow."""

    def manifest_json(self) -> str:
        """The text of dbt's `manifest.json` of it, of a project that is parsed and not run."""

def invoke(
    argv: Sequence[str], callbacks: Sequence[Callable[[str], None]] = (), parsed: Parsed | None = None
) -> dict[str, Any]:
    """Run one dbt command in this process and print as the command line does.

    Returns `exit_code` and `command`; of what ran `results`, `listing`, `target_path`, `elapsed` as JSON texts, and what
    was `parsed`; or `exception`; or `usage`, the text that a wrong command line gets. Callbacks get events as JSON texts.
    With `parsed`, the project is not parsed again.
    """

def main(argv: Sequence[str], run_script: Callable[[str, Sequence[tuple[str, str]]], None]) -> int | dict[str, Any]:
    """The `gristmill` command. Prints, and returns the exit code. `run_script` runs the file of a pipeline.

    For a command that Python carries out (`pipeline`, `schema`, `init`, `exec`) it returns what the line asks for: the
    command's name under `command`, and its arguments.
    """

def target_of(project_dir: str, target: str | None = None, profiles_dir: str | None = None) -> tuple[str, str]:
    """The database file and the schema of a project's target."""
