select id, upper(kind) as kind from {{ ref('raw') }}
