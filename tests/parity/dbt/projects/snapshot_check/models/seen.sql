{{ config(materialized='table') }}
select 'ignored' as what, id, part, name, changed, dbt_valid_to is not null as ended, dbt_valid_to - dbt_valid_from as lasted, null as is_deleted from {{ ref('ignored') }}
union all select 'ended', id, part, name, changed, dbt_valid_to is not null, null, null from {{ ref('ended') }}
union all select 'followed', id, part, name, changed, dbt_valid_to is not null, null, dbt_is_deleted from {{ ref('followed') }}
union all select 'every', id, part, name, changed, dbt_valid_to is not null, null, null from {{ ref('every') }}
