{{ config(materialized='incremental', unique_key=['id', 'id2'], incremental_predicates=['DBT_INCREMENTAL_TARGET.id > 0']) }}
select i as id, i as id2, {{ var('round') }} as round from range(3) t(i)
