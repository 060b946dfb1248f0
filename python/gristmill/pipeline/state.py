"""The pipeline's state as dlt writes it: versions by content, and a local part that never leaves the machine."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gristmill import typed_json
from gristmill.configuration.workspace import local_dir

State = dict[str, Any]
ENGINE_VERSION = 4
_NOT_HASHED = ("_local", "_state_version", "_state_engine_version", "_version_hash")


def default_state() -> State:
    """The state of a pipeline that never ran."""
    return {
        "_state_version": 0,
        "_state_engine_version": ENGINE_VERSION,
        "_local": {
            "first_run": True,
            "initial_cwd": str(local_dir().absolute()),
            "last_run_context": None,
        },
    }


def state_hash(state: State) -> str:
    """Changes when what is remembered changes."""
    return typed_json.content_hash({k: v for k, v in state.items() if k not in _NOT_HASHED})


def bump(state: State) -> str:
    """Raise the version if the content changed; gives the hash."""
    now, before = state_hash(state), state.get("_version_hash")
    if before and now != before:
        state["_state_version"] += 1
    state["_version_hash"] = now
    return now


def migrated(state: State) -> State:
    """A state of an older engine in today's form."""
    state.setdefault("_local", {})
    if state["_state_engine_version"] < ENGINE_VERSION:
        for kind in ("destination", "staging"):
            if value := state.pop(kind, None):
                state[f"{kind}_type"] = value
                state[f"{kind}_name"] = None
        state["_state_engine_version"] = ENGINE_VERSION
    return state


def mark_extracted(state: State) -> None:
    """Note that this state is on its way to the destination."""
    state["_local"]["_last_extracted_at"] = dt.datetime.now(dt.UTC)
    state["_local"]["_last_extracted_hash"] = state["_version_hash"]
