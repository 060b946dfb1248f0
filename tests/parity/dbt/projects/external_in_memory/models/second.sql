{{ config(materialized='external', format='csv') }}
select f.id, f.name, p.name as part from {{ ref('first') }} f join {{ ref('parts') }} p using (id)
