select id, name, score from {{ ref('people') }} where active
