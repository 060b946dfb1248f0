"""Let both peers live made-up stories and compare what is left; one that differs is shrunk to the smallest that does.

GRISTMILL_PEERS=<python with dlt> python live.py <examples> <seed>         compare; the last line tells how it went, as JSON
GRISTMILL_PEERS=<python with dlt> python live.py record <examples> <seed>  write stories and what dlt leaves to corpus.jsonl
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from dlt_harness import differences  # noqa: E402
from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402
from peers import Peer, both  # noqa: E402
from stories import stories  # noqa: E402

CORPUS = HERE / "corpus.jsonl"
# A story shorter than this says little that others do not say.
STORY_BYTES_MIN = 300


def compare(examples: int, start: int) -> dict[str, Any]:
    """How many stories were told, and the smallest that ends otherwise."""
    told = 0
    worst: dict[str, Any] | None = None

    with Peer("dlt", os.environ["GRISTMILL_PEERS"]) as dlt, Peer("gristmill") as gristmill:

        @seed(start)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(stories())
        def alike(story: dict[str, Any]) -> None:
            nonlocal told, worst
            told += worst is None
            lines = differences(*both(dlt, gristmill, story))
            if lines:
                worst = {"story": story, "differences": lines[:10]}
            assert not lines

        with contextlib.suppress(AssertionError):
            alike()
    return {"told": told, "failed": worst}


def record(examples: int, start: int) -> int:
    """Write the stories that say something, each with what dlt leaves."""
    lines: dict[str, str] = {}
    with Peer("dlt", os.environ["GRISTMILL_PEERS"]) as dlt:

        @seed(start)
        @settings(
            max_examples=examples * 4,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(stories())
        def written(story: dict[str, Any]) -> None:
            text = json.dumps(story, ensure_ascii=False)
            if len(text) < STORY_BYTES_MIN or text in lines or len(lines) >= examples:
                return
            dlt.ask(story)
            lines[text] = json.dumps({"story": story, "left": dlt.answer()}, ensure_ascii=False, separators=(",", ":"))

        written()
    CORPUS.write_text("\n".join(lines.values()) + "\n", "utf-8")
    return len(lines)


def main() -> None:
    """Do what the arguments say."""
    if sys.argv[1] == "record":
        print(f"recorded {record(int(sys.argv[2]), int(sys.argv[3]))} stories")
    else:
        print(json.dumps(compare(int(sys.argv[1]), int(sys.argv[2])), ensure_ascii=False))


if __name__ == "__main__":
    main()
