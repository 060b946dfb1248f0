//! `datetime`: a date and a time, perhaps in a time zone.

use std::any::Any;
use std::cmp::Ordering;

use chrono::{
    DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, Timelike as _, Utc,
};

use super::clock::{Clock, repr_fields};
use super::date::{self, Date};
use super::span::Span;
use super::zone::{self, Zone};
use super::{fields, iso, reading, writing};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::methods::expect_text;
use crate::transform::jinja::{Args, Interpreter, Object, Value, operators};

/// A date and a time, perhaps in a time zone.
#[derive(Clone, Debug)]
pub struct Moment {
    pub at: NaiveDateTime,
    pub zone: Option<Zone>,
}

impl Moment {
    /// The same time, as templates hold it.
    pub fn in_utc(time: DateTime<Utc>) -> Self {
        Self { at: time.naive_utc(), zone: Some(Zone::Utc) }
    }
}

const FIELDS: [&str; 8] = ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo"];

pub(super) fn make(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let names = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
    let ([year, month, day], [hour, minute, second, microsecond, tzinfo, _fold]) =
        args.bind("datetime", ["year", "month", "day"], names)?;
    let date = fields::date(Some(&year), Some(&month), Some(&day), NaiveDate::MIN)?;
    let parts = [hour.as_ref(), minute.as_ref(), second.as_ref(), microsecond.as_ref()];
    let at = date.and_time(fields::time(parts, NaiveTime::MIN)?);
    Ok(Value::object(Moment { at, zone: fields::zone(tzinfo.as_ref())? }))
}

pub(super) fn class_attribute(name: &str) -> Option<Value> {
    match name {
        "min" => {
            Some(Value::object(Moment { at: NaiveDate::from_ymd_opt(1, 1, 1)?.and_time(NaiveTime::MIN), zone: None }))
        }
        "max" => {
            let at = NaiveDate::from_ymd_opt(9999, 12, 31)?.and_hms_micro_opt(23, 59, 59, 999_999)?;
            Some(Value::object(Moment { at, zone: None }))
        }
        "resolution" => super::span::class_attribute(name),
        "now" | "today" | "utcnow" | "fromtimestamp" | "utcfromtimestamp" | "strptime" | "fromisoformat"
        | "combine" | "fromordinal" | "fromisocalendar" => {
            let known = name.to_owned();
            Some(Value::function(name, move |_, args| class_method(&known, args).map(Value::object)))
        }
        _ => None,
    }
}

fn class_method(name: &str, args: Args) -> Result<Moment> {
    match name {
        "now" => {
            let ([], [tz]) = args.bind(name, [], ["tz"])?;
            match fields::zone(tz.as_ref())? {
                Some(zone) => zone.from_utc(truncated(Utc::now().naive_utc())),
                None => Ok(Moment { at: truncated(chrono::Local::now().naive_local()), zone: None }),
            }
        }
        "today" => {
            args.bind_nothing(name)?;
            Ok(Moment { at: truncated(chrono::Local::now().naive_local()), zone: None })
        }
        "utcnow" => {
            args.bind_nothing(name)?;
            Ok(Moment { at: truncated(Utc::now().naive_utc()), zone: None })
        }
        "fromtimestamp" => {
            let ([timestamp], [tz]) = args.bind(name, ["timestamp"], ["tz"])?;
            let utc = from_timestamp(&timestamp)?;
            match fields::zone(tz.as_ref())? {
                Some(zone) => zone.from_utc(utc.naive_utc()),
                None => Ok(Moment { at: utc.with_timezone(&chrono::Local).naive_local(), zone: None }),
            }
        }
        "utcfromtimestamp" => {
            let ([timestamp], []) = args.bind_places::<1, 0>(name)?;
            Ok(Moment { at: from_timestamp(&timestamp)?.naive_utc(), zone: None })
        }
        "strptime" => {
            let ([text, format], []) = args.bind_places::<2, 0>(name)?;
            reading::strptime(expect_text(&text)?, expect_text(&format)?)
        }
        "fromisoformat" => {
            let ([text], []) = args.bind_places::<1, 0>(name)?;
            let text = expect_text(&text)?;
            from_iso(text).ok_or_else(|| iso::invalid(text))
        }
        "combine" => {
            let ([date, time], [tzinfo]) = args.bind(name, ["date", "time"], ["tzinfo"])?;
            combine(&date, &time, tzinfo.as_ref())
        }
        "fromordinal" => {
            let ([ordinal], []) = args.bind_places::<1, 0>(name)?;
            Ok(Moment { at: date::from_ordinal(&ordinal)?.and_time(NaiveTime::MIN), zone: None })
        }
        _ => {
            let ([year, week, day], []) = args.bind(name, ["year", "week", "day"], [])?;
            Ok(Moment { at: date::from_iso_calendar(&year, &week, &day)?.and_time(NaiveTime::MIN), zone: None })
        }
    }
}

