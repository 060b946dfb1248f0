"""What gristmill's own macros give is what dbt's give: recorded from dbt by `pure.py`, which says more."""

from __future__ import annotations

import json

from .pure import GOLDEN, GRISTMILL, calls, evaluated


def test_macros_that_need_no_database_give_what_those_of_dbt_give() -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    ours = evaluated(GRISTMILL)
    made = {one.call: one.made(ours[one.call]) for one in calls()}
    assert made == {call: recorded["makes"] for call, recorded in golden.items()}
    assert len(made) > 100
