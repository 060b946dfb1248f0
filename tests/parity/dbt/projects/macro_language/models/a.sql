{% set counts = {} %}
{% for word in ['a', 'b', 'a'] %}{% do counts.update({word: counts.get(word, 0) + 1}) %}{% endfor %}
{% set body %}
    {% for key, value in counts.items() %}select '{{ key }}' as word, {{ value }} as n{{ ' union all ' if not loop.last }}{% endfor %}
{% endset %}
with counted as ({{ body }})
select counted.*, {{ evens(7) | length }} as evens, {{ first_over(evens(9), 3) }} as over, '{{ first_over([], 0) }}' as nothing,
    {{ evens(5)[-1] }} as last_even, '{{ "x" if evens(0) else "empty" }}' as word_for_none
from counted
