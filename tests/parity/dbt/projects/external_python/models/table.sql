{{ config(materialized='table') }}
select f.*, n.id as other from {{ ref('frame') }} f left join {{ ref('nothing') }} n on true
