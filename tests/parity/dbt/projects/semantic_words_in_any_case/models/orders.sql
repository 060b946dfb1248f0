select 1 as id, cast('2024-01-01' as date) as at
