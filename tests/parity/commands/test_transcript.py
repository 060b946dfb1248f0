"""Each command tells of one pipeline what dlt's command tells of it."""

from __future__ import annotations

import json
import sys

from .transcript import COMMANDS, GOLDEN, transcript


def test_commands_tell_what_dlts_tell() -> None:
    # One test: each command finds what those before it left.
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert [step.split(" ", 1)[1] for step in expected] == list(COMMANDS)
    gristmill = [sys.executable, "-m", "gristmill"]
    told = transcript([*gristmill, "exec"], gristmill)
    for step, lines in expected.items():
        assert told[step] == lines, step
