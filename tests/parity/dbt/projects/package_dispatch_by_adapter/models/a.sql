select {{ helper.say() }} as a, {{ helper.only() }} as b
