"""Where two observations differ, each place as a path and the two values."""

from __future__ import annotations

from typing import Any

MISSING = object()


def differences(golden: Any, ours: Any, at: str = "") -> list[str]:
    """Every difference, one line each: `steps[0].exit: dbt 1, gristmill 2`."""
    if isinstance(golden, dict) and isinstance(ours, dict):
        return [
            line
            for key in sorted({*golden, *ours})
            if key != "output"
            for line in differences(golden.get(key, MISSING), ours.get(key, MISSING), f"{at}.{key}" if at else key)
        ]
    if isinstance(golden, list) and isinstance(ours, list) and len(golden) == len(ours):
        return [
            line
            for index, pair in enumerate(zip(golden, ours, strict=True))
            for line in differences(*pair, f"{at}[{index}]")
        ]
    return [] if golden == ours else [f"{at}: dbt {shown(golden)}, gristmill {shown(ours)}"]


def shown(value: Any) -> str:
    """A value on one line."""
    return "nothing" if value is MISSING else repr(value)[:300]
