"""What the destination remembers of a pipeline, taken over where it is newer than what the working directory has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gristmill import names
from gristmill.pipeline.state import State, migrated, state_hash
from gristmill.schema import Schema

if TYPE_CHECKING:
    from gristmill.pipeline.kept import KeptPipeline


def take_newer(pipeline: KeptPipeline) -> None:
    """Take the state and the schemas that the destination holds, where they are newer."""
    from gristmill import _core

    local = pipeline._read_state()
    found: Any = None
    place = pipeline._required_destination("sync")
    if not place.keeps_state:
        place.ensure_configured(pipeline.pipeline_name)
        return
    if place.may_exist(pipeline.pipeline_name, pipeline.working_dir):
        with pipeline._connected("sync") as connection:
            found = _core.restore(connection, pipeline._normalized_dataset(), pipeline.pipeline_name)
    remote = cast("State | None", (found or {}).get("state"))
    pipeline._follows = (pipeline._normalized_dataset(), (found or {}).get("state_hash") or "")
    names.later_than((found or {}).get("last_load_id"))
    if remote is None:
        if found is None and pipeline.has_data and not pipeline.has_pending_data:
            # The dataset is gone: what is kept here speaks of data that is not there any more.
            pipeline._dir.wipe(keep_failed=True)
            pipeline._dir.create()
            pipeline.default_schema_name = None
            pipeline.first_run = True
        return
    remote = migrated(remote)
    schemas = {s["name"]: s for s in found["schemas"]}
    if _is_newer(pipeline, remote, local):
        remote["_local"] = {**local["_local"], "first_run": False}
        remote["dataset_name"] = pipeline.dataset_name
        remote["_version_hash"] = state_hash(remote) if "_version_hash" not in remote else remote["_version_hash"]
        remote["_local"]["_last_extracted_hash"] = remote["_version_hash"]
        pipeline._dir.clear_schemas()
        pipeline._restore_props(remote)
        for name in remote.get("schema_names") or ():
            if name in schemas:
                pipeline._dir.write_schema(Schema.from_dict(schemas[name]))
        pipeline._dir.create()
        pipeline._dir.write_state(remote)
    else:
        for name in local.get("schema_names") or ():
            if name in schemas and pipeline._dir.read_schema(name) is None:
                pipeline._dir.write_schema(Schema.from_dict(schemas[name]))
    pipeline.first_run = False


def _is_newer(pipeline: KeptPipeline, remote: State, local: State) -> bool:
    if remote.get("_version_hash") == local.get("_version_hash"):
        return False
    was_sent = local.get("_version_hash") == local["_local"].get("_last_extracted_hash")
    if was_sent and not pipeline.has_pending_data:
        # The local state was sent and nothing waits, so the destination is right, whatever the numbers say.
        return True
    return remote["_state_version"] >= local["_state_version"]
