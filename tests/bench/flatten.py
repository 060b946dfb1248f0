"""How long flattening takes: microseconds a row, for dicts and for JSON lines.

python tests/bench/flatten.py
"""

from __future__ import annotations

import json
import time
from typing import Any

from gristmill import _core


def flat(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"name {number}",
        "price": number * 1.5,
        "ok": number % 2 == 0,
        "a": number,
        "b": "text",
        "c": 2.5,
        "d": None,
        "e": "more text",
        "f": 7,
    }


def nested(number: int) -> dict[str, Any]:
    return {
        "asin": f"B{number:09d}",
        "title": "A title of a product that is as long as such titles are, with " + "words " * 12,
        "price": 19.99,
        "rating": 4.5,
        "available": True,
        "details": {"brand": "Brand", "weight": "1.2 kg", "size": {"w": 1, "h": 2, "d": 3.5}},
        "categories": ["Electronics", "Phones"],
        "features": ["one feature " * 6, "another feature " * 6],
        "images": [{"url": "https://images.example/" + "x" * 40, "width": 640, "height": 480}],
        "description": "lorem ipsum " * 30,
    }


def measure(what: str, rows: int, work: Any) -> None:
    best = float("inf")
    for _ in range(5):
        normalizer = _core.Normalizer(_core.Schema("bench"), "1.0")
        started = time.process_time()
        work(normalizer)
        best = min(best, time.process_time() - started)
        normalizer.drain()
    print(f"{what}: {best / rows * 1e6:.2f} us a row")


def main() -> None:
    rows = 50_000
    hints = {"name": "items"}
    for name, make in (("flat 10 keys", flat), ("nested 1 KB, 5 child rows", nested)):
        items = [make(number) for number in range(rows)]
        lines = "".join(json.dumps(item) + "\n" for item in items).encode()
        print(f"{name}: {len(lines) / rows:.0f} bytes a line")
        measure(f"{name}, dicts", rows, lambda normalizer, items=items: normalizer.items(hints, items))
        measure(f"{name}, JSON lines", rows, lambda normalizer, lines=lines: normalizer.json_lines(hints, lines))


if __name__ == "__main__":
    main()
