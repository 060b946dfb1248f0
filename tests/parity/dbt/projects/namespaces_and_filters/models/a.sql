{%- set ns = namespace(total=0) -%}
{%- for n in [3, 4] -%}{%- set ns.total = ns.total + n -%}{%- endfor -%}
select
    {{ ns.total }} as total,
    '{{ " Trim Me " | trim | lower | replace(" ", "_") }}' as slug,
    '{{ ["b", "a"] | sort | join }}' as sorted,
    {{ [1, 2, 3] | sum }} as summed,
    {{ [1, 5, 2] | max }} as biggest,
    '{{ "abc"[1:] ~ 1 }}' as cut,
    {{ 7 // 2 }} as floored, {{ 2 ** 3 }} as power,
    '{{ undefined_name is defined }}' as is_defined,
    '{{ {"a": 1} | tojson }}' as as_json,
    '{{ "%05.1f" | format(3.14159) }}' as formatted,
    '{{ (1, 2) is iterable and "x" is string and none is none }}' as tested
