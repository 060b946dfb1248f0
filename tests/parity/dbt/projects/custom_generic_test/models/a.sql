select * from (values (1), (5)) t(n)
