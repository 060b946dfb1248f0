{% if execute %}{% do dbt_utils.union_relations(['main.base']) %}{% endif %} select 1 as id
