"""An open database whose profile wants more than SQL can say: plugins, file systems, modules, attempts.

The runner opens such a database through `Environment` and takes its cursors from there; every other profile goes without
this module. What is done and in which order is dbt-duckdb's.
"""

from __future__ import annotations

import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING, Any, TypedDict

from ._core import GristmillError
from .plugins.records import Credentials, SourceConfig, StoredColumn, StoredRelation, TargetConfig, TargetLocation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .plugins import BasePlugin


class Plan(TypedDict):
    """What the core knows of the profile; statements are its own business."""

    path: str
    database: str
    schema: str
    config: dict[str, str]
    options: dict[str, Any]


class Attempts(TypedDict, total=False):
    """`retries:` of the profile."""

    connect_attempts: int
    query_attempts: int
    retryable_exceptions: list[str]


class Environment:
    """One database, open, with the plugins of its profile. Cursors are ready to use."""

    def __init__(self, plan: Plan) -> None:
        """Import the plugins and open the database; what fails is raised as it was."""
        options = plan["options"]
        sys.path.extend(path for path in options.get("module_paths") or [] if path not in sys.path)
        self._options = options
        self._configured = False
        self._retries: Attempts = options.get("retries") or {}
        self._frames: dict[str, Any] = {}
        self._loaded: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        settings = options.get("settings") or {}
        credentials = Credentials(plan["path"], plan["database"], plan["schema"], settings, options)
        self.plugins = {plugin.name: plugin for plugin in _plugins(options, credentials)}
        config: dict[str, Any] = dict(plan["config"])
        for plugin in self.plugins.values():
            plugin.update_connection_config(credentials, config)
        self.connection = self._connected(plan["path"], config)

    def configure(self) -> None:
        """Bring file systems and plugins in, once extensions are loaded and secrets made."""
        for described in self._options.get("filesystems") or []:
            import fsspec

            arguments = dict(described)
            self.connection.register_filesystem(fsspec.filesystem(arguments.pop("fs"), **arguments))
        for plugin in self.plugins.values():
            plugin.configure_connection(self.connection)
        self._configured = True

    def cursor(self) -> Session:
        """Give a cursor with the plugins' own touches, and the frames that views stand on."""
        raw = self.connection.cursor()
        if self._configured:
            for plugin in self.plugins.values():
                plugin.configure_cursor(raw)
        with self._lock:
            for name, frame in self._frames.items():
                raw.register(name, frame)
        return Session(raw, self)

    def close(self) -> None:
        """Let plugins finish what they have open, then close the database."""
        for plugin in self.plugins.values():
            # Plugins over the base class of dbt-duckdb itself have no such method.
            finish = getattr(plugin, "close", None)
            if not callable(finish):
                continue
            try:
                finish()
            except Exception as raised:  # noqa: BLE001 - the run is over, and its results are told already.
                warnings.warn(f"the plugin `{plugin.name}` could not finish: {raised}", RuntimeWarning, stacklevel=2)
        self.connection.close()

    def again(self, attempts: int | None, work: Callable[[], Any]) -> Any:
        """Do the work, and do it again after an exception whose class the profile lists, with longer and longer waits."""
        listed = self._retries.get("retryable_exceptions") or ["IOException"]
        for attempt in range(attempts or 1):
            try:
                return work()
            except Exception as raised:
                if type(raised).__name__ not in listed or attempt + 1 >= (attempts or 1):
                    raise
                time.sleep(2**attempt)
        return None

    @property
    def query_attempts(self) -> int | None:
        """How often a statement is tried."""
        return self._retries.get("query_attempts")

    def plugin(self, name: str) -> BasePlugin:
        """Give the plugin of that name, or say which ones there are."""
        if name in self.plugins:
            return self.plugins[name]
        raise unknown_plugin(name, self.plugins)

    def load(self, cursor: Any, plugin: str, source: SourceConfig) -> None:
        """Make the table or view of a source of what its plugin reads; once, however many nodes ask for it."""
        with self._lock:
            known = source.table_name() in self._loaded
            lock = self._loaded.setdefault(source.table_name(), threading.Lock())
        with lock:
            name = source.table_name().replace(".", "_") + "_df"
            if known:
                # Another node's cursor has the frame; this one may be older than it.
                if name in self._frames:
                    cursor.register(name, self._frames[name])
                return
            try:
                self._load(cursor, self.plugin(plugin), source, name)
            except BaseException:
                with self._lock:
                    self._loaded.pop(source.table_name(), None)
                raise

    def _load(self, cursor: Any, plugin: BasePlugin, source: SourceConfig, name: str) -> None:
        if source.schema:
            cursor.execute(f"create schema if not exists {source.schema}")
        mode = source.get("save_mode", "overwrite")
        if mode in ("ignore", "error_if_exists") and _is_there(cursor, source):
            if mode == "ignore":
                return
            message = f"the source `{source.table_name()}` is there already, and its `save_mode` is `error_if_exists`"
            raise ValueError(message)
        rows = plugin.load(source)
        if rows is None:
            message = f"the plugin `{plugin.name}` gave nothing for the source `{source.table_name()}`"
            raise ValueError(message)
        kind = source.get("materialization", plugin.default_materialization())
        cursor.register(name, rows)
        if kind == "view":
            with self._lock:
                self._frames[name] = rows
        cursor.execute(f"create or replace {kind} {source.table_name()} as select * from {name}")

    def _connected(self, path: str, config: dict[str, Any]) -> Any:
        import duckdb

        return self.again(self._retries.get("connect_attempts"), lambda: duckdb.connect(path, config=config))


