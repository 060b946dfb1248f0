{% if execute %}{% do dbt_utils.nullcheck_table(none) %}{% endif %} select 1 as id
