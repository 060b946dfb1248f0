"""An auth that is a spec takes its secret from the configuration."""

import os

from dlt.common.configuration.resolve import resolve_configuration
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth, OAuth2ClientCredentials
from server import TOKEN, url


def run(dlt, work_dir):
    os.environ["SOURCES__SHOP__CREDENTIALS__TOKEN"] = TOKEN
    os.environ["SOURCES__KEYED__CREDENTIALS__API_KEY"] = TOKEN
    os.environ["SOURCES__KEYED__CREDENTIALS__NAME"] = "X-Api-Key"
    os.environ["SOURCES__O__CREDENTIALS__CLIENT_ID"] = "ann"
    os.environ["SOURCES__O__CREDENTIALS__CLIENT_SECRET"] = TOKEN
    os.environ["SOURCES__O__CREDENTIALS__ACCESS_TOKEN_URL"] = url("token")
    bearer = resolve_configuration(BearerTokenAuth(), sections=("sources", "shop"))
    keyed = resolve_configuration(APIKeyAuth(), sections=("sources", "keyed"))
    oauth = resolve_configuration(OAuth2ClientCredentials(access_token_request_data={}), sections=("sources", "o"))
    return {
        "bearer": [len(page) for page in RESTClient(url(), auth=bearer).paginate("auth/bearer")],
        "keyed": [len(page) for page in RESTClient(url(), auth=keyed).paginate("auth/header")],
        "oauth": [len(page) for page in RESTClient(url(), auth=oauth).paginate("auth/oauth")],
    }
