sum(x)
