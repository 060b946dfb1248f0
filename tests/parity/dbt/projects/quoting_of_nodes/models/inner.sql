{{ config(materialized='ephemeral') }}
select * from {{ ref('grown') }}
