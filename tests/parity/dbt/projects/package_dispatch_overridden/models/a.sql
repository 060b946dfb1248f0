select {{ helper.say(1) }} as a
