//! `time`: a time of day.

use std::any::Any;
use std::cmp::Ordering;

use chrono::{NaiveDate, NaiveTime, Timelike as _};

use super::zone::{self, Zone};
use super::{Span, fields, iso, writing};
use crate::error::Result;
use crate::transform::jinja::methods::expect_text;
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// A time of day, perhaps in a time zone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clock {
    pub(super) time: NaiveTime,
    pub(super) zone: Option<Zone>,
}

pub(super) fn make(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
    let ([], [hour, minute, second, microsecond, tzinfo, _fold]) = args.bind("time", [], names)?;
    let parts = [hour.as_ref(), minute.as_ref(), second.as_ref(), microsecond.as_ref()];
    Ok(Value::object(Clock { time: fields::time(parts, NaiveTime::MIN)?, zone: fields::zone(tzinfo.as_ref())? }))
}

pub(super) fn class_attribute(name: &str) -> Option<Value> {
    match name {
        "min" => Some(Value::object(Clock { time: NaiveTime::MIN, zone: None })),
        "max" => Some(Value::object(Clock { time: NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999)?, zone: None })),
        "resolution" => super::span::class_attribute(name),
        "fromisoformat" => Some(Value::function("fromisoformat", |_, args| {
            let ([text], []) = args.bind_places::<1, 0>("fromisoformat")?;
            let text = expect_text(&text)?;
            let (time, zone) = iso::time(text.strip_prefix('T').unwrap_or(text)).ok_or_else(|| iso::invalid(text))?;
            Ok(Value::object(Clock { time, zone }))
        })),
        _ => None,
    }
}

impl Clock {
    // A time of day alone has an offset only where the zone has one for all days.
    fn offset(&self) -> Option<i32> {
        self.zone.as_ref().and_then(Zone::constant_offset)
    }

    pub(super) fn strftime(&self, format: &str) -> Result<String> {
        let day = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day of the calendar");
        let zone = self.offset().map(|offset| (offset, self.zone.as_ref().and_then(Zone::constant_name)));
        writing::strftime(format, day, self.time, zone)
    }
}

/// The fields of a time as Python's `repr` lists them: seconds and microseconds only when they are not zero.
pub(super) fn repr_fields(time: NaiveTime) -> String {
    let (second, microsecond) = (time.second(), time.nanosecond() / 1000);
    let mut out = format!("{}, {}", time.hour(), time.minute());
    if second != 0 || microsecond != 0 {
        out += &format!(", {second}");
    }
    if microsecond != 0 {
        out += &format!(", {microsecond}");
    }
    out
}

impl Object for Clock {
    fn type_name(&self) -> &'static str {
        "time"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "hour" => Some(Value::Int(i64::from(self.time.hour()))),
            "minute" => Some(Value::Int(i64::from(self.time.minute()))),
            "second" => Some(Value::Int(i64::from(self.time.second()))),
            "microsecond" => Some(Value::Int(i64::from(self.time.nanosecond() / 1000))),
            "fold" => Some(Value::Int(0)),
            "tzinfo" => Some(zone::value(self.zone.as_ref())),
            _ => class_attribute(name),
        }
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "dst" | "isoformat" | "replace" | "strftime" | "tzname" | "utcoffset")
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let answer = || match name {
            "isoformat" => {
                let ([], [timespec]) = args.bind(name, [], ["timespec"])?;
                let timespec = timespec.as_ref().map_or(Ok("auto"), expect_text)?;
                Ok(Value::from(iso::of_time(self.time, timespec)? + &iso::of_offset(self.offset())))
            }
            "replace" => {
                let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
                let ([], [hour, minute, second, microsecond, tzinfo, _fold]) = args.bind(name, [], names)?;
                let parts = [hour.as_ref(), minute.as_ref(), second.as_ref(), microsecond.as_ref()];
                let zone = if tzinfo.is_some() { fields::zone(tzinfo.as_ref())? } else { self.zone.clone() };
                Ok(Value::object(Self { time: fields::time(parts, self.time)?, zone }))
            }
            "strftime" => {
                let ([format], []) = args.bind(name, ["format"], [])?;
                self.strftime(expect_text(&format)?).map(Value::from)
            }
            "tzname" => {
                args.bind_nothing(name)?;
                Ok(self.zone.as_ref().and_then(Zone::constant_name).into())
            }
            _ => {
                args.bind_nothing(name)?;
                let seconds = if name == "dst" { self.offset().map(|_| 0) } else { self.offset() };
                Ok(seconds.map_or(Value::None, |seconds| Value::object(Span::from_seconds(i64::from(seconds)))))
            }
        };
        self.has_method(name).then(answer)
    }

    fn display(&self) -> String {
        iso::of_time(self.time, "auto").unwrap_or_default() + &iso::of_offset(self.offset())
    }

    fn repr(&self) -> String {
        let zone = self.zone.as_ref().map_or(String::new(), |zone| format!(", tzinfo={}", zone.repr()));
        format!("datetime.time({}{zone})", repr_fields(self.time))
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = other.downcast::<Self>();
        Some(other.is_some_and(|other| self.time == other.time && self.offset() == other.offset()))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let other = other.downcast::<Self>()?;
        (self.offset() == other.offset()).then(|| self.time.cmp(&other.time))
    }

    fn hash(&self) -> Option<u64> {
        Some(u64::from(self.time.num_seconds_from_midnight()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
