{{ config(materialized='table') }}
select * from {{ source('made', 'as_view') }}
