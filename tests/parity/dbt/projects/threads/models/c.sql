{{ config(materialized='table') }} select * from {{ ref('b1') }} union all select * from {{ ref('b2') }} union all select * from {{ ref('b3') }} union all select * from {{ ref('b4') }}
