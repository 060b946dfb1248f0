{{ config(materialized='table') }}
select 'x' as name, 1::integer as id, 2.5::decimal(10,2) as price, true as flag, now()::date is not null as dated
