{% if execute %}{% do dbt_utils.star('main.base') %}{% endif %} select 1 as id
