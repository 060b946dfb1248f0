{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='moment', batch_size='month', begin='2024-01-01', incremental_predicates=['id > 0']) }}
select id, moment, note from {{ ref('renamed') }}
