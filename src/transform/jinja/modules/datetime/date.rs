//! `date`: a day of the calendar.

use std::any::Any;
use std::cmp::Ordering;

use chrono::{Datelike as _, NaiveDate, NaiveTime};

use super::moment::Moment;
use super::span::Span;
use super::{fields, iso, writing};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::methods::expect_text;
use crate::transform::jinja::{Args, Interpreter, Object, Value, operators};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

pub(super) fn make(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([year, month, day], []) = args.bind("date", ["year", "month", "day"], [])?;
    Ok(Value::object(Date(fields::date(Some(&year), Some(&month), Some(&day), NaiveDate::MIN)?)))
}

pub(super) fn class_attribute(name: &str) -> Option<Value> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).map(|date| Value::object(Date(date)));
    match name {
        "min" => day(1, 1, 1),
        "max" => day(9999, 12, 31),
        "resolution" => Some(Value::object(Span::from_seconds(86_400))),
        "today" => Some(Value::function("today", |_, args| {
            args.bind_nothing("today")?;
            Ok(Value::object(Date(chrono::Local::now().date_naive())))
        })),
        "fromisoformat" => Some(Value::function("fromisoformat", |_, args| {
            let ([text], []) = args.bind_places::<1, 0>("fromisoformat")?;
            let text = expect_text(&text)?;
            iso::date(text).map(|date| Value::object(Date(date))).ok_or_else(|| iso::invalid(text))
        })),
        "fromordinal" => Some(Value::function("fromordinal", |_, args| {
            let ([ordinal], []) = args.bind_places::<1, 0>("fromordinal")?;
            from_ordinal(&ordinal).map(|date| Value::object(Date(date)))
        })),
        "fromtimestamp" => Some(Value::function("fromtimestamp", |_, args| {
            let ([timestamp], []) = args.bind_places::<1, 0>("fromtimestamp")?;
            let moment = super::moment::from_timestamp(&timestamp)?.with_timezone(&chrono::Local);
            Ok(Value::object(Date(moment.date_naive())))
        })),
        "fromisocalendar" => Some(Value::function("fromisocalendar", |_, args| {
            let ([year, week, day], []) = args.bind("fromisocalendar", ["year", "week", "day"], [])?;
            from_iso_calendar(&year, &week, &day).map(|date| Value::object(Date(date)))
        })),
        _ => None,
    }
}

pub(super) fn from_ordinal(ordinal: &Value) -> Result<NaiveDate> {
    let ordinal = operators::integer_index(ordinal)?;
    let date = i32::try_from(ordinal).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    date.filter(|date| (1..=9999).contains(&date.year())).ok_or_else(fields::out_of_range)
}

pub(super) fn from_iso_calendar(year: &Value, week: &Value, day: &Value) -> Result<NaiveDate> {
    let year = fields::field(Some(year), "year", 1, 1, 9999)?;
    let week = fields::field(Some(week), "week", 1, 1, 53)?;
    let day = fields::field(Some(day), "weekday", 1, 1, 7)?;
    let weekday = chrono::Weekday::try_from(day as u8 - 1).map_err(|_| fields::out_of_range())?;
    NaiveDate::from_isoywd_opt(year as i32, week, weekday)
        .ok_or_else(|| Error::new(Kind::Compilation, format!("year {year} has no week {week}")))
}

/// The methods that dates and datetimes share.
pub(super) const METHODS: [&str; 8] =
    ["ctime", "isocalendar", "isoweekday", "timetuple", "toordinal", "weekday", "isoformat", "strftime"];

pub(super) fn shared(date: NaiveDate, time: NaiveTime, name: &str, args: Args) -> Result<Value> {
    args.bind_nothing(name)?;
    let weekday = i64::from(date.weekday().num_days_from_monday());
    Ok(match name {
        "ctime" => Value::from(writing::strftime("%a %b %e %H:%M:%S %Y", date, time, None)?),
        "isocalendar" => Value::tuple([
            Value::Int(i64::from(date.iso_week().year())),
            Value::Int(i64::from(date.iso_week().week())),
            Value::Int(weekday + 1),
        ]),
        "isoweekday" => Value::Int(weekday + 1),
        "toordinal" => Value::Int(i64::from(date.num_days_from_ce())),
        "weekday" => Value::Int(weekday),
        _ => time_tuple(date, time),
    })
}

fn time_tuple(date: NaiveDate, time: NaiveTime) -> Value {
    use chrono::Timelike as _;
    let numbers = [
        i64::from(date.year()),
        i64::from(date.month()),
        i64::from(date.day()),
        i64::from(time.hour()),
        i64::from(time.minute()),
        i64::from(time.second()),
        i64::from(date.weekday().num_days_from_monday()),
        i64::from(date.ordinal()),
        -1,
    ];
    Value::tuple(numbers.map(Value::Int))
}

/// `date + days`, within the calendar.
pub(super) fn shifted(date: NaiveDate, days: i64) -> Result<NaiveDate> {
    chrono::TimeDelta::try_days(days)
        .and_then(|days| date.checked_add_signed(days))
        .filter(|date| (1..=9999).contains(&date.year()))
        .ok_or_else(fields::out_of_range)
}

impl Date {
    pub(super) fn strftime(self, format: &str) -> Result<String> {
        writing::strftime(format, self.0, NaiveTime::MIN, None)
    }
}

impl Object for Date {
    fn type_name(&self) -> &'static str {
        "date"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "year" => Some(Value::Int(i64::from(self.0.year()))),
            "month" => Some(Value::Int(i64::from(self.0.month()))),
            "day" => Some(Value::Int(i64::from(self.0.day()))),
            _ => class_attribute(name),
        }
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.contains(&name) || name == "replace"
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let answer = || match name {
            "isoformat" => {
                args.bind_nothing(name)?;
                Ok(Value::from(self.display()))
            }
            "strftime" => {
                let ([format], []) = args.bind(name, ["format"], [])?;
                self.strftime(expect_text(&format)?).map(Value::from)
            }
            "replace" => {
                let ([], [year, month, day]) = args.bind(name, [], ["year", "month", "day"])?;
                let date = fields::date(year.as_ref(), month.as_ref(), day.as_ref(), self.0)?;
                Ok(Value::object(Self(date)))
            }
            _ => shared(self.0, NaiveTime::MIN, name, args),
        };
        self.has_method(name).then(answer)
    }

    fn display(&self) -> String {
        iso::of_date(self.0)
    }

    fn repr(&self) -> String {
        format!("datetime.date({}, {}, {})", self.0.year(), self.0.month(), self.0.day())
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<Self>() == Some(self))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        Some(self.0.cmp(&other.downcast::<Self>()?.0))
    }

    fn hash(&self) -> Option<u64> {
        Some(self.0.num_days_from_ce() as u64)
    }

    fn binary(&self, operator: &str, other: &Value, reflected: bool) -> Option<Result<Value>> {
        if let Some(span) = other.downcast::<Span>() {
            let days = match (operator, reflected) {
                ("+", _) => span.days(),
                // Only whole days count, and those rounded down, as in Python.
                ("-", false) => -span.days(),
                _ => return None,
            };
            return Some(shifted(self.0, days).map(|date| Value::object(Self(date))));
        }
        match (operator, other.downcast::<Self>()) {
            ("-", Some(other)) if !reflected => {
                Some(Ok(Value::object(Span::from_chrono(self.0.signed_duration_since(other.0)))))
            }
            _ if other.downcast::<Moment>().is_some() => Some(Err(type_error(
                "a date and a datetime cannot be combined",
            )
            .hint("take the `.date()` of the datetime"))),
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
