"""An authentication of the user's own, as an object and by name."""

from __future__ import annotations

import os

from api import load


def answer(request):
    return [{"signed": request.headers.get("X-Signed")}]


def run(dlt, tmp):
    from dlt.common.configuration import configspec
    from dlt.sources.helpers.rest_client.auth import AuthConfigBase
    from dlt.sources.rest_api.config_setup import register_auth

    os.environ["SOURCES__REST_API__CREDENTIALS__KEY"] = "k2"

    @configspec
    class Signed(AuthConfigBase):
        key: str = None

        def __call__(self, request):
            request.headers["X-Signed"] = f"{self.key}:{request.method}"
            return request

    register_auth("signed", Signed)
    resources = [
        {"name": "instance", "endpoint": {"path": "a", "auth": Signed(key="k1")}},
        {"name": "typed", "endpoint": {"path": "b", "auth": {"type": "signed"}}},
    ]
    return load(dlt, answer, {"resources": resources})
