{{ config(materialized='table') }}
select '{{ graph.functions.values() | map(attribute="name") | sort | join(" ") if execute }}' as known
