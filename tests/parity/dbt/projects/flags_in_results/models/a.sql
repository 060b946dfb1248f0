select 1 as id, {{ var('word', 2) | string | length }} as n
