select {{ function('f') }}(1) as x
