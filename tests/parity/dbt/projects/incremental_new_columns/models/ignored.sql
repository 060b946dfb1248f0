{{ config(materialized='incremental') }} select 1 as a {% if var('wide', false) %}, 2 as b{% endif %}
