"""Amazon's catalogue, as sources: the Selling Partner API, the Creators API, and files of listings and reviews.

>>> import gristmill as dlt
>>> from gristmill.sources.amazon import selling_partner_catalog
>>> catalog = selling_partner_catalog(keywords=["samsung", "tv"], marketplace="US", credentials={
...     "client_id": "amzn1.application-oa2-client.1", "client_secret": "s", "refresh_token": "Atzr|r"})
>>> list(catalog.resources)
['catalog_items']

`dlt.pipeline("amazon", destination="duckdb", dataset_name="amazon_raw").run(catalog)` then loads `catalog_items` and the
tables below it. Credentials come from arguments, `AMAZON_*` environment variables or `.dlt/secrets.toml`; see
`gristmill.sources.amazon.credentials`. `python -m gristmill.sources.amazon.mock` is a server to try all of it without any.
Neither API gives reviews; those come from files.
"""

from __future__ import annotations

from gristmill.sources.amazon.clock import Clock
from gristmill.sources.amazon.creators import creators
from gristmill.sources.amazon.credentials import CreatorsCredentials, SellingPartnerCredentials
from gristmill.sources.amazon.files import files
from gristmill.sources.amazon.marketplaces import MARKETPLACES, Marketplace, marketplace_of
from gristmill.sources.amazon.problems import (
    AmazonError,
    CredentialsMissing,
    CredentialsRefused,
    LoginUnavailable,
    MalformedPage,
    PageTokenExpired,
    RequestRefused,
    UnknownMarketplace,
)
from gristmill.sources.amazon.selling_partner import selling_partner_catalog

__all__ = [
    "MARKETPLACES",
    "AmazonError",
    "Clock",
    "CreatorsCredentials",
    "CredentialsMissing",
    "CredentialsRefused",
    "LoginUnavailable",
    "MalformedPage",
    "Marketplace",
    "PageTokenExpired",
    "RequestRefused",
    "SellingPartnerCredentials",
    "UnknownMarketplace",
    "creators",
    "files",
    "marketplace_of",
    "selling_partner_catalog",
]
