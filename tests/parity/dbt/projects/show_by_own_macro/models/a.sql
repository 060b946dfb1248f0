select * from (values (1, 'Zürich'), (2, 'Genève')) as places(id, name)
