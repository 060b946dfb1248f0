{{ config(alias='renamed', tags=['t']) }}
select '{{ this }}' as this, '{{ this.schema }}' as this_schema, '{{ target.name }}' as target_name, '{{ target.schema }}' as target_schema,
    {{ target.threads }} as threads, '{{ target.type }}' as target_type, '{{ model.name }}' as name, '{{ model.unique_id }}' as unique_id,
    '{{ model.config.materialized }}' as materialized, '{{ project_name }}' as project, '{{ schema }}.{{ database }}' as places,
    '{{ flags.FULL_REFRESH }}' as full_refresh, '{{ model.tags | join }}' as tags
