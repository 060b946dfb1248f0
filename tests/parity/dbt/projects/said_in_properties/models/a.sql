{{ config(tags='of_code') }} select 1 as id, '{{ model.columns.id.policy_tags | join }} {{ model.tags | join(",") }}' as told
