{{ config(materialized='incremental', unique_key='id') }} select * from (values (null::int), (1)) v(id), (values ({{ var('round') }})) r(round)
