"""Answers that begin with a byte order mark, come in another encoding, or say none."""

from __future__ import annotations

from api import Answer, api

TEXT = '{"items": [{"id": 1, "name": "Café"}], "total": 1}'
BODIES = {
    "plain": (TEXT.encode(), "application/json"),
    "marked": (TEXT.encode("utf-8-sig"), "application/json"),
    "marked_and_said": (TEXT.encode("utf-8-sig"), "application/json; charset=utf-8"),
    "latin": (TEXT.encode("latin-1"), "application/json; charset=iso-8859-1"),
    "windows": (TEXT.encode("cp1252"), "application/json; charset=windows-1252"),
    "wide": (TEXT.encode("utf-16"), "application/octet-stream"),
    "wide_and_said": (TEXT.encode("utf-16"), "application/json; charset=utf-16"),
    "unnamed": (TEXT.encode(), ""),
    "plain_text": (TEXT.encode("latin-1"), "text/plain"),
    "broken": (TEXT.encode("latin-1"), "application/json"),
}


def answer(request):
    body, kind = BODIES[request.path.strip("/")]
    return Answer(body, headers={"Content-Type": kind})


def run(dlt, tmp):
    from dlt.sources.helpers import requests
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.rest_api import rest_api_source

    with api(answer) as served:
        detected = [{"name": name} for name in BODIES]
        named = [{"name": f"{n}_named", "endpoint": {"path": n, "data_selector": "items"}} for n in BODIES]
        config = {"client": {"base_url": served.url, "paginator": "single_page"}, "resources": [*detected, *named]}
        dlt.pipeline("case", destination="duckdb", dataset_name="data").run(rest_api_source(config))
        seen = {}
        for name in BODIES:
            pages = RESTClient(served.url).paginate(name, data_selector="items")
            seen[name] = [[page.response.json()["total"], page[0]["name"]] for page in pages]
            seen[name] += [
                requests.get(f"{served.url}/{name}").json()["items"],
                RESTClient(served.url).get(name).json(),
            ]
        return seen
