"""`dlt.pipeline(...)`, `dlt.attach(...)`, `dlt.run(...)`: arguments, then configuration, then defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gristmill import context
from gristmill.configuration.coerce import coerced
from gristmill.configuration.lookup import lookup
from gristmill.exceptions import (
    CannotRestorePipelineException,
    ConfigurationValueError,
    DestinationLoadingViaStagingNotSupported,
)
from gristmill.names import default_pipeline_name
from gristmill.pipeline.pipeline import Pipeline

if TYPE_CHECKING:
    from gristmill.load_info import LoadInfo


@dataclass
class Settings:
    """What a pipeline was made with."""

    pipeline_name: str
    pipelines_dir: str | None = None
    destination: Any = None
    destination_name: str | None = None
    dataset_name: str | None = None
    dataset_name_layout: str | None = None
    dev_mode: bool = False
    restore_from_destination: bool = True
    progress: Any = None
    refresh: str | None = None
    import_schema_path: str | None = None
    export_schema_path: str | None = None


def _find(name: str, kind: Any, default: Any = None) -> Any:
    found = lookup(name).value
    return default if found is None else coerced(name, found, kind)


def _configured_name() -> str:
    with context.in_sections(context.Sections(sections=("pipelines",))):
        return _find("pipeline_name", str) or default_pipeline_name()


def settings_for(pipeline_name: str | None, **given: Any) -> Settings:
    """Arguments that were not given come from `pipelines.<name>`, `<name>` or the root of the configuration."""
    name = pipeline_name or _configured_name()
    with context.in_sections(context.Sections(name, ("pipelines", name))):
        made = Settings(name)
        for field, kind, default in (
            ("pipelines_dir", str, None),
            ("dataset_name", str, None),
            ("dataset_name_layout", str, None),
            ("dev_mode", bool, False),
            ("restore_from_destination", bool, True),
            ("progress", str, None),
            ("refresh", str, None),
            ("import_schema_path", str, None),
            ("export_schema_path", str, None),
        ):
            value = given.get(field)
            setattr(made, field, value or _find(field, kind, default))
        made.destination = given.get("destination") or _find("destination_type", str)
        made.destination_name = _find("destination_name", str)
        for unsupported in ("staging", "staging_type"):
            if given.get(unsupported) or _find(unsupported, str):
                place = made.destination
                raise DestinationLoadingViaStagingNotSupported(getattr(place, "destination_name", None) or str(place))
    if made.dataset_name_layout and "%s" not in made.dataset_name_layout:
        message = "`dataset_name_layout` needs a `%s` where the dataset's name goes"
        raise ConfigurationValueError(message)
    return made


def pipeline(
    pipeline_name: str | None = None,
    pipelines_dir: Any = None,
    pipeline_salt: Any = None,
    destination: Any = None,
    staging: Any = None,
    dataset_name: str | None = None,
    import_schema_path: str | None = None,
    export_schema_path: str | None = None,
    full_refresh: bool | None = None,
    dev_mode: bool = False,
    refresh: str | None = None,
    progress: Any = None,
    _impl_cls: type[Pipeline] = Pipeline,
    **injection_kwargs: Any,
) -> Pipeline:
    """A pipeline by its name, made the active one; without arguments the active one, if there is one."""
    del pipeline_salt, injection_kwargs
    given = {
        "pipelines_dir": pipelines_dir,
        "destination": destination,
        "staging": staging,
        "dataset_name": dataset_name,
        "import_schema_path": import_schema_path,
        "export_schema_path": export_schema_path,
        "dev_mode": bool(full_refresh) or dev_mode,
        "refresh": refresh,
        "progress": progress,
    }
    active = context.active_pipeline()
    if active is not None and pipeline_name is None and not any(v for v in given.values()):
        return active
    made = _impl_cls(settings_for(pipeline_name, **given))
    made.activate()
    return made


def attach(
    pipeline_name: str | None = None,
    pipelines_dir: Any = None,
    pipeline_salt: Any = None,
    destination: Any = None,
    staging: Any = None,
    progress: Any = None,
    dataset_name: str | None = None,
    **injection_kwargs: Any,
) -> Pipeline:
    """A pipeline that ran before: from its working directory, else from the destination."""
    del pipeline_salt, injection_kwargs
    settings = settings_for(
        pipeline_name,
        pipelines_dir=pipelines_dir,
        destination=destination,
        staging=staging,
        progress=progress,
        dataset_name=dataset_name,
    )
    dev_mode, settings.dev_mode = settings.dev_mode, False
    made = Pipeline(settings, must_exist=True)
    del dev_mode
    if made._read_state().get("pipeline_name") is None:
        if made.destination is None:
            reason = "it never ran on this machine, and no destination was given to look in"
            raise CannotRestorePipelineException(made.pipeline_name, made.pipelines_dir, reason)
        made.sync_destination()
        if made.first_run:
            reason = f"dataset `{made.dataset_name}` at `{made.destination.destination_name}` does not know it"
            raise CannotRestorePipelineException(made.pipeline_name, made.pipelines_dir, reason)
    made.activate()
    return made


def run(
    data: Any,
    *,
    destination: Any = None,
    staging: Any = None,
    dataset_name: str | None = None,
    table_name: str | None = None,
    write_disposition: Any = None,
    columns: Any = None,
    schema: Any = None,
    loader_file_format: Any = None,
    table_format: Any = None,
    schema_contract: Any = None,
    refresh: str | None = None,
) -> LoadInfo:
    """Load data with the active pipeline, or with one that is named after the script."""
    return pipeline().run(
        data,
        destination=destination,
        staging=staging,
        dataset_name=dataset_name,
        table_name=table_name,
        write_disposition=write_disposition,
        columns=columns,
        schema=schema,
        loader_file_format=loader_file_format,
        table_format=table_format,
        schema_contract=schema_contract,
        refresh=refresh,
    )
