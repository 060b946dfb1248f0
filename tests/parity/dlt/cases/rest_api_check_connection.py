"""Whether a source answers."""

from __future__ import annotations

from api import api


def answer(request):
    return [{"id": 1}] if request.path == "/good" else None


def run(dlt, tmp):
    from dlt.sources.rest_api import check_connection, rest_api_source

    with api(answer) as served:
        source = rest_api_source({"client": {"base_url": served.url}, "resources": ["good", "bad"]})
        good = check_connection(source, "good")
        bad = check_connection(source, "bad")
        return [good, bad[0], bool(bad[1]), served.asked()]
