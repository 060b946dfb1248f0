"""Make the sample of the Amazon example: `products.jsonl` (2,000 listings) and `reviews.csv` (20,000 reviews).

The same bytes come out on every machine: the generator is seeded, and uses nothing of Python's `random` beyond
`random()`, whose sequence is fixed for a seed.

Run it as `python models/sample/make_sample.py [folder]`.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

PRODUCTS = 2_000
REVIEWS = 20_000

CATEGORIES: dict[str, tuple[list[str], list[str], float]] = {
    "Headphones": (["Electronics", "Audio"], ["Wireless Headphones", "Studio Headphones", "Earbuds"], 79.0),
    "Cell Phones": (["Electronics", "Mobile"], ["Smartphone", "Flip Phone", "Rugged Phone"], 349.0),
    "Laptops": (["Electronics", "Computers"], ["Ultrabook", "Gaming Laptop", "2-in-1 Laptop"], 1049.0),
    "Cameras": (["Electronics", "Photo"], ["Mirrorless Camera", "Action Camera", "Instant Camera"], 549.0),
    "Smart Home": (["Electronics", "Home Automation"], ["Smart Plug", "Video Doorbell", "Thermostat"], 59.0),
    "Coffee Makers": (["Home & Kitchen", "Appliances"], ["Espresso Machine", "Drip Coffee Maker", "Grinder"], 129.0),
    "Cookware": (["Home & Kitchen", "Kitchen"], ["Cast Iron Skillet", "Dutch Oven", "Saucepan Set"], 64.0),
    "Vacuums": (["Home & Kitchen", "Cleaning"], ["Robot Vacuum", "Stick Vacuum", "Handheld Vacuum"], 199.0),
    "Bedding": (["Home & Kitchen", "Bedroom"], ["Duvet Cover", "Memory Foam Pillow", "Sheet Set"], 45.0),
    "Running Shoes": (["Sports & Outdoors", "Shoes"], ["Trail Runner", "Road Runner", "Racing Flat"], 119.0),
    "Yoga": (["Sports & Outdoors", "Fitness"], ["Yoga Mat", "Cork Block", "Resistance Bands"], 32.0),
    "Camping": (["Sports & Outdoors", "Outdoor"], ["Two-Person Tent", "Sleeping Bag", "Camp Stove"], 149.0),
    "Board Games": (["Toys & Games", "Games"], ["Strategy Game", "Party Game", "Card Game"], 34.0),
    "Building Toys": (["Toys & Games", "Construction"], ["Brick Set", "Marble Run", "Magnetic Tiles"], 49.0),
    "Novels": (["Books", "Fiction"], ["Mystery Novel", "Science Fiction Novel", "Historical Novel"], 14.0),
    "Cookbooks": (["Books", "Food"], ["Bread Cookbook", "Weeknight Cookbook", "Pastry Cookbook"], 27.0),
}
BRANDS = ["Alder", "Brightwater", "Corvid", "Dunmore", "Eastlake", "Fennec", "Gannet", "Harrow", "Ibex", "Juniper"]
FEATURES = [
    "Ships in recyclable packaging",
    "Two-year limited warranty",
    "Designed for everyday use",
    "Easy to clean",
    "Includes a printed guide",
    "Tested for 10,000 cycles",
    "Fits most standard accessories",
    "Available in four colours",
]
HEADLINES = ["Does what it says", "Great value", "Not for me", "Broke after a month", "Would buy again", "Solid", ""]
SENTENCES = [
    "I have used it for a few weeks now.",
    'My neighbour said "get the bigger one", and was right.',
    "The box was dented, the contents were fine.",
    "Setup took five minutes.",
    "It is louder than I expected.",
    "Customer service answered the same day.",
    "Exactly as pictured.",
]
START = datetime(2024, 1, 1, tzinfo=UTC)

T = TypeVar("T")


class Dice:
    """The few draws that the sample needs, all from `random.random()`."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def below(self, end: int) -> int:
        return int(self._random() * end)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random()

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def pick(self, choices: list[T]) -> T:
        return choices[self.below(len(choices))]


