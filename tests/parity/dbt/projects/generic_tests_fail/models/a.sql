select * from (values (1, 'x'), (1, 'z'), (null, null), (2, 'q'), (2, 'x'), (2, 'y')) t(id, kind)
