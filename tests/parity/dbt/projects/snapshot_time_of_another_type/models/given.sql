select 1 as id, '2024-01-01' as name, date '2024-01-01' as day, timestamp '2024-01-01' as moment
