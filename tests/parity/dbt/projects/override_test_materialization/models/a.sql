select null as n
