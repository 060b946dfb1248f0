"""A token is asked for with an id and a secret, and used until it is too old."""

from __future__ import annotations

from api import Answer, api, rows

TOKENS = []


def answer(request):
    if request.path == "/token":
        TOKENS.append(request.body.decode())
        return {"access_token": f"t{len(TOKENS)}", "expires_in": 0 if len(TOKENS) == 1 else 3600}
    if not request.headers.get("Authorization", "").startswith("Bearer t"):
        return Answer({"error": "who are you"}, 401)
    page = request.number("page", 0)
    return rows(page * 2, 2, 4)


def run(dlt, tmp):
    with api(answer) as served:
        from dlt.sources.rest_api import rest_api_source

        auth = {
            "type": "oauth2_client_credentials",
            "access_token_url": f"{served.url}/token",
            "client_id": "id",
            "client_secret": "secret",
            "access_token_request_data": {"scope": "read"},
        }
        paginator = {"type": "page_number", "total_path": None}
        client = {"base_url": served.url, "auth": auth, "paginator": paginator}
        source = rest_api_source({"client": client, "resources": ["rows"]})
        dlt.pipeline("case", destination="duckdb", dataset_name="data").run(source)
        return [TOKENS, served.asked("Authorization")]
