"""The inputs of the cases: the same for every contender, and the same in every run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORDS = (
    *("steel", "light", "compact", "travel", "water", "kitchen", "classic", "wireless"),
    *("black", "soft", "large", "handle", "set", "for", "with", "and"),
)


def words(seed: int, count: int) -> str:
    """Some text that differs from row to row, as descriptions do."""
    return " ".join(WORDS[(seed * 7 + step * step) % len(WORDS)] for step in range(count))


def product(number: int) -> dict[str, Any]:
    """A row of 1.2 KB that becomes about six rows of four tables."""
    return {
        "asin": f"B{number:09d}",
        "title": words(number, 14),
        "main_category": WORDS[number % 5],
        "average_rating": (number % 50) / 10,
        "rating_number": number % 9973,
        "price": None if number % 3 else 4.99 + number % 100,
        "store": f"Store {number % 400}",
        "parent_asin": f"B{number // 2:09d}",
        "details": {
            "brand": f"Brand {number % 300}",
            "weight": f"{number % 90} ounces",
            "first_available": "January 5, 2019",
            "rank": {"overall": number % 100_000, "category": number % 500},
        },
        "categories": ["Home", WORDS[number % 7]],
        "features": [words(number + 1, 18), words(number + 2, 18)],
        "images": [
            {
                "thumb": f"https://images.example/I/{number:011d}._SS40_.jpg",
                "large": f"https://images.example/I/{number:011d}.jpg",
                "variant": "MAIN",
            }
        ],
        "description": words(number + 3, 70),
    }


def flat(number: int) -> dict[str, Any]:
    """A row of ten keys."""
    return {
        "id": number,
        "name": f"name {number}",
        "price": number * 1.5,
        "is_open": number % 2 == 0,
        "quantity": number % 100,
        "status": "shipped",
        "rate": 2.5,
        "city": WORDS[number % 11],
        "note": "more text",
        "size": 7,
    }


def order(number: int, version: int = 0) -> dict[str, Any]:
    """A row with two lists: three tables."""
    return {
        "id": number,
        "version": version,
        "customer": {"name": f"customer {number % 997}", "city": WORDS[number % 11]},
        "total": number / 4,
        "items": [{"sku": f"S{number % 31}", "quantity": 1 + number % 3}, {"sku": f"T{number % 17}", "quantity": 2}],
        "tags": ["new", WORDS[number % 13]],
    }


def flat_rows(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield flat(number)


def json_lines(path: Path, rows: int) -> None:
    """Write `rows` products, once."""
    if not path.exists():
        with path.open("w") as file:
            for number in range(rows):
                file.write(json.dumps(product(number), separators=(",", ":")))
                file.write("\n")


def csv(path: Path, rows: int) -> None:
    """Write `rows` typed rows, once."""
    if not path.exists():
        with path.open("w") as file:
            file.write("id,name,price,is_open,quantity,city,created_at\n")
            for number in range(rows):
                flag = "true" if number % 2 else "false"
                city = WORDS[number % 11]
                file.write(f"{number},name {number},{number / 8},{flag},{number % 100},{city},2024-01-01\n")


def arrow_table(rows: int) -> Any:
    """A table of five columns."""
    import pyarrow as pa

    numbers = range(rows)
    return pa.table(
        {
            "id": pa.array(numbers, pa.int64()),
            "price": pa.array((number / 8 for number in numbers), pa.float64()),
            "name": pa.array((f"name {number}" for number in numbers), pa.string()),
            "city": pa.array((WORDS[number % 11] for number in numbers), pa.string()),
            "is_open": pa.array((number % 2 == 0 for number in numbers), pa.bool_()),
        }
    )
