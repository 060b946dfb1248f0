{{ config(materialized='table') }} select * from {{ ref('numbers').render() }} union all select * from {{ ref('numbers') }}
