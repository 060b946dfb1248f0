//! `modules.datetime`: dates, times and spans as Python's `datetime` has them.

mod clock;
mod date;
mod fields;
mod iso;
mod moment;
mod reading;
mod span;
mod writing;
mod zone;

pub use date::Date;
pub use moment::Moment;
pub use span::Span;
pub use zone::Zone;

use super::Type;
use crate::error::Result;
use crate::transform::jinja::{Object, Value};

/// A date or a time as Python prints it, `2024-01-31` or `2024-01-31 10:00:00+02:00`, as the value that it is.
pub fn read(text: &str) -> Option<Value> {
    iso::date(text).map(|date| Value::object(Date(date))).or_else(|| moment::from_iso(text).map(Value::object))
}

pub(super) fn module() -> Value {
    Value::dict([
        (
            "date",
            Value::object(Type {
                name: "date",
                repr: "<class 'datetime.date'>",
                call: date::make,
                attribute: date::class_attribute,
            }),
        ),
        (
            "datetime",
            Value::object(Type {
                name: "datetime",
                repr: "<class 'datetime.datetime'>",
                call: moment::make,
                attribute: moment::class_attribute,
            }),
        ),
        (
            "time",
            Value::object(Type {
                name: "time",
                repr: "<class 'datetime.time'>",
                call: clock::make,
                attribute: clock::class_attribute,
            }),
        ),
        (
            "timedelta",
            Value::object(Type {
                name: "timedelta",
                repr: "<class 'datetime.timedelta'>",
                call: span::make,
                attribute: span::class_attribute,
            }),
        ),
        (
            "tzinfo",
            Value::object(Type {
                name: "tzinfo",
                repr: "<class 'datetime.tzinfo'>",
                call: zone::make,
                attribute: |_| None,
            }),
        ),
    ])
}

/// `format(value, spec)` of a date or time, which is `strftime`; `None` for other objects.
pub(in super::super) fn formatted(object: &dyn Object, spec: &str) -> Option<Result<String>> {
    let any = object.as_any();
    if let Some(moment) = any.downcast_ref::<Moment>() {
        return Some(moment.strftime(spec));
    }
    if let Some(date) = any.downcast_ref::<Date>() {
        return Some(date.strftime(spec));
    }
    any.downcast_ref::<clock::Clock>().map(|clock| clock.strftime(spec))
}
