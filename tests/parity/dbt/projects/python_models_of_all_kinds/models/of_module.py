from helping_hand import doubled


def model(dbt, session):
    dbt.config(packages=["pandas==2.0"])
    return doubled(dbt.ref("a").df())
