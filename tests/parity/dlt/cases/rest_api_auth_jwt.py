"""A signed request for a token; the token logs in."""

from __future__ import annotations

import jwt
from api import api
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLAIMS = []


def answer(request):
    if request.path == "/token":
        assertion = dict(part.split("=", 1) for part in request.body.decode().split("&"))["assertion"]
        claims = jwt.decode(assertion, KEY.public_key(), algorithms=["RS256"], audience=request.base + "/token")
        CLAIMS.append(
            {name: claims[name] for name in ("iss", "sub", "scope")} | {"lives": claims["exp"] - claims["iat"]}
        )
        return {"access_token": "t", "expires_in": 3600}
    return [{"token": request.headers.get("Authorization"), **request.query}]


def run(dlt, tmp):
    from dlt.sources.helpers.rest_client.auth import OAuthJWTAuth
    from dlt.sources.rest_api import rest_api_source

    pem = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    with api(answer) as served:
        auth = OAuthJWTAuth(
            client_id="me", private_key=pem, auth_endpoint=served.url + "/token", scopes=["read", "write"]
        )
        config = {"client": {"base_url": served.url, "auth": auth}, "resources": ["a", "b"]}
        dlt.pipeline("case", destination="duckdb", dataset_name="data").run(rest_api_source(config))
        return [CLAIMS[0], served.asked("Authorization")]