def product_id(index: int) -> str:
    """A listing identifier that looks like an ASIN: `B0` and eight characters."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    number, text = (index + 1) * 2_654_435_761 % 34**8, ""
    for _ in range(8):
        number, digit = divmod(number, 34)
        text = alphabet[digit] + text
    return "B0" + text


def price_text(dice: Dice, typical: float) -> Any:
    """A price as pages show it: `$49.95`, `$1,099.00`, two prices, a bare number, or nothing."""
    price = round(typical * dice.between(0.4, 2.2), 2)
    draw = dice.below(100)
    if draw < 12:
        return ""
    if draw < 15:
        return None
    if draw < 25:
        return f"${price:,.2f},${price * 1.25:,.2f}"
    if draw < 30:
        return price
    if draw < 33:
        return f" ${price:,.2f} "
    return f"${price:,.2f}"


def rating(dice: Dice) -> Any:
    """A rating as an int, a float, a text, or nothing."""
    stars = round(dice.between(2.2, 5.0), 1)
    draw = dice.below(10)
    if draw < 2:
        return round(stars)
    if draw == 2:
        return f"{stars} out of 5 stars"
    if draw == 3:
        return None
    return stars


def products(dice: Dice) -> list[dict[str, Any]]:
    names = list(CATEGORIES)
    return [listing(dice, index, names[dice.below(len(names))]) for index in range(PRODUCTS)]


def listing(dice: Dice, index: int, category: str) -> dict[str, Any]:
    path, kinds, typical = CATEGORIES[category]
    identifier = product_id(index)
    brand, kind = dice.pick(BRANDS), dice.pick(kinds)
    padding = "  " if dice.chance(0.1) else ""
    item: dict[str, Any] = {
        "product_id": identifier,
        "title": f"{padding}{brand} {kind} {100 + dice.below(900)}{padding}",
        "brand": brand,
        "category": "" if dice.chance(0.02) else category.lower() if dice.chance(0.2) else category,
        "price": price_text(dice, typical),
        "rating": rating(dice),
        "total_reviews": dice.below(4_000),
        "url": f"https://shop.example.com/dp/{identifier}",
        "listed_at": (START + timedelta(minutes=dice.below(700_000))).isoformat(),
        "categories": [
            {"name": name, "level": level, "browse_node": {"id": 1_000 + len(name) * 37 + level, "root": level == 0}}
            for level, name in enumerate([*path, category])
        ],
        "features": [dice.pick(FEATURES) for _ in range(1 + dice.below(4))],
        "images": [
            {
                "variant": "MAIN" if number == 0 else f"PT{number:02d}",
                "url": f"https://images.example.com/{identifier}/{number}.jpg",
                "width": 1500,
                "height": 1500 if dice.chance(0.7) else 1125,
            }
            for number in range(1 + dice.below(3))
        ],
        "details": {
            "Manufacturer": brand,
            "itemWeight": {"value": round(dice.between(0.1, 9.0), 2), "unit": "kg"},
            "dimensions": {"height": dice.below(60), "width": dice.below(60), "depth": dice.below(60)},
            "first available": (START + timedelta(days=dice.below(500))).date().isoformat(),
        },
    }
    if dice.chance(0.15):
        item["details"]["batteries"] = [{"type": "AA", "count": 1 + dice.below(4)}]
    return item


def reviews(dice: Dice, identifiers: list[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for index in range(REVIEWS):
        stars = 1 + int(dice.between(0.0, 1.0) ** 0.5 * 5)
        text = " ".join(dice.pick(SENTENCES) for _ in range(1 + dice.below(3)))
        rows.append(
            {
                "review_id": f"R{index + 1:07d}",
                # Some products are read about more than others, and a few reviews are of listings that are gone.
                "product_id": "B0GONE0000"
                if dice.chance(0.002)
                else identifiers[int(dice.between(0.0, 1.0) ** 2 * len(identifiers))],
                "rating": f"{stars} out of 5 stars" if dice.chance(0.05) else str(stars),
                "title": dice.pick(HEADLINES),
                "body": text.replace(". ", ".\n") if dice.chance(0.03) else text,
                "verified_purchase": "true" if dice.chance(0.8) else "false",
                "helpful_votes": dice.below(50) if dice.chance(0.3) else 0,
                "reviewed_at": (START + timedelta(minutes=dice.below(1_000_000))).isoformat(),
            }
        )
    return rows


def write(folder: Path) -> tuple[Path, Path]:
    """Write both files into `folder` and give their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = Dice(20_240_101)
    listings = products(dice)
    products_path, reviews_path = folder / "products.jsonl", folder / "reviews.csv"
    with products_path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in listings)
    rows = reviews(dice, [item["product_id"] for item in listings])
    with reviews_path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return products_path, reviews_path


if __name__ == "__main__":
    for path in write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent):
        sys.stdout.write(f"{path}  {path.stat().st_size:,} bytes\n")
