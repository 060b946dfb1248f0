"""`@dlt.destination`: a function that takes the data, batch by batch.

>>> import gristmill as dlt
>>> @dlt.destination(batch_size=2)
... def printed(items, table):
...     print(table["name"], items)
>>> dlt.pipeline("printing", destination=printed).run([{"id": 1}], table_name="rows")  # doctest: +SKIP
rows [{'id': 1}]
"""

from __future__ import annotations

import contextlib
import functools
import importlib
from typing import TYPE_CHECKING, Any, Literal

from gristmill import context
from gristmill.configuration.inject import with_config
from gristmill.destinations.destination import Destination
from gristmill.exceptions import ConfigurationValueError, UnknownDestinationModule

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from gristmill.pipeline.kept import KeptPipeline

FILE_FORMATS = ("typed-jsonl", "jsonl", "parquet")
Strategy = Literal["parallel", "table-sequential", "sequential"]


class destination(Destination):  # noqa: N801
    """A destination made of a function `(items, table, ...)`; `@dlt.destination` is the shorter way to one.

    Delivery is at least once: what was handed over is noted after each batch, so after a failure the batch that was
    under way comes again, and none before it.
    """

    keeps_state = False

    def __init__(
        self,
        destination_callable: Callable[..., Any] | str | None = None,
        destination_name: str | None = None,
        environment: str | None = None,
        loader_file_format: str | None = None,
        batch_size: int = 10,
        naming_convention: str = "direct",
        spec: Any = None,
        **kwargs: Any,
    ) -> None:
        function = _imported(destination_callable) if isinstance(destination_callable, str) else destination_callable
        name = destination_name or getattr(function, "__name__", None) or "destination"
        super().__init__(destination_name=name, environment=environment)
        if loader_file_format not in (None, *FILE_FORMATS):
            message = f"a function as destination takes no files of format `{loader_file_format}`"
            raise ConfigurationValueError(message, hint=f"one of {', '.join(f'`{f}`' for f in FILE_FORMATS)}")
        if batch_size < 0:
            message = f"`batch_size` of destination `{name}` must not be negative"
            raise ConfigurationValueError(message)
        self.function = function
        self.reference: str | None = None
        """Where the function is, when this process cannot import it."""
        self.loader_file_format = loader_file_format or "typed-jsonl"
        self.batch_size = batch_size
        self.naming_convention = naming_convention
        self.max_table_nesting = kwargs.pop("max_table_nesting", 0)
        self.skips_dlt: bool = kwargs.pop("skip_dlt_columns_and_tables", True)
        strategy: Strategy | None = kwargs.pop("loader_parallelism_strategy", None)
        jobs_max: int | None = kwargs.pop("max_parallel_load_jobs", None)
        self.jobs_max = 1 if strategy == "sequential" else jobs_max or (20 if strategy is not None else 1)
        self.spec = spec
        self.arguments = kwargs

    @property
    def destination_type(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The function's own path where another process can import it, else dlt's name for this kind."""
        if self.reference is not None:
            return self.reference
        module = getattr(self.function, "__module__", "__main__")
        name = getattr(self.function, "__qualname__", "")
        if module == "__main__" or not name.isidentifier():
            return "dlt.destinations.destination"
        return f"{module}.{name}"

    @contextlib.contextmanager
    def loading(self, pipeline: KeptPipeline) -> Generator[Callable[[list[dict[str, Any]]], list[dict[str, Any]]]]:
        """Delivers packages."""
        from gristmill.destinations.delivery import deliver

        if self.function is None:
            place = f" of `{self.reference}`" if self.reference else ""
            message = f"destination `{self.destination_name}` is a function{place} that this process does not know"
            raise ConfigurationValueError(message, hint="pass the function as `destination=`")
        function = self.resolved(pipeline.pipeline_name)
        yield lambda run: [deliver(self, function, package) for package in run]

    def resolved(self, pipeline_name: str | None) -> Callable[..., Any]:
        """The function with its open arguments filled from configuration, each time it is called."""
        function: Any = self.function
        filled = with_config(function, spec=self.spec, sections=("destination", self.destination_name))

        def call(items: Any, table: dict[str, Any]) -> None:
            with context.in_sections(context.Sections(pipeline_name)):
                filled(items, table, **self.arguments)

        return call

    def ensure_configured(self, pipeline_name: str | None) -> None:
        """Fill the function's arguments once, without calling it."""
        if self.function is not None:

            @functools.wraps(self.function)
            def nothing(*args: Any, **kwargs: Any) -> None:
                del args, kwargs

            with context.in_sections(context.Sections(pipeline_name)):
                sections = ("destination", self.destination_name)
                with_config(nothing, spec=self.spec, sections=sections)([], {}, **self.arguments)

    def may_exist(self, pipeline_name: str | None, working_dir: str | None) -> bool:
        """Nothing can be read back."""
        del pipeline_name, working_dir
        return False

    def displayable(self, pipeline_name: str | None, working_dir: str | None) -> str:
        """The function's name."""
        del pipeline_name, working_dir
        return f"function {getattr(self.function, '__qualname__', self.destination_name)}"


class SinkFactory:
    """What `@dlt.destination` makes of a function: call it with the function's arguments, or pass it as it is."""

    def __init__(self, function: Callable[..., Any], settings: dict[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self.settings = settings

    def __call__(self, **arguments: Any) -> destination:
        """The destination, with values for the function's own arguments."""
        given = {n: v for n, v in arguments.items() if n != "credentials" or v is not None}
        return destination(self.__wrapped__, **{**self.settings, **given})  # pyright: ignore[reportAttributeAccessIssue]


def sink(
    func_or_name: Callable[..., Any] | str | None = None,
    /,
    *,
    loader_file_format: str | None = None,
    batch_size: int = 10,
    name: str | None = None,
    naming_convention: str = "direct",
    skip_dlt_columns_and_tables: bool = True,
    max_table_nesting: int = 0,
    spec: Any = None,
    max_parallel_load_jobs: int | None = None,
    loader_parallelism_strategy: Strategy | None = None,
    **kwargs: Any,
) -> Any:
    """`@dlt.destination`: make a function `(items, table, ...)` a destination; or name one, with its credentials.

    `items` are `batch_size` rows: dicts, a `pyarrow.RecordBatch` with `loader_file_format="parquet"`, or with
    `batch_size=0` the path of a file that holds all rows of the table. Further arguments of the function come from
    configuration, `destination.<name>.<argument>`. Tables are delivered one after the other, unless
    `loader_parallelism_strategy="parallel"` or `max_parallel_load_jobs` says otherwise.

    What the function raises is tried again, `load.raise_on_max_retries` times; then the package waits for the next run.
    `DestinationTerminalException` says that trying again is of no use: the package is set aside.
    """
    if isinstance(func_or_name, str):
        given = {"credentials": None, **kwargs}
        kind = given.pop("destination_type", None)
        return Destination.from_reference(kind or func_or_name, destination_name=func_or_name, **given)
    settings = {
        "loader_file_format": loader_file_format,
        "batch_size": batch_size,
        "destination_name": name,
        "naming_convention": naming_convention,
        "skip_dlt_columns_and_tables": skip_dlt_columns_and_tables,
        "max_table_nesting": max_table_nesting,
        "spec": spec,
        "max_parallel_load_jobs": max_parallel_load_jobs,
        "loader_parallelism_strategy": loader_parallelism_strategy,
        **kwargs,
    }
    settings = {n: v for n, v in settings.items() if v is not None or n == "max_table_nesting"}

    def decorate(function: Callable[..., Any]) -> SinkFactory:
        return SinkFactory(function, settings)

    return decorate if func_or_name is None else decorate(func_or_name)


def _imported(path: str) -> Callable[..., Any]:
    module, _, name = path.rpartition(".")
    found: Any = None
    if module:
        with contextlib.suppress(ModuleNotFoundError):
            found = getattr(importlib.import_module(module), name, None)
    if not callable(found):
        message = f"there is no function `{path}`"
        raise UnknownDestinationModule(message, hint="name it by its module: `my_module.my_function`")
    return found
