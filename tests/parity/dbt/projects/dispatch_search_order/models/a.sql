select {{ helper.greeting() }} as greeting, {{ helper.farewell() }} as farewell
