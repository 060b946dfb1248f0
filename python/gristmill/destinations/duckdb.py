"""DuckDB as destination: a file, a connection that is already open, or a connection string."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gristmill import context
from gristmill.configuration.lookup import lookup
from gristmill.configuration.spec import ConnectionStringCredentials, configspec
from gristmill.configuration.workspace import local_dir
from gristmill.destinations.database_file import make_whole
from gristmill.destinations.destination import Destination
from gristmill.exceptions import ConfigurationValueError, DestinationConnectionError

if TYPE_CHECKING:
    from collections.abc import Generator

    from gristmill.destinations.capabilities import DestinationCapabilitiesContext

EXTERNAL = ":external:"


class duckdb(Destination):  # noqa: N801
    """`dlt.destinations.duckdb("shop.duckdb")`, or with an open connection, a string `duckdb:///path`, or a dict.

    Without credentials the file is `<pipeline name>.duckdb` in the folder that the pipeline first ran in.
    """

    destination_type = "dlt.destinations.duckdb"

    def __init__(
        self,
        credentials: Any = None,
        create_indexes: bool = False,
        destination_name: str | None = None,
        environment: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(destination_name=destination_name, environment=environment)
        self.credentials = credentials
        self.create_indexes = create_indexes
        self.settings = kwargs

    def _resolved(self) -> Any:
        if self.credentials is not None:
            return self.credentials
        sections = ("destination", self.destination_name)
        with context.in_sections(context.Sections(context.active_pipeline_name(), sections)):
            found = lookup("credentials", secret=True).value
            if found is not None:
                return found
            return lookup("database", secret=True, embedded=("credentials",)).value

    def location(self, pipeline_name: str | None, working_dir: str | None) -> str:
        """The file that holds the database."""
        credentials = self._resolved()
        if isinstance(credentials, dict):
            credentials = cast("dict[str, Any]", credentials).get("database")
        elif hasattr(credentials, "database"):
            credentials = credentials.database
        database = None if credentials is None else str(credentials)
        if database and database.startswith("duckdb:"):
            database = database.removeprefix("duckdb:").removeprefix("//").split("?")[0]
            # `duckdb:///x` is a relative path, `duckdb:////x` an absolute one.
            database = database.removeprefix("/")
        if database == ":memory:":
            message = "an in-memory database is gone after the connection that loads it"
            raise ConfigurationValueError(message, hint="pass an open connection: `duckdb(duckdb.connect())`")
        if database and (other := _OTHER_PLACE.match(database)):
            # The rest of such an address may be a login.
            message = f"`{other[1]}...` is no file of DuckDB"
            raise ConfigurationValueError(
                message, hint="pass the path of a file, `duckdb:///shop.duckdb`, or a connection"
            )
        if database == ":pipeline:":
            return str(Path(working_dir or ".") / f"{pipeline_name}.duckdb")
        name = self.configured_name or pipeline_name or self.destination_name
        return str(_local_dir(working_dir) / (database or f"{name}.duckdb"))

    def _given_connection(self) -> Any | None:
        credentials = getattr(self.credentials, "database", self.credentials)
        return credentials if hasattr(credentials, "cursor") and hasattr(credentials, "execute") else None

    @contextlib.contextmanager
    def connection(self, pipeline_name: str | None, working_dir: str | None) -> Generator[Any]:
        """The given connection, or one of our own that is closed again."""
        import duckdb as module

        given = self._given_connection()
        if given is not None:
            # A cursor has a transaction of its own, so that the user's is not touched.
            cursor = given.cursor()
            try:
                yield cursor
            finally:
                cursor.close()
            return
        path = self.location(pipeline_name, working_dir)
        read_only = bool(self._option("read_only", default=False))
        try:
            if not read_only:
                make_whole(path)
            connection = module.connect(path, read_only=read_only)
        except module.IOException as error:
            raise DestinationConnectionError(path, str(error)) from error
        except OSError as error:
            raise DestinationConnectionError(path, error.strerror or str(error)) from error
        try:
            connection.execute("set TimeZone = 'UTC'")
            for pragma in self._option("pragmas", default=()) or ():
                connection.execute(f"pragma {pragma}")
            for extension in self._option("extensions", default=()) or ():
                connection.execute(f"load {extension}")
            for reach in ("global", "local"):
                for name, value in (self._option(f"{reach}_config", default=None) or {}).items():
                    connection.execute(f"set {reach if reach == 'global' else 'session'} {name} = {_setting(value)}")
            for statement in self._option("statements", default=()) or ():
                connection.execute(statement)
            yield connection
        finally:
            connection.close()

    def _option(self, name: str, *, default: Any) -> Any:
        credentials = self.credentials
        if isinstance(credentials, dict):
            return cast("dict[str, Any]", credentials).get(name, default)
        return getattr(credentials, name, default)

    def capabilities(self, config: Any = None, naming: Any = None) -> DestinationCapabilitiesContext:
        """What DuckDB can do."""
        from gristmill.destinations.capabilities import of_duckdb

        del config, naming
        return of_duckdb()

    def may_exist(self, pipeline_name: str | None, working_dir: str | None) -> bool:
        """Whether the file is there; an open connection always is."""
        return self._given_connection() is not None or Path(self.location(pipeline_name, working_dir)).exists()

    def lock_key(self, pipeline_name: str | None, working_dir: str | None) -> str | None:
        """The file, by its real path."""
        if self._given_connection() is not None:
            return None
        try:
            return str(Path(self.location(pipeline_name, working_dir)).resolve())
        except ConfigurationValueError:
            # The step that needs the place tells what is wrong with it.
            return None

    def displayable(self, pipeline_name: str | None, working_dir: str | None) -> str:
        """`duckdb:///` and the file."""
        given = self._given_connection()
        if given is None:
            return f"duckdb:///{self.location(pipeline_name, working_dir)}"
        cursor = given.cursor()
        try:
            row = cursor.execute(
                "select path from duckdb_databases() where database_name = current_database()"
            ).fetchone()
        finally:
            cursor.close()
        return f"duckdb:///{row[0] if row and row[0] else EXTERNAL}"


_OTHER_PLACE = re.compile(r"(md:|motherduck:|[a-z][a-z0-9+.-]+://)", re.IGNORECASE)


def _setting(value: Any) -> str:
    if isinstance(value, (bool, int, float)):
        return str(value).lower()
    text = str(value).replace("'", "''")
    return f"'{text}'"


def _local_dir(working_dir: str | None) -> Path:
    from gristmill.pipeline.working_dir import WorkingDir

    kept = working_dir and WorkingDir(Path(working_dir).parent, Path(working_dir).name).local_dir()
    return kept or local_dir()


@configspec(init=False)
class DuckDbCredentials(ConnectionStringCredentials):
    """A database's file (or an open connection) with settings for it.

    >>> DuckDbCredentials("shop.duckdb", pragmas=["threads=1"]).database
    'shop.duckdb'
    """

    drivername: str = "duckdb"
    database: Any = None
    read_only: bool = False
    extensions: list[str] | None = None
    pragmas: list[str] | None = None
    global_config: dict[str, Any] | None = None
    local_config: dict[str, Any] | None = None
    statements: list[str] | None = None

    def __init__(
        self,
        conn_or_path: Any = None,
        *,
        read_only: bool = False,
        extensions: list[str] | None = None,
        pragmas: list[str] | None = None,
        global_config: dict[str, Any] | None = None,
        local_config: dict[str, Any] | None = None,
        statements: list[str] | None = None,
    ) -> None:
        super().__init__(drivername="duckdb")
        self.database = conn_or_path
        self.read_only = read_only
        self.extensions = extensions
        self.pragmas = pragmas
        self.global_config = global_config
        self.local_config = local_config
        self.statements = statements

    def parse_native_representation(self, native_value: Any) -> None:
        """Take an open connection, a path, or `duckdb:///path`."""
        self.database = native_value

    def to_native_representation(self) -> Any:
        """The path, or the open connection."""
        return self.database

    def external_conn(self) -> Any | None:
        """The open connection that it was given."""
        return self.database if hasattr(self.database, "cursor") else None

    def __str__(self) -> str:
        return f"duckdb:///{EXTERNAL if self.external_conn() is not None else self.database or ''}"
