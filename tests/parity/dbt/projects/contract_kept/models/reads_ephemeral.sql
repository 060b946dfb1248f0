{{ config(materialized='table') }}
select anything from {{ ref('an_ephemeral') }}
