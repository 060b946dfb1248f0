select {{ function('in_python') }}(1) as x
