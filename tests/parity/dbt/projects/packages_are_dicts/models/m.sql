select {{ pk.top() }} as t, {{ pk.disp() }} as d, '{{ pk.get('one')(2) }}' as o
