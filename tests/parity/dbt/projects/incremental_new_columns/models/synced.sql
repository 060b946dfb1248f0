{{ config(materialized='incremental', on_schema_change='sync_all_columns') }} select 1 as a {% if var('wide', false) %}, 2 as b{% else %}, 'x' as gone{% endif %}
