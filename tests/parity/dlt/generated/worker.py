"""A process that lives stories under one peer: a line of JSON in, what is left behind out.

python worker.py dlt|gristmill [folder]

A process of its own per story would spend its time on imports; each story has a database in memory and a pipeline.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import duckdb
from dump import dump_connection
from run_case import load_dlt
from story import Story, meant


def live(dlt: Any, story: Story, folder: Path) -> dict[str, Any]:
    """What a story leaves behind, and how it ended."""
    os.environ["SCHEMA__NAMING"] = story.get("naming", "snake_case")
    outcome: dict[str, Any] = {}
    connection = duckdb.connect(":memory:")
    try:
        pipeline = dlt.pipeline(
            "story",
            pipelines_dir=str(folder),
            destination=dlt.destinations.duckdb(connection),
            dataset_name="data",
        )
        try:
            for load in story["loads"]:
                pipeline.run(source_of(dlt, story, load), **load.get("run", {}))
        except Exception as error:
            outcome["raised"] = {"type": type(error).__name__, "step": getattr(error, "step", None)}
            if os.environ.get("PARITY_TRACE"):
                raise
        outcome["left"] = dump_connection(connection, raw_ids=False)
        for dataset in outcome["left"].values():
            # Alike in all stories; the cases compare them.
            del dataset["dlt"]["columns"]
    finally:
        connection.close()
        shutil.rmtree(folder / "story", ignore_errors=True)
    return json.loads(json.dumps(outcome, default=str))


def source_of(dlt: Any, story: Story, load: dict[str, Any]) -> Any:
    """One load's source."""
    stored = dlt.Schema("story").to_dict()
    stored["settings"].update(story.get("settings", {}))
    schema = dlt.Schema.from_dict(stored)

    @dlt.source(schema=schema, **story.get("source", {}))
    def story_source() -> Any:
        for told in load["resources"]:
            yield dlt.resource(iter(meant(told["pages"])), **told["hints"])

    return story_source()


def main() -> None:
    """Answer until the input ends."""
    peer = sys.argv[1]
    os.environ.update(
        DLT_DATA_DIR=tempfile.mkdtemp(),
        RUNTIME__DLTHUB_TELEMETRY="false",
        RUNTIME__LOG_LEVEL="CRITICAL",
        NORMALIZE__LOSSY="dlt",
    )
    warnings.simplefilter("ignore")
    # What peers print must not stand between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    dlt = load_dlt(peer)
    folder = Path(os.environ["DLT_DATA_DIR"])
    try:
        for line in sys.stdin:
            answers.write(json.dumps(live(dlt, json.loads(line), folder)) + "\n")
            answers.flush()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
