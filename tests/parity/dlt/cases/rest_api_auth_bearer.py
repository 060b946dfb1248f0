"""A token: in short, with its type, as an object, and from the secrets."""

from __future__ import annotations

from api import load


def answer(request):
    return [{"token": request.headers.get("Authorization")}]


def run(dlt, tmp):
    from dlt.sources.helpers.rest_client.auth import BearerTokenAuth

    dlt.secrets["shop_token"] = "s3"
    forms = {
        "short": {"token": "s1"},
        "typed": {"type": "bearer", "token": "s2"},
        "secret": {"token": dlt.secrets["shop_token"]},
        "instance": BearerTokenAuth("s4"),
    }
    resources = [{"name": n, "endpoint": {"path": n, "auth": a}} for n, a in forms.items()]
    return load(dlt, answer, {"resources": resources})
