"""Reading what was loaded. The module can be called: `dlt.dataset("duckdb", "shop")` opens a dataset by its name."""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

from gristmill.dataset.dataset import Dataset
from gristmill.dataset.relation import Relation
from gristmill.schema import Schema

__all__ = ["Dataset", "Relation", "dataset"]


def dataset(destination: Any, dataset_name: str, schema: Any = None) -> Dataset:
    """A dataset by its name, without a pipeline."""
    names = schema if isinstance(schema, Schema) else Schema("dataset")
    return Dataset(destination, names.naming.normalize_table_identifier(dataset_name), schema)


class _CallableModule(ModuleType):
    """A module that is also the function of its name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Dataset:
        return dataset(*args, **kwargs)


__signature__ = inspect.signature(dataset)
sys.modules[__name__].__class__ = _CallableModule
