select {{ helper.say() }} as a
