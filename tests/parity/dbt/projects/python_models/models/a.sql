select i as id from range(3) t(i)
