{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', batch_size='hour', begin='2024-01-01', concurrent_batches=false) }}
select id, moment, note from {{ ref('daily') }}