fn combine(date: &Value, time: &Value, tzinfo: Option<&Value>) -> Result<Moment> {
    let day = match (date.downcast::<Date>(), date.downcast::<Moment>()) {
        (Some(date), _) => date.0,
        (None, Some(moment)) => moment.at.date(),
        (None, None) => return Err(type_error(format!("a date is required, not `{}`", date.type_name()))),
    };
    let clock = time
        .downcast::<Clock>()
        .ok_or_else(|| type_error(format!("a time is required, not `{}`", time.type_name())))?;
    let zone = if tzinfo.is_some() { fields::zone(tzinfo)? } else { clock.zone.clone() };
    Ok(Moment { at: day.and_time(clock.time), zone })
}

pub(super) fn from_iso(text: &str) -> Option<Moment> {
    // The date takes 7 to 10 characters; what follows is one separator and the time.
    for length in [10, 8, 7] {
        let Some(day) = text.get(..length).and_then(iso::date) else { continue };
        if text.len() == length {
            return Some(Moment { at: day.and_time(NaiveTime::MIN), zone: None });
        }
        let mut rest = text[length..].chars();
        rest.next();
        if let Some((time, zone)) = iso::time(rest.as_str()) {
            return Some(Moment { at: day.and_time(time), zone });
        }
    }
    None
}

// Python counts in microseconds.
fn truncated(at: NaiveDateTime) -> NaiveDateTime {
    at - TimeDelta::nanoseconds(i64::from(at.nanosecond() % 1000))
}

pub(super) fn from_timestamp(timestamp: &Value) -> Result<DateTime<Utc>> {
    operators::undefined(timestamp)?;
    let seconds = match timestamp {
        Value::Float(seconds) => *seconds,
        _ => operators::integer_index(timestamp)? as f64,
    };
    let microseconds = (seconds * 1e6).round_ties_even();
    let moment = if microseconds.abs() < 9e18 { DateTime::from_timestamp_micros(microseconds as i64) } else { None };
    moment.filter(|moment| (1..=9999).contains(&moment.year())).ok_or_else(fields::out_of_range)
}

impl Moment {
    pub(super) fn checked(at: Option<NaiveDateTime>, zone: Option<Zone>) -> Result<Self> {
        let at = at.filter(|at| (1..=9999).contains(&at.year())).ok_or_else(fields::out_of_range)?;
        Ok(Self { at, zone })
    }

    /// The moment in UTC, when its time zone is known.
    pub fn utc(&self) -> Option<NaiveDateTime> {
        let zone = self.zone.as_ref()?;
        self.at.checked_sub_signed(TimeDelta::seconds(i64::from(zone.offset())))
    }

    // A moment without a time zone is one of the clock on the wall here.
    fn instant(&self) -> NaiveDateTime {
        self.utc().unwrap_or_else(|| {
            let local = self.at.and_local_timezone(chrono::Local).earliest();
            local.map_or(self.at, |local| local.naive_utc())
        })
    }

    pub fn strftime(&self, format: &str) -> Result<String> {
        let zone = self.zone.as_ref().map(|zone| (zone.offset(), zone.abbreviation()));
        writing::strftime(format, self.at.date(), self.at.time(), zone)
    }

    fn isoformat(&self, separator: &str, timespec: &str) -> Result<String> {
        let offset = self.zone.as_ref().map(Zone::offset);
        let time = iso::of_time(self.at.time(), timespec)?;
        Ok(format!("{}{separator}{time}{}", iso::of_date(self.at.date()), iso::of_offset(offset)))
    }

    fn replaced(&self, args: Args) -> Result<Self> {
        let ([], [year, month, day, hour, minute, second, microsecond, tzinfo]) = args.bind("replace", [], FIELDS)?;
        let date = fields::date(year.as_ref(), month.as_ref(), day.as_ref(), self.at.date())?;
        let parts = [hour.as_ref(), minute.as_ref(), second.as_ref(), microsecond.as_ref()];
        let zone = if tzinfo.is_some() { fields::zone(tzinfo.as_ref())? } else { self.zone.clone() };
        Ok(Self { at: date.and_time(fields::time(parts, self.at.time())?), zone })
    }

    fn shifted(&self, span: &Span, back: bool) -> Result<Self> {
        let delta = span.to_chrono();
        let at = delta
            .and_then(|delta| if back { self.at.checked_sub_signed(delta) } else { self.at.checked_add_signed(delta) });
        Self::checked(at, self.zone.clone())
    }

