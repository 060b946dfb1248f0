def helper(value):
    return 1 / value


def model(dbt, session):
    return helper(0)
