{{ config(materialized='table') }}
select *, 'read' as how from {{ ref('stored') }}
