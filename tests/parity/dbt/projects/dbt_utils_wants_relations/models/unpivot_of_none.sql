{% if execute %}{% do dbt_utils.unpivot(none) %}{% endif %} select 1 as id
