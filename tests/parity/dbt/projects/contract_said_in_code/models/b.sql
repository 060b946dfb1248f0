{{ config(contract={'enforced': true}, materialized='table') }}
select 1 as id
