"""A server that stands in for Amazon: the token endpoint, the Selling Partner catalogue and the Creators API.

It answers with the examples of Amazon's own API models, and enforces tokens, page sizes and rates, so that a pipeline can
be written and tested without credentials. `python -m gristmill.sources.amazon.mock -- COMMAND` runs a command against it.

>>> from gristmill.sources.amazon import selling_partner_catalog
>>> with Mock() as mock:
...     catalog = selling_partner_catalog("samsung", **mock.selling_partner)
...     [item["asin"] for item in catalog]
['B07N4M94X4']
"""

from __future__ import annotations

from gristmill.sources.amazon.mock.catalog import Catalog
from gristmill.sources.amazon.mock.server import Mock, Request

__all__ = ["Catalog", "Mock", "Request"]
