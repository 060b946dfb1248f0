{{ config(materialized='table') }} select * from {{ ref('numbers') }} union all select * from {{ ref('inline') }}
