"""Raw data to tested, documented tables. `import gristmill as dlt` is a drop-in for dlt.

>>> import gristmill as dlt
>>> pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="shop")  # doctest: +SKIP
>>> print(pipeline.run([{"id": 1}], table_name="orders"))  # doctest: +SKIP

Names are imported when they are first used, so that `import gristmill` costs next to nothing.
"""

from __future__ import annotations

import importlib
from _thread import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gristmill import current, dbt, destinations, mark, progress, sources
    from gristmill._core import __version__
    from gristmill.configuration.accessors import config, secrets
    from gristmill.configuration.coerce import TSecretStrValue, TSecretValue
    from gristmill.configuration.spec import CredentialsConfiguration as TCredentials
    from gristmill.dataset import Dataset, Relation, dataset
    from gristmill.destinations.sink import sink as destination
    from gristmill.extract.decorators import defer, resource, source, transformer
    from gristmill.pipeline import Pipeline, attach, pipeline, run
    from gristmill.schema import Schema

_ATTRIBUTES = {
    "__version__": "gristmill._core",
    "config": "gristmill.configuration.accessors",
    "secrets": "gristmill.configuration.accessors",
    "TSecretValue": "gristmill.configuration.coerce",
    "TSecretStrValue": "gristmill.configuration.coerce",
    "Schema": "gristmill.schema",
    "source": "gristmill.extract.decorators",
    "resource": "gristmill.extract.decorators",
    "transformer": "gristmill.extract.decorators",
    "defer": "gristmill.extract.decorators",
    "run": "gristmill.pipeline.factory",
    "attach": "gristmill.pipeline.factory",
    "Pipeline": "gristmill.pipeline.pipeline",
    "Relation": "gristmill.dataset.relation",
    "Dataset": "gristmill.dataset.dataset",
}
_MODULES = ("current", "dataset", "dbt", "destinations", "mark", "pipeline", "progress", "sources")
# Part of dlt's namespace too, without being among the names that it exports.
_PACKAGES = ("common", "extract", "helpers", "load")

__all__ = [
    "Dataset",
    "Pipeline",
    "Relation",
    "Schema",
    "TCredentials",
    "TSecretStrValue",
    "TSecretValue",
    "__version__",
    "attach",
    "config",
    "current",
    "dataset",
    "dbt",
    "defer",
    "destination",
    "destinations",
    "mark",
    "pipeline",
    "progress",
    "resource",
    "run",
    "secrets",
    "source",
    "sources",
    "transformer",
]


# Modules here import one another; two threads that begin at two ends would each wait for the other's.
_importing = RLock()


def __getattr__(name: str) -> Any:
    with _importing:
        return _imported(name)


def _imported(name: str) -> Any:
    if name == "TCredentials":
        value: Any = importlib.import_module("gristmill.configuration.spec").CredentialsConfiguration
    elif name == "destination":
        value = importlib.import_module("gristmill.destinations.sink").sink
    elif name in _ATTRIBUTES:
        value = getattr(importlib.import_module(_ATTRIBUTES[name]), name)
    elif name in _MODULES or name in _PACKAGES:
        value = importlib.import_module(f"gristmill.{name}")
    else:
        message = f"module `gristmill` has no attribute `{name}`"
        raise AttributeError(message)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
