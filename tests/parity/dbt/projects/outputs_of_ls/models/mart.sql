{{ config(materialized='table') }} select count(*) as n, {{ var('factor', 1) }} as factor from {{ ref('stg') }}
