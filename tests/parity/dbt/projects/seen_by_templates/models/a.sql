{{ config(materialized='table', meta={'a': none}) }}
select 1 as id, '{{ names_of(model) if execute }}' as fields, '{{ names_of(model.config) if execute }}' as config,
    '{{ model.config.get("group", "none") if execute }}' as owners, '{{ model.get("version", "none") if execute }}' as version,
    '{{ model.columns.id.keys() | sort | join(" ") if execute }}' as id_fields, $${{ model.config.meta if execute }}$$ as meta,
    '{{ builtins.var("absent", "built in") }}' as var, '{{ builtins.adapter.type() }}' as adapter, '{{ context["fromjson"]("[1]")[0] }}' as json,
    '{{ adapter.quote_seed_column("x", none) }}' as column, '{{ sql_now if execute }}' as now, '{{ this.to_dict()["path"]["identifier"] if execute }}' as path
