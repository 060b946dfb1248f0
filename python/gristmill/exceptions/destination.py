"""Errors of destinations."""

from __future__ import annotations

from typing import Self

from gristmill.exceptions.error import DltException, TerminalException, TransientException


class DestinationException(DltException):
    """Anything wrong with a destination."""

    kind = "destination"


class UnknownDestinationModule(DestinationException):
    """No destination has this name."""


class DestinationNotSupported(DestinationException, NotImplementedError):
    """A destination of dlt, or something asked of a destination, that gristmill does not have."""

    @classmethod
    def of(cls, name: str) -> Self:
        """For one of dlt's destinations."""
        hint = "use `duckdb`, `dummy`, or a function of your own with `@dlt.destination`"
        return cls(f"gristmill does not write to destination `{name}`", hint=hint)


class DestinationTerminalException(DestinationException, TerminalException):
    """Trying again is of no use; the package is set aside."""


class DestinationLoadingViaStagingNotSupported(DestinationTerminalException):
    """The destination takes no rows by way of another place."""

    def __init__(self, destination: str) -> None:
        self.destination = destination
        super().__init__(
            f"destination `{destination}` does not load by way of a staging place", hint="leave out `staging=`"
        )


class DestinationUndefinedEntity(DestinationTerminalException):
    """A table, a column or a dataset is not there."""


class DestinationTransientException(DestinationException, TransientException):
    """Trying again may help."""


class DatabaseException(DestinationException):
    """The database refused; `dbapi_exception` is its own error."""

    kind = "database"

    def __init__(self, dbapi_exception: Exception) -> None:
        self.dbapi_exception = dbapi_exception
        super().__init__(str(dbapi_exception))


class DatabaseTerminalException(DatabaseException, DestinationTerminalException):
    """The statement is wrong."""


class DatabaseUndefinedRelation(DatabaseException, DestinationUndefinedEntity):
    """A table, a column or a dataset is not there."""


class DatabaseTransientException(DatabaseException, DestinationTransientException):
    """The database may take the statement another time."""
