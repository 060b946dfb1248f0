select * from (values (1, 'x', 5), (1, 'x', 15), (2, 'y', -1), (3, 'z', null)) t(id, kind, n)
