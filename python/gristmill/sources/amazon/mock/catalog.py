"""What the mock knows: Amazon's example item as it is, and others made after it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_PRICE = re.compile(r"\d[\d,]*(?:\.\d+)?")
US = "ATVPDKIKX0DER"


def example(name: str) -> Any:
    """A body of the examples in Amazon's API models: `search` or `bad_request`."""
    text = resources.files("gristmill.sources.amazon.mock").joinpath("examples.json").read_text(encoding="utf-8")
    return json.loads(text)[name]


@dataclass(frozen=True)
class Catalog:
    """Items, as Catalog Items 2022-04-01 shows them."""

    items: list[dict[str, Any]]

    @classmethod
    def sample(cls, count: int = 1) -> Catalog:
        """The example item, and televisions like it up to `count`."""
        first = example("search")["items"][0]
        return cls([first, *(_made(first, number) for number in range(1, count))])

    @classmethod
    def of_listings(cls, path: Path) -> Catalog:
        """The example item, and one for each listing of a file in JSON lines."""
        first = example("search")["items"][0]
        with path.open(encoding="utf-8") as lines:
            return cls(
                [first, *(_item(json.loads(line), number) for number, line in enumerate(lines, 1) if line.strip())]
            )

    @cached_property
    def by_asin(self) -> dict[str, dict[str, Any]]:
        """Items by their ASIN."""
        return {item["asin"]: item for item in self.items}

    def search(self, keywords: list[str]) -> list[dict[str, Any]]:
        """Items whose texts hold each of the words."""
        wanted = [word.lower() for text in keywords for word in text.split()]
        return [item for item in self.items if all(word in _text(item) for word in wanted)]

    def identified(self, kind: str, identifiers: list[str]) -> list[dict[str, Any]]:
        """Items with these identifiers."""
        if kind == "ASIN":
            return [self.by_asin[asin] for asin in identifiers if asin in self.by_asin]
        wanted = {(kind, identifier) for identifier in identifiers}
        return [
            item
            for item in self.items
            if any((i["identifierType"], i["identifier"]) in wanted for i in item["identifiers"][0]["identifiers"])
        ]


def _text(item: dict[str, Any]) -> str:
    summary = item["summaries"][0]
    return f"{summary['itemName']} {summary.get('brand', '')} {summary['browseClassification']['displayName']}".lower()


def _made(first: dict[str, Any], number: int) -> dict[str, Any]:
    item = json.loads(json.dumps(first))
    item["asin"] = f"B0MOCK{number:04d}"
    item["summaries"][0]["itemName"] = f"Samsung QLED TV {number}"
    item["identifiers"][0]["identifiers"] = [{"identifier": f"{887276000000 + number:013d}", "identifierType": "EAN"}]
    item["salesRanks"][0]["classificationRanks"][0]["rank"] = 113 + number
    # Whole numbers beside fractions, as they come.
    item["dimensions"][0]["item"]["height"]["value"] = 40 + number if number % 2 else 40.5 + number
    return item


def _item(listing: dict[str, Any], number: int) -> dict[str, Any]:
    """An item of the catalogue from a listing in one of the two layouts of `gristmill.sources.amazon.files`."""
    asin = listing.get("product_id") or listing["asin"]
    brand, category = listing.get("brand") or "", (listing.get("category") or listing.get("brand") or "").title()
    title = str(listing.get("title") or "").strip()
    attributes: dict[str, Any] = {
        "item_name": [{"value": title, "language_tag": "en_US", "marketplace_id": US}],
        "brand": [{"value": brand, "language_tag": "en_US", "marketplace_id": US}],
    }
    price = _PRICE.search(str(listing.get("price") or listing.get("prices") or ""))
    if price:
        amount = float(price[0].replace(",", ""))
        attributes["list_price"] = [{"value": amount, "currency": "USD", "marketplace_id": US}]
    if listing.get("features"):
        attributes["bullet_point"] = [
            {"value": text, "language_tag": "en_US", "marketplace_id": US} for text in listing["features"]
        ]
    node = {"displayName": category, "classificationId": str(100000 + sum(map(ord, category)))}
    images = [
        {"variant": image["variant"], "link": image["url"], "height": image["height"], "width": image["width"]}
        for image in listing.get("images", [])
    ]
    rank = {"classificationId": node["classificationId"], "title": category, "rank": number}
    return {
        "asin": asin,
        "attributes": attributes,
        "classifications": [{"marketplaceId": US, "classifications": [node]}],
        "dimensions": [{"marketplaceId": US}],
        "identifiers": [
            {
                "marketplaceId": US,
                "identifiers": [{"identifier": f"{200000000000 + number:013d}", "identifierType": "EAN"}],
            }
        ],
        "images": [{"marketplaceId": US, "images": images}],
        "productTypes": [{"marketplaceId": US, "productType": category.upper().replace(" ", "_")}],
        "relationships": [{"marketplaceId": US, "relationships": []}],
        "salesRanks": [{"marketplaceId": US, "classificationRanks": [rank]}],
        "summaries": [
            {
                "marketplaceId": US,
                "brand": brand,
                "browseClassification": node,
                "itemClassification": "BASE_PRODUCT",
                "itemName": title,
                "packageQuantity": 1,
            }
        ],
        "vendorDetails": [{"marketplaceId": US, "productGroup": category}],
    }
