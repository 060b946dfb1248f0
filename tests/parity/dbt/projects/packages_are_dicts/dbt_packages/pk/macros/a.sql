{% macro one(x=1) %}one{{ x }}{% endmacro %}
{% macro _under() %}{{ return({'x': 1}) }}{% endmacro %}
{% macro _helper(a) %}{% do return(a) %}{% endmacro %}
{% macro top() %}{% set a = pk._helper(4) %}{% set z = pk._under() %}{{ a }} + {{ z['x'] }}{% endmacro %}
{% macro disp() %}{{ return(adapter.dispatch('disp','pk')()) }}{% endmacro %}
{% macro default__disp() %}5{% endmacro %}
