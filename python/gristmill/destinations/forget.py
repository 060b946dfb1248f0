"""`destination="dummy"`: takes everything and keeps nothing, or fails as often as it is told. For trying things out."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from gristmill import context
from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup
from gristmill.destinations.sink import destination
from gristmill.exceptions import DestinationTerminalException, DestinationTransientException

if TYPE_CHECKING:
    from collections.abc import Callable


class dummy(destination):  # noqa: N801
    """A destination that forgets. `fail_prob` and `retry_prob` (0 to 1) make tables fail for good or for now."""

    destination_type = "dlt.destinations.dummy"  # pyright: ignore[reportAssignmentType, reportIncompatibleMethodOverride]

    def __init__(
        self,
        credentials: Any = None,
        destination_name: str | None = None,
        environment: str | None = None,
        **kwargs: Any,
    ) -> None:
        del credentials
        super().__init__(
            _forget,
            destination_name or "dummy",
            environment,
            batch_size=FORGOTTEN_AT_ONCE,
            naming_convention="snake_case",
            max_table_nesting=None,
        )
        self._configured_name = destination_name
        self._chances = kwargs

    def resolved(self, pipeline_name: str | None) -> Callable[..., Any]:
        """Forgets, or fails by chance."""
        with context.in_sections(context.Sections(pipeline_name, ("destination", self.destination_name))):
            fails, retries = self._chance("fail_prob"), self._chance("retry_prob")

        def call(items: Any, table: dict[str, Any]) -> None:
            drawn = random.random()  # noqa: S311
            if drawn < fails:
                message = f"table `{table['name']}` failed, as `fail_prob` says"
                raise DestinationTerminalException(message)
            if drawn < fails + retries:
                message = f"table `{table['name']}` must be tried again, as `retry_prob` says"
                raise DestinationTransientException(message)
            _forget(items, table)

        return call

    def _chance(self, name: str) -> float:
        found = self._chances.get(name, lookup(name).value)
        return 0.0 if found is None else coerced(name, found, float)

    def displayable(self, pipeline_name: str | None, working_dir: str | None) -> str:
        """As dlt has it."""
        del pipeline_name, working_dir
        return "/dev/null"


FORGOTTEN_AT_ONCE = 5000


def _forget(items: Any, table: dict[str, Any]) -> None:
    del items, table
