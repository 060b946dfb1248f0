select 1 as "from", 2 as "Mixed Case"