class Session:
    """A cursor of DuckDB that tries again what the profile wants tried again, and that knows its environment."""

    def __init__(self, cursor: Any, environment: Environment) -> None:
        """Stand before the cursor."""
        self._cursor = cursor
        self.environment = environment
        # DuckDB finds the frames of whoever calls it, so there is a step between only where one is needed.
        self.execute = self._execute if environment.query_attempts else cursor.execute

    def __getattr__(self, name: str) -> Any:
        """Everything else is the cursor's own."""
        return getattr(self._cursor, name)

    def _execute(self, sql: str, *parameters: Any) -> Session:
        environment = self.environment
        environment.again(environment.query_attempts, lambda: self._cursor.execute(sql, *parameters))
        return self


def unknown_plugin(name: str, known: Mapping[str, object]) -> GristmillError:
    """The error for a plugin that the profile does not list."""
    message = f"the profile lists no plugin `{name}`"
    error = GristmillError(message)
    error.kind, error.message = "config", message
    listed = ", ".join(f"`{plugin}`" for plugin in known)
    error.hint = f"its plugins are {listed}" if listed else f"add `plugins: [{{module: {name}}}]` to the target"
    error.file, error.line, error.column = None, None, None
    return error


def load(session: Any, job: dict[str, Any]) -> None:
    """Make a source of what its plugin reads."""
    source = SourceConfig(**job["source"])
    _environment(session, job["plugin"]).load(session, job["plugin"], source)


def store(session: Any, job: dict[str, Any]) -> None:
    """Hand an external model to the plugin that its config names."""
    target = TargetConfig(
        relation=StoredRelation(**job["relation"]),
        column_list=[StoredColumn(column["column"], column["dtype"]) for column in job["columns"]],
        config=job["config"],
        location=TargetLocation(job["path"], job["format"]),
    )
    _environment(session, job["plugin"]).plugin(job["plugin"]).store(target)


def _environment(session: Any, plugin: str) -> Environment:
    environment = getattr(session, "environment", None)
    if environment is None:
        raise unknown_plugin(plugin, {})
    return environment


def _plugins(options: Mapping[str, Any], credentials: Credentials) -> list[BasePlugin]:
    from .plugins.loading import create

    made: list[BasePlugin] = []
    for listed in options.get("plugins") or []:
        # A plugin may keep and change its configuration; the others must not see that.
        config = {**credentials.settings, **(listed.get("config") or {})}
        made.append(create(listed["module"], config=config, alias=listed.get("alias"), credentials=credentials))
    return made


def _is_there(cursor: Any, source: SourceConfig) -> bool:
    sql = "select count(*) from system.information_schema.tables where table_schema = ? and table_name = ?"
    parameters: list[str] = [source.schema, source.identifier]
    if source.database:
        sql, parameters = f"{sql} and table_catalog = ?", [*parameters, source.database]
    return bool(cursor.execute(sql, parameters).fetchall()[0][0])
