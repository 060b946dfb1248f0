"""A response hook of one's own takes the place of the check: an error that it lets pass is a page without records."""

from __future__ import annotations

from api import Answer, api


def answer(request):
    if request.path == "/gone":
        return Answer({"error": "gone"}, 410)
    page = request.number("page", 1)
    if page == 3:
        return Answer({"message": "no such page"}, 404)
    return {"items": [{"id": page}], "next": f"{request.base}/rows?page={page + 1}"}


def run(dlt, tmp):
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator, SinglePagePaginator

    seen = []

    def look(response, *args, **kwargs):
        seen.append(response.status_code)

    def pages(path, hooks, paginator=None):
        client = RESTClient(served.url, paginator=paginator or JSONLinkPaginator("next"), data_selector="items")
        return [[page.response.status_code, list(page)] for page in client.paginate(path, hooks=hooks)]

    with api(answer) as served:
        found = [
            pages("rows", {"response": [look]}),
            pages("gone", {"response": look}),
            pages("gone", {"response": [look, look]}, SinglePagePaginator()),
        ]
    return [found, seen]
