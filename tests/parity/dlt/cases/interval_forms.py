"""The interval of a scheduler in all the forms in which it may be written, told to a process from its start."""

import json
import os
import subprocess
import sys

FORMS = [
    ("2024-01-03T00:00:00Z", "2024-01-05T00:00:00Z"),
    ("2024-01-03", "2024-01-05"),
    ("2024-01-03 00:00:00", "2024-01-05 00:00:00"),
    ("2024-01-03T00:00:00.123456Z", "2024-01-05T12:30:00+05:30"),
    ("20240103T000000Z", "2024-01-05T00:00Z"),
    ("1704240000", "1704412800"),
    ("2024-01-05T00:00:00Z", "2024-01-05T00:00:00Z"),
    ("2024-01-05T00:00:00Z", "2024-01-03T00:00:00Z"),
    ("2024-01-05T00:00:00Z", None),
    (None, "2024-01-05T00:00:00Z"),
    ("", "2024-01-05T00:00:00Z"),
    ("soon", "2024-01-05T00:00:00Z"),
]

SCRIPT = """
import json, os, sys
if sys.argv[1] == "gristmill":
    from gristmill.alias import install
    install()
import dlt
from datetime import date, datetime, timezone
from typing import Any

def rows():
    return [
        {"id": i, "at": datetime(2024, 1, i, tzinfo=timezone.utc), "naive": datetime(2024, 1, i), "text": f"2024-01-0{i}",
         "day": date(2024, 1, i), "seconds": int(datetime(2024, 1, i, tzinfo=timezone.utc).timestamp())}
        for i in range(1, 9)
    ]

def taken(column, kind, **more):
    @dlt.resource(name=f"by_{column}")
    def by(c: dlt.sources.incremental[kind] = dlt.sources.incremental(column, allow_external_schedulers=True, **more)):
        yield rows()

    try:
        return [row["id"] for row in by()]
    except Exception as error:
        return ["ValueError" if isinstance(error, ValueError) else type(error).__name__]

told = []
for start, end in json.loads(sys.argv[2]):
    for name, value in (("DLT_INTERVAL_START", start), ("DLT_INTERVAL_END", end)):
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    try:
        interval = dlt.current.interval()
        found = interval and [bound.isoformat() for bound in interval]
    except ValueError:
        found = "ValueError"
    kinds = [("at", datetime), ("naive", datetime), ("day", date), ("seconds", int), ("text", str), ("at", Any)]
    told.append([found, *(taken(*kind) for kind in kinds)])
    told.append(taken("at", datetime, initial_value=datetime(2024, 1, 4, tzinfo=timezone.utc)))
    told.append(taken("at", datetime, end_value=datetime(2024, 1, 4, tzinfo=timezone.utc),
                      initial_value=datetime(2024, 1, 1, tzinfo=timezone.utc)))
print(json.dumps(told))
"""


LOADED = """
import sys
if sys.argv[1] == "gristmill":
    from gristmill.alias import install
    install()
import dlt
from datetime import datetime

pipeline = dlt.pipeline("zone", destination="duckdb", dataset_name="data")
pipeline.run([{"naive": datetime(2024, 1, 1, 12)}], table_name="rows")
with pipeline.sql_client() as client:
    print(client.execute_sql("select (naive at time zone 'UTC')::varchar from rows")[0][0])
"""


def _loaded(dlt, given):
    command = [sys.executable, "-c", LOADED, dlt.__name__]
    zone = {**given, "DLT_INTERVAL_TIMEZONE": "Europe/Berlin"}
    return subprocess.run(command, capture_output=True, text=True, env=zone, check=True).stdout.strip()


def run(dlt, tmp):
    told = {}
    for zone in (None, "UTC", "Europe/Berlin", "America/New_York", "Nowhere/Land", "+02:00", "utc"):
        given = {k: v for k, v in os.environ.items() if not k.startswith("DLT_INTERVAL")}
        if zone is not None:
            given["DLT_INTERVAL_TIMEZONE"] = zone
        forms = FORMS if zone in (None, "Europe/Berlin", "America/New_York") else FORMS[:1]
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, dlt.__name__, json.dumps(forms)],
            capture_output=True,
            text=True,
            env=given,
            check=False,
        )
        told[str(zone)] = json.loads(done.stdout) if done.returncode == 0 else "refused"
    told["loaded"] = _loaded(dlt, given)
    return told
