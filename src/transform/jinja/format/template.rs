//! `"{}".format(x)`.
