{{ config(enabled=(target.name == 'dev'), database='given', materialized='table') }}
select 2 as id
