"""Types of the requests helper, under dlt's path."""

from __future__ import annotations

import datetime as dt

TimedeltaSeconds = float | dt.timedelta
TRequestTimeout = TimedeltaSeconds | tuple[TimedeltaSeconds, TimedeltaSeconds]
"""One timeout, or one for connecting and one for reading, in seconds."""
