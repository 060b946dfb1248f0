select i as n, i % 2 as odd from range(10) t(i)
