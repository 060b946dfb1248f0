select 'x' as kind union all select 'y'
