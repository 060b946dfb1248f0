{{ config(database='other', materialized='table', schema='apart') }}
select * from {{ ref('letters') }}
