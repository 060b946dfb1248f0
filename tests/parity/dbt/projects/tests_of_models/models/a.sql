select * from (values (1, 'x'), (1, 'y')) t(id, kind)
