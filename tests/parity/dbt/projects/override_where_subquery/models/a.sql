select unnest([1, 2, 2]) as n
