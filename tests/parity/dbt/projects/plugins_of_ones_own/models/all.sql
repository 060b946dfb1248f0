{{ config(materialized='table') }}
select plus_one(n) as n, told, settings, "all", getvariable('from_plugin') as var, current_setting('threads')::int as threads
from {{ source('made', 'plain') }}
