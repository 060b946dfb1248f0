"""Between client and server: packed answers, redirects and their methods, cookies, a login in the URL."""

from __future__ import annotations

import gzip
import json
import zlib

from api import Answer, api

PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw": lambda body: zlib.compress(body, wbits=-15),
}


def answer(request):
    kind, _, detail = request.path.strip("/").partition("/")
    row = {"method": request.method, "body": request.json, "cookie": request.headers.get("Cookie")}
    items = {"items": [{**row, "path": request.path, "login": request.headers.get("Authorization")}]}
    if kind == "packed":
        name = "deflate" if detail == "raw" else detail
        return Answer(PACKERS[detail](json.dumps(items).encode()), headers={"Content-Encoding": name})
    if kind == "moved":
        return Answer(b"", int(detail), {"Location": f"{request.base}/there/{detail}"})
    if kind == "cookies":
        following = {"a": "b", "b": "c"}.get(detail)
        given = {"a": "ticket=7; Path=/", "b": "ticket=; Path=/; Max-Age=0"}.get(detail)
        return Answer(
            {**items, "next": following and f"{request.base}/cookies/{following}"},
            headers={"Set-Cookie": given} if given else {},
        )
    return items


def run(dlt, tmp):
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator, SinglePagePaginator

    with api(answer) as served:

        def read(path, base=served.url, paginator=None, **options):
            client = RESTClient(base)
            yield from client.paginate(
                path, paginator=paginator or SinglePagePaginator(), data_selector="items", **options
            )

        @dlt.resource(name="packed")
        def packed():
            for codec in PACKERS:
                yield from read(f"packed/{codec}")

        @dlt.resource(name="moved")
        def moved():
            for status in (301, 302, 303, 307, 308):
                yield from read(f"moved/{status}")
                yield from read(f"moved/{status}", method="POST", json={"q": 1})

        @dlt.resource(name="cookies")
        def cookies():
            yield from read("cookies/a", paginator=JSONLinkPaginator("next"))

        @dlt.resource(name="login")
        def login():
            yield from read("in", base=served.url.replace("//", "//ann:p%40ss@"))

        dlt.pipeline("case", destination="duckdb", dataset_name="data").run([packed, moved, cookies, login])
        return served.asked("Cookie", "Authorization", body=True)