    fn method(&self, name: &str, args: Args) -> Result<Value> {
        match name {
            "isoformat" => {
                let ([], [separator, timespec]) = args.bind(name, [], ["sep", "timespec"])?;
                let separator = separator.as_ref().map_or(Ok("T"), expect_text)?;
                let timespec = timespec.as_ref().map_or(Ok("auto"), expect_text)?;
                self.isoformat(separator, timespec).map(Value::from)
            }
            "strftime" => {
                let ([format], []) = args.bind(name, ["format"], [])?;
                self.strftime(expect_text(&format)?).map(Value::from)
            }
            "replace" => self.replaced(args).map(Value::object),
            "astimezone" => {
                let ([], [tz]) = args.bind(name, [], ["tz"])?;
                let here = || Zone::of_seconds(chrono::Local.offset_seconds(self.instant()));
                let zone = fields::zone(tz.as_ref())?.unwrap_or_else(here);
                zone.from_utc(self.instant()).map(Value::object)
            }
            _ => {
                if !matches!(
                    name,
                    "date" | "time" | "timetz" | "timestamp" | "tzname" | "utcoffset" | "dst" | "utctimetuple"
                ) {
                    return date::shared(self.at.date(), self.at.time(), name, args);
                }
                args.bind_nothing(name)?;
                Ok(match name {
                    "date" => Value::object(Date(self.at.date())),
                    "time" => Value::object(Clock { time: self.at.time(), zone: None }),
                    "timetz" => Value::object(Clock { time: self.at.time(), zone: self.zone.clone() }),
                    "timestamp" => Value::Float(self.instant().and_utc().timestamp_micros() as f64 / 1e6),
                    "tzname" => self.zone.as_ref().and_then(Zone::abbreviation).into(),
                    "dst" => self.zone.as_ref().map_or(Value::None, Zone::saving_value),
                    "utctimetuple" => {
                        let utc = self.utc().unwrap_or(self.at);
                        date::shared(utc.date(), utc.time(), "timetuple", Args::default())?
                    }
                    _ => self
                        .zone
                        .as_ref()
                        .map_or(Value::None, |zone| Value::object(Span::from_seconds(i64::from(zone.offset())))),
                })
            }
        }
    }
}

trait LocalOffset {
    fn offset_seconds(&self, utc: NaiveDateTime) -> i32;
}

impl LocalOffset for chrono::Local {
    fn offset_seconds(&self, utc: NaiveDateTime) -> i32 {
        use chrono::TimeZone as _;
        self.offset_from_utc_datetime(&utc).fix().local_minus_utc()
    }
}

impl Object for Moment {
    fn type_name(&self) -> &'static str {
        "datetime"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let number = |number: u32| Some(Value::Int(i64::from(number)));
        match name {
            "year" => Some(Value::Int(i64::from(self.at.year()))),
            "month" => number(self.at.month()),
            "day" => number(self.at.day()),
            "hour" => number(self.at.hour()),
            "minute" => number(self.at.minute()),
            "second" => number(self.at.second()),
            "microsecond" => number(self.at.nanosecond() / 1000),
            "fold" => Some(Value::Int(0)),
            "tzinfo" => Some(zone::value(self.zone.as_ref())),
            _ => class_attribute(name),
        }
    }

    fn has_method(&self, name: &str) -> bool {
        date::METHODS.contains(&name)
            || matches!(
                name,
                "replace"
                    | "astimezone"
                    | "date"
                    | "time"
                    | "timetz"
                    | "timestamp"
                    | "tzname"
                    | "utcoffset"
                    | "dst"
                    | "utctimetuple"
            )
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| self.method(name, args))
    }

    fn display(&self) -> String {
        self.isoformat(" ", "auto").unwrap_or_default()
    }

    fn repr(&self) -> String {
        let zone = self.zone.as_ref().map_or(String::new(), |zone| format!(", tzinfo={}", zone.repr()));
        let (year, month, day) = (self.at.year(), self.at.month(), self.at.day());
        format!("datetime.datetime({year}, {month}, {day}, {}{zone})", repr_fields(self.at.time()))
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let Some(other) = other.downcast::<Self>() else { return Some(false) };
        Some(match (self.utc(), other.utc()) {
            (Some(a), Some(b)) => a == b,
            (None, None) => self.at == other.at,
            _ => false,
        })
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let other = other.downcast::<Self>()?;
        match (self.utc(), other.utc()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            (None, None) => Some(self.at.cmp(&other.at)),
            _ => None,
        }
    }

    fn hash(&self) -> Option<u64> {
        Some(self.utc().unwrap_or(self.at).and_utc().timestamp_micros() as u64)
    }

    fn binary(&self, operator: &str, other: &Value, reflected: bool) -> Option<Result<Value>> {
        if let Some(span) = other.downcast::<Span>() {
            return match (operator, reflected) {
                ("+", _) => Some(self.shifted(span, false).map(Value::object)),
                ("-", false) => Some(self.shifted(span, true).map(Value::object)),
                _ => None,
            };
        }
        let other = other.downcast::<Self>().filter(|_| operator == "-" && !reflected)?;
        Some(match (self.utc(), other.utc()) {
            (Some(a), Some(b)) => Ok(Value::object(Span::from_chrono(a - b))),
            (None, None) => Ok(Value::object(Span::from_chrono(self.at - other.at))),
            _ => Err(Error::new(Kind::Compilation, "one datetime has a time zone and the other has none")
                .hint("give both one: `modules.pytz.utc.localize(datetime)`")),
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
