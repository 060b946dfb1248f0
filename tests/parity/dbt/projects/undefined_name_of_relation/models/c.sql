-- depends_on: {{ ref('a') }}
select '{{ adapter.get_relation(target.database, target.schema, nothing_there) }}' as found
