{{ config(materialized='in_steps', last='create table steps_end as select 1 as x') }}
select 1 as x
