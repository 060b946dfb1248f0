select 1 as id, {'a': 1, 'b': {'c': 'x'}} as details
