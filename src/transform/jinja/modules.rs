//! The Python modules that dbt gives to templates: `modules.datetime`, `modules.re`, `modules.pytz`, `modules.itertools`.

pub(super) mod datetime;
