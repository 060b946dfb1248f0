a+b
