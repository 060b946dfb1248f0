"""Lists of names and the things themselves, as the public API of Pokemon has them."""

from __future__ import annotations

from api import load


def answer(request):
    parts = request.path.strip("/").split("/")
    if len(parts) == 1:
        at, size = request.number("offset", 0), request.number("limit", 20)
        names = [f"{parts[0]}{i}" for i in range(5)]
        following = f"{request.base}/{parts[0]}?offset={at + size}&limit={size}" if at + size < 5 else None
        found = [{"name": n, "url": f"https://example.com/{n}/"} for n in names[at : at + size]]
        return {"count": 5, "next": following, "previous": None, "results": found}
    return {"id": int(parts[1][-1]), "name": parts[1], "types": [{"slot": 1, "type": {"name": "grass"}}], "weight": 69}


def run(dlt, tmp):
    config = {
        "resource_defaults": {"endpoint": {"params": {"limit": 2}}},
        "resources": [
            "pokemon",
            "berry",
            {
                "name": "pokemon_details",
                "primary_key": "id",
                "write_disposition": "merge",
                "endpoint": {"path": "pokemon/{resources.pokemon.name}"},
            },
        ],
    }
    return load(dlt, answer, config)
