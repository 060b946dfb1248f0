{{ config(materialized='table') }}
-- depends_on: {{ ref('parent') }}
select 10 as id, 1 as parent_id
