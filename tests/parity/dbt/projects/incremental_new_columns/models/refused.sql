{{ config(materialized='incremental', on_schema_change='fail') }} select 1 as a {% if var('wide', false) %}, 2 as b{% endif %}
