select * from (values (1, 'x'), (2, 'y')) t(id, kind)
