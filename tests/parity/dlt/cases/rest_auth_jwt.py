"""A signed JWT is traded for a token."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import OAuthJWTAuth
from server import url


def run(dlt, work_dir):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    auth = OAuthJWTAuth(client_id="ann", private_key=pem, auth_endpoint=url("token"), scopes=["a", "b"])
    pages = RESTClient(url(), auth=auth).paginate("auth/oauth")
    return {"pages": [len(page) for page in pages], "scopes": auth.scopes, "claims": sorted(auth.create_jwt_payload())}
