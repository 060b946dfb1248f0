select * from (values (1), (9), (8), (null)) t(a_id)
