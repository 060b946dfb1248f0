{{ config(materialized='table') }}
select 'two' as id
