{{ config(materialized='incremental', sql_header="set variable header_ran = 1;") }}
{% set newest = run_query('select max(id) from ' ~ this).columns[0].values()[0] if is_incremental() else -1 %}
select id, getvariable('header_ran') as header from {{ ref('events') }} where id > {{ newest }}
