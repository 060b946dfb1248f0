select i as n, null::int as nothing from range(5) t(i)
