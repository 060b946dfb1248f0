"""`dlt.common.destination.capabilities`: what a destination can do."""

from __future__ import annotations

from gristmill.destinations.capabilities import DestinationCapabilitiesContext

__all__ = ["DestinationCapabilitiesContext"]
