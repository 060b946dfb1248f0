"""The module where dlt keeps what a configuration is made of; here it lives in files of one idea each."""

from __future__ import annotations

from gristmill.common.utils import exclude_keys
from gristmill.sources.rest_api.actions import create_response_hooks
from gristmill.sources.rest_api.fetch import (
    build_parent_record,
    make_parent_key_name,
)
from gristmill.sources.rest_api.incremental import (
    IncrementalParam,
    convert_incremental_values,
    setup_incremental_object,
)
from gristmill.sources.rest_api.placeholders import DirectKeyFormatter, expand_placeholders
from gristmill.sources.rest_api.registry import (
    AUTH_MAP,
    PAGINATOR_MAP,
    create_auth,
    create_paginator,
    get_auth_class,
    get_paginator_class,
    register_auth,
    register_paginator,
)

__all__ = [
    "AUTH_MAP",
    "PAGINATOR_MAP",
    "DirectKeyFormatter",
    "IncrementalParam",
    "build_parent_record",
    "convert_incremental_values",
    "create_auth",
    "create_paginator",
    "create_response_hooks",
    "exclude_keys",
    "expand_placeholders",
    "get_auth_class",
    "get_paginator_class",
    "make_parent_key_name",
    "register_auth",
    "register_paginator",
    "setup_incremental_object",
]
