select * from {% call wrapped('t') %} select {% call(n) each([1, 2]) %}{{ n }} as c{{ n }}{% endcall %} {% endcall %}
