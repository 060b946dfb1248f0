"""Stories that were made up once and lived by dlt end alike under gristmill."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from dlt_harness import differences  # noqa: E402
from peers import Peer  # noqa: E402

RECORDED = [json.loads(line) for line in (HERE / "corpus.jsonl").read_text("utf-8").splitlines()]
# One process lives a whole group: it is its start that takes time.
GROUPS = 8


@pytest.mark.parametrize("group", range(GROUPS))
def test_recorded_stories_end_as_under_dlt(group: int) -> None:
    with Peer("gristmill") as gristmill:
        for recorded in RECORDED[group::GROUPS]:
            gristmill.ask(recorded["story"])
            found = differences(recorded["left"], gristmill.answer())
            assert not found, json.dumps(recorded["story"], ensure_ascii=False) + "\n" + "\n".join(found[:10])
