select * from (values (1), (1)) t(id)
