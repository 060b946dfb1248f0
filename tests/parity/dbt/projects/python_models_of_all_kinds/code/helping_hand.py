def doubled(frame):
    frame["doubled"] = frame["id"] * 2
    return frame
