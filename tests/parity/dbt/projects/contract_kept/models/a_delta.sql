{{ config(materialized='incremental', unique_key='id') }}
select 'x' as name, {{ 2 if is_incremental() else 1 }}::bigint as id
