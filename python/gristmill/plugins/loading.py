"""From a line of the profile to a plugin."""

from __future__ import annotations

import difflib
import importlib
from typing import TYPE_CHECKING, Any

from gristmill._core import GristmillError
from gristmill.plugins import names

if TYPE_CHECKING:
    from gristmill.plugins import BasePlugin, Credentials

BUILT_IN = {name: f"gristmill.plugins.{name}" for name in ("excel", "native", "sqlalchemy")}

# What dbt-duckdb has as plugins and gristmill does not, with what leads to the same rows.
ELSEWHERE = {
    "delta": "list `delta` under `extensions:` and give the source `external_location: \"delta_scan('<path>')\"`",
    "iceberg": "list `iceberg` under `extensions:` and give the source `external_location: \"iceberg_scan('<path>')\"`",
    "postgres": "list the database under `attach:`, with `path: <its connection string>` and `type: postgres`",
    "gsheet": "load the sheet by a pipeline (`gristmill init`), or write a module with a class `Plugin` that reads it",
    "glue": "write a module with a class `Plugin` whose `store` registers the file, and name it as the model's `plugin`",
    "motherduck": "choose a target whose `path` is a file: MotherDuck runs statements on servers of its own",
}


def create(
    module: str,
    *,
    config: dict[str, Any] | None = None,
    alias: str | None = None,
    credentials: Credentials | None = None,
) -> BasePlugin:
    """Import the module and make its `Plugin`, under its alias or the last part of the module's name."""
    if module in ELSEWHERE:
        message = f"gristmill has no plugin `{module}`"
        raise _refused(message, ELSEWHERE[module])
    names.answer()
    try:
        found = importlib.import_module(BUILT_IN.get(module, module))
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing != module.partition(".")[0]:
            message = f"the plugin `{module}` cannot be imported: {error}"
            raise _refused(message, f"install `{missing}`") from error
        near = difflib.get_close_matches(module, [*BUILT_IN, *ELSEWHERE], 1)
        hint = f"did you mean `{near[0]}`?" if near else "name the folder that it is in under `module_paths:`"
        message = f"there is no plugin `{module}`, and no module of that name"
        raise _refused(message, hint) from error
    if not hasattr(found, "Plugin"):
        message = f"the module `{module}` has no class `Plugin`"
        raise _refused(message, "let it be a subclass of `BasePlugin`")
    name = alias or module.rpartition(".")[2]
    if config is None:
        config = dict(credentials.settings) if credentials is not None else {}
    return found.Plugin(name=name, plugin_config=config, credentials=credentials)


def _refused(message: str, hint: str) -> GristmillError:
    error = GristmillError(message)
    error.kind, error.message, error.hint = "config", message, hint
    error.file, error.line, error.column = None, None, None
    return error
