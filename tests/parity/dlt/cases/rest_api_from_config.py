"""The whole configuration in `config.toml`, secrets in `secrets.toml`."""

from __future__ import annotations

from api import api


def answer(request):
    return [{"id": 1, "token": request.headers.get("Authorization"), **request.query}]


CONFIG = """
[sources.rest_api]
resources = ["users", {name = "posts", endpoint = {path = "blog/posts", params = {limit = 5}}}]

[sources.rest_api.resource_defaults]
primary_key = "id"
write_disposition = "merge"
"""


def run(dlt, tmp):
    with api(answer) as served:
        (tmp / ".dlt").mkdir()
        (tmp / ".dlt" / "config.toml").write_text(CONFIG)
        secrets = f'[sources.rest_api.client]\nbase_url = "{served.url}"\nauth = {{token = "s3cr3t"}}\n'
        (tmp / ".dlt" / "secrets.toml").write_text(secrets)
        from dlt.sources.rest_api import rest_api

        pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
        pipeline.run(rest_api())
        token = dlt.secrets["sources.rest_api.client.auth.token"]
        pipeline.run(rest_api(client={"base_url": served.url, "auth": {"type": "bearer", "token": f"{token}!"}}))
        return served.asked("Authorization")
