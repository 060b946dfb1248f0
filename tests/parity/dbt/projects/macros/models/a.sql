select {{ cents('1234') }} as c, {{ both('500') }}, {{ both(a='250', b='given') | replace('first', 'third') | replace('second', 'fourth') }}, {{ listed(1, 2, x=3) }} as total
