{{ config(materialized='incremental', pre_hook=before_begin("insert into log values ('before c', 0)"), post_hook="insert into log select 'grown', count(*) from {{ this }}") }}
select n, {{ is_incremental() }} as more from {{ ref('b') }}
