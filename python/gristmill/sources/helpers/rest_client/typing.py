"""Types of the client, as dlt names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

HTTPMethodBasic = Literal["GET", "POST"]
HTTPMethodExtended = Literal["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
HTTPMethod = HTTPMethodBasic | HTTPMethodExtended
HookFunction = Callable[..., Any]
HookEvent = HookFunction | list[HookFunction]
Hooks = dict[str, HookEvent]
