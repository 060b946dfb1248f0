{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id', predicates=['id <> 1']) }}
select i as id, {{ var('round') }} as round from range(3) t(i)
