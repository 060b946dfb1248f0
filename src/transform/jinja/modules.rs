//! The Python modules that dbt gives to templates: `modules.datetime`, `modules.re`, `modules.pytz`, `modules.itertools`.

pub(super) mod datetime;

use super::Value;

/// What `modules` is: a dict of dicts, as in dbt.
pub(super) fn modules() -> Value {
    Value::dict::<&str>([])
}
