import pandas as pd


def model(dbt, session):
    frame = dbt.ref("a").df()
    frame["twice"] = frame["id"] * 2
    return frame
