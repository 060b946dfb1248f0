"""Each way of logging in, on all pages."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2AuthBase,
    OAuth2ClientCredentials,
)
from server import TOKEN, url


def run(dlt, work_dir):
    auths = {
        "bearer": BearerTokenAuth(token=TOKEN),
        "basic": HttpBasicAuth("ann", TOKEN),
        "header": APIKeyAuth(name="X-Api-Key", api_key=TOKEN, location="header"),
        "query": APIKeyAuth(name="api_key", api_key=TOKEN, location="query"),
        "oauth": OAuth2ClientCredentials(access_token_url=url("token"), client_id="ann", client_secret=TOKEN),
    }
    found = {
        name: [[item["id"] for item in page] for page in RESTClient(url(), auth=auth).paginate(f"auth/{name}")]
        for name, auth in auths.items()
    }
    fixed = RESTClient(url(), auth=OAuth2AuthBase(access_token=TOKEN + "-oauth"))
    found["fixed"] = [len(page) for page in fixed.paginate("auth/oauth")]
    found["for one call"] = [len(page) for page in RESTClient(url()).paginate("auth/bearer", auth=auths["bearer"])]
    return found
