{{ config(enabled=(target.name == 'dev'), materialized='table') }}
select * from given.main.made
