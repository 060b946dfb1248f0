"""What a destination is, and how one is found by its name."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from gristmill import context
from gristmill.configuration.lookup import lookup
from gristmill.exceptions import NotYetAvailable, UnknownDestinationModule

if TYPE_CHECKING:
    from collections.abc import Generator


class Destination:
    """A place for data, as `pipeline(destination=...)` takes it."""

    destination_type = ""
    """dlt's own reference, as it stands in the pipeline's state."""

    def __init__(self, *, destination_name: str | None = None, environment: str | None = None) -> None:
        self.configured_name = destination_name
        self.environment = environment

    @property
    def destination_name(self) -> str:
        """Its own name, or that of its kind."""
        return self.configured_name or self.destination_type.rsplit(".", 1)[-1]

    @contextlib.contextmanager
    def connection(self, pipeline_name: str | None, working_dir: str | None) -> Generator[Any]:
        """An open connection, for as long as the block runs."""
        del pipeline_name, working_dir
        raise NotImplementedError
        yield

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
    def from_reference(
        ref: Any,
        credentials: Any = None,
        destination_name: str | None = None,
        environment: str | None = None,
        **kwargs: Any,
    ) -> Destination | None:
        """A destination from its name, its reference (`dlt.destinations.duckdb`) or itself."""
        if ref is None:
            return None
        if isinstance(ref, Destination):
            return ref
        if callable(ref):
            made: Any = ref(**({"credentials": credentials} if credentials is not None else {}))
            return made
        return _named(str(ref), credentials, destination_name, environment, kwargs)


def _named(
    ref: str, credentials: Any, destination_name: str | None, environment: str | None, kwargs: dict[str, Any]
) -> Destination:
    from gristmill import destinations

    module, _, name = ref.rpartition(".")
    if module in ("", "dlt.destinations", "gristmill.destinations"):
        if name == "duckdb":
            return destinations.duckdb(
                credentials, destination_name=destination_name, environment=environment, **kwargs
            )
        with context.in_sections(context.Sections(sections=("destination", name))):
            kind = lookup("destination_type").value
        if kind and not module:
            return _named(str(kind), credentials, name, environment, kwargs)
        if hasattr(destinations, name):
            feature = f"destination `{name}`"
            raise NotYetAvailable(feature)
    message = f"there is no destination `{ref}`"
    hint = "`duckdb` is one; a name of your own needs `destination.<name>.destination_type` in the configuration"
    raise UnknownDestinationModule(message, hint=hint)
