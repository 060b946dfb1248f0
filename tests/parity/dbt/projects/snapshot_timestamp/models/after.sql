select id, name, dbt_valid_to is null as is_current from {{ ref('raws') }}
