"""Run a Python model: the author's `model(dbt, session)`, and what it gives as a table."""

from __future__ import annotations

import linecache
import traceback
from typing import TYPE_CHECKING, Any, TypedDict

from ._core import GristmillError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MADE = "__dbt_python_model_rows"


class Job(TypedDict):
    """What the runner knows of a model; names of relations are quoted SQL."""

    name: str
    file: str
    code: str
    refs: dict[str, str]
    sources: dict[str, str]
    config: dict[str, Any]
    this: dict[str, str]
    this_name: str
    is_incremental: bool
    create: str
    on_own_cursor: bool


class This:
    """`dbt.this`: the model's own relation; as text, its quoted name."""

    def __init__(self, parts: Mapping[str, str], text: str) -> None:
        """Take the three names and how SQL writes them."""
        self.database = parts["database"]
        self.schema = parts["schema"]
        self.identifier = parts["identifier"]
        self._text = text

    def __repr__(self) -> str:
        """As SQL writes it."""
        return self._text


class Config:
    """`dbt.config`: what was set is known from the text of the file; a call sets nothing more."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Take the model's whole config."""
        self._values = values

    def __call__(self, *_: object, **__: object) -> None:
        """Do nothing: the call did its work when the project was parsed."""

    def get(self, key: str, default: Any = None) -> Any:
        """Give a value of the config."""
        return self._values.get(key, default)

    def meta_get(self, key: str, default: Any = None) -> Any:
        """Give a value of `meta`."""
        return (self._values.get("meta") or {}).get(key, default)


class Dbt:
    """`dbt` in a Python model."""

    def __init__(self, job: Job, session: Any) -> None:
        """Answer from the job; relations are queries over `session`."""
        self._job = job
        self._session = session
        self.config = Config(job["config"])
        self.this = This(job["this"], job["this_name"])
        self.is_incremental = job["is_incremental"]

    def ref(self, *names: str, **version: Any) -> Any:
        """Give the rows of another model as a relation of DuckDB."""
        key = ".".join(names)
        number = version.get("v", version.get("version"))
        return self._rows(self._job["refs"], f"{key}.v{number}" if number else key, "ref")

    def source(self, *names: str) -> Any:
        """Give the rows of a source as a relation of DuckDB."""
        return self._rows(self._job["sources"], ".".join(names), "source")

    def _rows(self, known: Mapping[str, str], key: str, what: str) -> Any:
        if key not in known:
            raise _refused(
                self._job,
                f"`{self._job['name']}` reaches `dbt.{what}` of `{key}` only while it runs, "
                "so it was not known when the order was made",
                f"write the call of `dbt.{what}` with its names as plain text",
            )
        return self._session.query(f"select * from {known[key]}")


def run(session: Any, job: Job) -> None:
    """Run the model over `session`, a cursor of the user's DuckDB, and carry out `create` over what it gives.

    Without `create`, the code has a function `materialize(rows, session)` of its own.

    Raises what the author's code raises, and `GristmillError` for what is no table.
    """
    names: dict[str, Any] = {}
    try:
        names = _executed(job)
        rows = _function(job, names)(Dbt(job, session), session)
    except GristmillError:
        raise
    except Exception as raised:
        line = _line_of(raised, job["file"])
        if line is None:
            raise
        # The author's own line tells more than that of a library below it.
        raise _refused(job, f"{type(raised).__name__}: {raised}", None, line) from raised
    rows = _readable(rows, job, names)
    import duckdb

    # A relation belongs to its cursor; a stream must not be read on the cursor that it comes from.
    own = job["on_own_cursor"] and not isinstance(rows, duckdb.DuckDBPyRelation)
    writer = session.cursor() if own else session
    try:
        # A materialization in Jinja brings a function of its own that takes the rows.
        materialize = names.get("materialize")
        if callable(materialize) and not job["create"]:
            materialize(rows, writer)
        else:
            writer.register(MADE, rows)
            writer.execute(job["create"].replace("{rows}", MADE))
            writer.unregister(MADE)
    finally:
        if own:
            writer.close()


def _executed(job: Job) -> dict[str, Any]:
    code, file = job["code"], job["file"]
    # Tracebacks show the author's lines.
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": job["name"], "__file__": file}
    exec(compile(code, file, "exec"), names)  # noqa: S102 - the project's own code is what is asked to run.
    return names


def _function(job: Job, names: dict[str, Any]) -> Callable[[Dbt, Any], Any]:
    function = names.get("model")
    if not callable(function):
        raise _refused(
            job,
            f"Python model `{job['name']}` has no function `model`",
            "write `def model(dbt, session):` and return its rows",
        )
    return function


def _readable(rows: Any, job: Job, names: Mapping[str, Any]) -> Any:
    """Give what DuckDB can read; other kinds of rows are refused by name."""
    kind = type(rows)
    module = kind.__module__.partition(".")[0]
    made = getattr(names.get("model"), "__code__", None)
    if rows is None:
        raise _refused(
            job,
            f"Python model `{job['name']}` returned nothing",
            "return a relation of DuckDB, a table of Arrow, or a frame of pandas or polars",
            made and made.co_firstlineno,
        )
    if module in ("pyspark", "snowflake", "bigframes"):
        raise _refused(
            job,
            f"Python model `{job['name']}` returned a `{module}` frame, which DuckDB cannot read",
            "turn it into a frame of pandas, polars or Arrow before it is returned",
            made and made.co_firstlineno,
        )
    if module == "builtins":
        raise _refused(
            job,
            f"Python model `{job['name']}` returned a `{kind.__name__}`, which is no table",
            "return a relation of DuckDB, a table of Arrow, or a frame of pandas or polars",
            made and made.co_firstlineno,
        )
    if module == "polars" and kind.__name__ == "LazyFrame":
        return rows.collect()
    if module == "pyarrow" and kind.__name__ == "RecordBatchReader" and not job["on_own_cursor"]:
        return rows.read_all()
    return rows


def _line_of(raised: BaseException, file: str) -> int | None:
    """Give the innermost line of the author's file."""
    lines = [frame.lineno for frame in traceback.extract_tb(raised.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def _refused(job: Job, message: str, hint: str | None, line: int | None = None) -> GristmillError:
    error = GristmillError(message)
    error.kind, error.message, error.hint = "user-code", message, hint
    error.file, error.line, error.column = job["file"], line, None
    return error
