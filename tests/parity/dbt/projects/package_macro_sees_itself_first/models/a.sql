select {{ helper.whole() }} as a, {{ part() }} as b
