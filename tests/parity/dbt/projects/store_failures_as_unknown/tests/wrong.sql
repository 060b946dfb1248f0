{{ config(store_failures_as='cube') }}
select 1 as id from {{ ref('one') }}
