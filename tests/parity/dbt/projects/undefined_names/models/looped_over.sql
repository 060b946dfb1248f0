select 1 as id {% for name in not_there.of(1).names[0].values() %}{{ name }}{% endfor %}
