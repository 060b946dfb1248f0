"""What a destination is."""

from __future__ import annotations

from typing import Literal

from gristmill.destinations.capabilities import DestinationCapabilitiesContext
from gristmill.destinations.destination import Destination

AnyDestination = Destination
TDestinationReferenceArg = str | Destination | None
TLoaderFileFormat = Literal["jsonl", "typed-jsonl", "insert_values", "parquet", "csv", "reference", "model"]

__all__ = [
    "AnyDestination",
    "Destination",
    "DestinationCapabilitiesContext",
    "TDestinationReferenceArg",
    "TLoaderFileFormat",
]
