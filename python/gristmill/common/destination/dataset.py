"""What can be read of a dataset, for annotations."""

from __future__ import annotations

from gristmill.dataset.dataset import Dataset
from gristmill.dataset.relation import Relation

SupportsReadableDataset = Dataset
SupportsReadableRelation = Relation

__all__ = ["SupportsReadableDataset", "SupportsReadableRelation"]
