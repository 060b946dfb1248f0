{{ config(materialized='external', location='out/threads', options={'per_thread_output': true, 'overwrite_or_ignore': true}, parquet_read_options={'union_by_name': true}) }}
select 1 as id
