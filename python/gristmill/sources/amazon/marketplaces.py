"""Amazon's marketplaces: their ids, their names, and which of the three regions serves them."""

from __future__ import annotations

import difflib
from typing import Literal, NamedTuple

from gristmill.sources.amazon.problems import UnknownMarketplace

Region = Literal["na", "eu", "fe"]


class Marketplace(NamedTuple):
    """A shop of Amazon's."""

    id: str
    country: str
    name: str
    domain: str
    region: Region

    @property
    def host(self) -> str:
        """The name that the Creators API calls it by."""
        return f"www.{self.domain}"


MARKETPLACES = (
    Marketplace("ATVPDKIKX0DER", "US", "United States", "amazon.com", "na"),
    Marketplace("A2EUQ1WTGCTBG2", "CA", "Canada", "amazon.ca", "na"),
    Marketplace("A1AM78C64UM0Y8", "MX", "Mexico", "amazon.com.mx", "na"),
    Marketplace("A2Q3Y263D00KWC", "BR", "Brazil", "amazon.com.br", "na"),
    Marketplace("A28R8C7NBKEWEA", "IE", "Ireland", "amazon.ie", "eu"),
    Marketplace("A1RKKUPIHCS9HS", "ES", "Spain", "amazon.es", "eu"),
    Marketplace("A1F83G8C2ARO7P", "UK", "United Kingdom", "amazon.co.uk", "eu"),
    Marketplace("A13V1IB3VIYZZH", "FR", "France", "amazon.fr", "eu"),
    Marketplace("AMEN7PMS3EDWL", "BE", "Belgium", "amazon.com.be", "eu"),
    Marketplace("A1805IZSGTT6HS", "NL", "Netherlands", "amazon.nl", "eu"),
    Marketplace("A1PA6795UKMFR9", "DE", "Germany", "amazon.de", "eu"),
    Marketplace("APJ6JRA9NG5V4", "IT", "Italy", "amazon.it", "eu"),
    Marketplace("A2NODRKZP88ZB9", "SE", "Sweden", "amazon.se", "eu"),
    Marketplace("AE08WJ6YKNBMC", "ZA", "South Africa", "amazon.co.za", "eu"),
    Marketplace("A1C3SOZRARQ6R3", "PL", "Poland", "amazon.pl", "eu"),
    Marketplace("ARBP9OOSHTCHU", "EG", "Egypt", "amazon.eg", "eu"),
    Marketplace("A33AVAJ2PDY3EV", "TR", "Turkey", "amazon.com.tr", "eu"),
    Marketplace("A17E79C6D8DWNP", "SA", "Saudi Arabia", "amazon.sa", "eu"),
    Marketplace("A2VIGQ35RCS4UG", "AE", "United Arab Emirates", "amazon.ae", "eu"),
    Marketplace("A21TJRUUN4KGV", "IN", "India", "amazon.in", "eu"),
    Marketplace("A19VAU5U5O7RUS", "SG", "Singapore", "amazon.sg", "fe"),
    Marketplace("A39IBJ37TRP1C6", "AU", "Australia", "amazon.com.au", "fe"),
    Marketplace("A1VC38T7YXB528", "JP", "Japan", "amazon.co.jp", "fe"),
)
_ALSO = {"gb": "uk", "usa": "us", "great britain": "uk", "uae": "ae"}


def marketplace_of(name: str) -> Marketplace:
    """The marketplace with this id, country code, country or domain; capitals do not matter.

    Raises `UnknownMarketplace`, with the name that was probably meant.

    >>> marketplace_of("de").id, marketplace_of("www.amazon.co.jp").country, marketplace_of("ATVPDKIKX0DER").name
    ('A1PA6795UKMFR9', 'JP', 'United States')
    """
    wanted = name.strip().lower().removeprefix("https://").removeprefix("www.").rstrip("/")
    wanted = _ALSO.get(wanted, wanted)
    names = {part.lower(): m for m in MARKETPLACES for part in (m.id, m.country, m.name, m.domain)}
    if wanted in names:
        return names[wanted]
    close = difflib.get_close_matches(wanted, names, 1, 0.6)
    known = ", ".join(f"`{m.country}`" for m in MARKETPLACES)
    message = f"there is no marketplace `{name}`"
    if close:
        found = names[close[0]]
        raise UnknownMarketplace(message, hint=f"did you mean `{found.country}` ({found.name}, {found.id})?")
    raise UnknownMarketplace(message, hint=f"it is one of {known}, the id of one, or its domain")
