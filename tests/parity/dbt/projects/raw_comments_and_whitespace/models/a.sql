{# a comment with {{ ref('nothing') }} in it #}
select {% raw %}'{{ not jinja }}'{% endraw %} as raw_text,
    {%- if true %} 1 {%- endif %} as trimmed, -- {{ "a line comment is still rendered" }}
    '{{ "{{" }}' as braces, '{{ '}}' }}' as closing
