select n + 2 as m from {{ ref('numbers') }}
