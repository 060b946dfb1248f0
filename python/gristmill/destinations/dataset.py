"""dlt's module path for datasets."""

from __future__ import annotations

from gristmill.dataset import Dataset, Relation, dataset

__all__ = [
    "Dataset",
    "Relation",
    "dataset",
]
