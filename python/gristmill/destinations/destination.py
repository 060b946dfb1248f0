"""What a destination is, and how one is found by its name."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING, Any

from gristmill import context
from gristmill.configuration.lookup import lookup
from gristmill.exceptions import DestinationNotSupported, UnknownDestinationModule

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from gristmill.destinations.capabilities import DestinationCapabilitiesContext
    from gristmill.pipeline.kept import KeptPipeline

OTHERS = frozenset(
    [
        "athena",
        "bigquery",
        "clickhouse",
        "databricks",
        "dremio",
        "ducklake",
        "fabric",
        "filesystem",
        "lance",
        "lancedb",
        "motherduck",
        "mssql",
        "postgres",
        "qdrant",
        "redshift",
        "snowflake",
        "sqlalchemy",
        "synapse",
        "weaviate",
    ]
)
"""Destinations of dlt that gristmill does not write to."""


class Destination:
    """A place for data, as `pipeline(destination=...)` takes it."""

    destination_type = ""
    """dlt's own reference, as it stands in the pipeline's state."""

    keeps_state = True
    """Whether the state and the schemas can be read back from it."""

    naming_convention: str | None = None
    """How names are written there, when nothing else is said."""

    max_table_nesting: int | None = None
    """How deep nested data becomes tables there, whatever a source says."""

    def __init__(self, *, destination_name: str | None = None, environment: str | None = None) -> None:
        self._configured_name = destination_name
        self.environment = environment

    @property
    def configured_name(self) -> str | None:
        """The name that it was given."""
        return self._configured_name

    @property
    def destination_name(self) -> str:
        """Its own name, or that of its kind."""
        return self._configured_name or self.destination_type.rsplit(".", 1)[-1]

    @property
    def destination_description(self) -> str:
        """Name and kind."""
        return f"{self.destination_name}({self.destination_type})"

    @contextlib.contextmanager
    def connection(self, pipeline_name: str | None, working_dir: str | None) -> Generator[Any]:
        """An open connection, for as long as the block runs."""
        del pipeline_name, working_dir
        message = f"destination `{self.destination_name}` holds no tables that can be read"
        raise DestinationNotSupported(message, hint="destination `duckdb` does")
        yield

    @contextlib.contextmanager
    def loading(self, pipeline: KeptPipeline) -> Generator[Callable[[list[dict[str, Any]]], list[dict[str, Any]]]]:
        """Loads packages, for as long as the block runs; each call takes those of one run and tells what was done."""
        from gristmill import _core

        dataset = pipeline._normalized_dataset()
        with self.connection(pipeline.pipeline_name, pipeline.working_dir) as connection:
            yield lambda run: _core.load_packages(
                [package["path"] for package in run], connection, dataset, {"set_aside": True}
            )

    def capabilities(self, config: Any = None, naming: Any = None) -> DestinationCapabilitiesContext:
        """What it can do."""
        from gristmill.destinations.capabilities import DestinationCapabilitiesContext

        del config, naming
        return DestinationCapabilitiesContext.generic_capabilities(naming_convention=self.naming_convention)

    def ensure_configured(self, pipeline_name: str | None) -> None:
        """Raise what loading would raise for want of configuration, before anything is extracted."""

    def may_exist(self, pipeline_name: str | None, working_dir: str | None) -> bool:
        """False when there is certainly nothing to read yet; asking must create nothing."""
        del pipeline_name, working_dir
        return True

    def lock_key(self, pipeline_name: str | None, working_dir: str | None) -> str | None:
        """What stands for this place among all places of this machine; None when that cannot be told."""
        del pipeline_name, working_dir
        return None

    def displayable(self, pipeline_name: str | None, working_dir: str | None) -> str:
        """Where it is, without secrets."""
        raise NotImplementedError

    @staticmethod
    def to_name(ref: Any) -> str:
        """The name of a destination, or of what stands for one.

        >>> Destination.to_name("dlt.destinations.duckdb")
        'duckdb'
        """
        if isinstance(ref, Destination):
            return ref.destination_name
        return str(getattr(ref, "__name__", ref)).rsplit(".", 1)[-1]

    @staticmethod
    def normalize_type(destination_type: str) -> str:
        """Dlt's full reference for a short name.

        >>> Destination.normalize_type("duckdb")
        'dlt.destinations.duckdb'
        """
        return destination_type if "." in destination_type else f"dlt.destinations.{destination_type}"

    @staticmethod
    def from_reference(
        ref: Any,
        credentials: Any = None,
        destination_name: str | None = None,
        environment: str | None = None,
        **kwargs: Any,
    ) -> Destination | None:
        """A destination from its name, its reference (`dlt.destinations.duckdb`, `my_module.my_sink`), its factory or itself.

        >>> Destination.from_reference("duckdb", destination_name="shop").destination_name
        'shop'
        """
        if ref is None:
            return None
        if isinstance(ref, Destination):
            return ref
        if callable(ref):
            given = {"credentials": credentials, "destination_name": destination_name, "environment": environment}
            return _made(ref, {**{n: v for n, v in given.items() if v is not None}, **kwargs})
        return _named(str(ref), credentials, destination_name, environment, kwargs)

    def __repr__(self) -> str:
        kind = Destination.to_name(self.destination_type)
        named = f", destination_name={self.configured_name!r}" if self.configured_name else ""
        return f"<dlt.destinations.{kind}(destination_type={kind!r}{named})>"


def _made(factory: Any, arguments: dict[str, Any]) -> Destination:
    from gristmill import destinations

    if not isinstance(factory, type) and not isinstance(factory, destinations.SinkFactory):
        # A plain function takes the data itself.
        return destinations.destination(factory, **arguments)
    made: Any = factory(**arguments)
    return made


def _named(
    ref: str, credentials: Any, destination_name: str | None, environment: str | None, kwargs: dict[str, Any]
) -> Destination:
    from gristmill import destinations

    module, _, name = ref.rpartition(".")
    given: dict[str, Any] = {
        "credentials": credentials,
        "destination_name": destination_name,
        "environment": environment,
    }
    given.update(kwargs)
    if module in ("", "dlt.destinations", "gristmill.destinations"):
        if name in ("duckdb", "dummy"):
            return getattr(destinations, name)(**given)
        if name == "destination":
            given.pop("credentials")
            return destinations.destination(None, **given)
        with context.in_sections(context.Sections(sections=("destination", name))):
            kind = lookup("destination_type").value
        if kind and not module:
            return _named(str(kind), credentials, name, environment, kwargs)
        if name in OTHERS:
            raise DestinationNotSupported.of(name)
    elif (found := _imported(module, name)) is not None:
        return _made(found, {n: v for n, v in given.items() if v is not None})
    message = f"there is no destination `{ref}`"
    hint = "`duckdb` is one; a name of your own needs `destination.<name>.destination_type` in the configuration"
    raise UnknownDestinationModule(message, hint=hint)


def _imported(module: str, name: str) -> Any | None:
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError as error:
        # The module may be there and miss one of its own; that is worth its own error.
        if error.name is None or not module.startswith(error.name):
            raise
        return None
    return found if callable(found) else None
