//! Reading the numbers that make up dates and times from arguments.

use chrono::{NaiveDate, NaiveTime};

use super::zone::Zone;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::{Value, operators};

/// One field within its range.
pub(super) fn field(value: Option<&Value>, name: &str, default: i64, least: i64, most: i64) -> Result<u32> {
    let number = value.map_or(Ok(default), operators::integer_index)?;
    if !(least..=most).contains(&number) {
        return Err(Error::new(Kind::Compilation, format!("{name} must be in {least}..{most}, not {number}")));
    }
    Ok(number as u32)
}

pub(super) fn date(
    year: Option<&Value>,
    month: Option<&Value>,
    day: Option<&Value>,
    from: NaiveDate,
) -> Result<NaiveDate> {
    use chrono::Datelike as _;
    let year = field(year, "year", i64::from(from.year()), 1, 9999)?;
    let month = field(month, "month", i64::from(from.month()), 1, 12)?;
    let day = field(day, "day", i64::from(from.day()), 1, 31)?;
    NaiveDate::from_ymd_opt(year as i32, month, day)
        .ok_or_else(|| Error::new(Kind::Compilation, format!("day {day} is out of range for month {month}")))
}

/// Hour, minute, second and microsecond; what is not given comes from another time.
pub(super) fn time(parts: [Option<&Value>; 4], from: NaiveTime) -> Result<NaiveTime> {
    use chrono::Timelike as _;
    let [hour, minute, second, microsecond] = parts;
    let hour = field(hour, "hour", i64::from(from.hour()), 0, 23)?;
    let minute = field(minute, "minute", i64::from(from.minute()), 0, 59)?;
    let second = field(second, "second", i64::from(from.second()), 0, 59)?;
    let microsecond = field(microsecond, "microsecond", i64::from(from.nanosecond() / 1000), 0, 999_999)?;
    NaiveTime::from_hms_micro_opt(hour, minute, second, microsecond)
        .ok_or_else(|| Error::internal("the fields of a time were checked"))
}

/// A time zone, or none.
pub(super) fn zone(value: Option<&Value>) -> Result<Option<Zone>> {
    match value {
        None | Some(Value::None) => Ok(None),
        Some(value) => match value.downcast::<Zone>() {
            Some(zone) => Ok(Some(zone.clone())),
            None => Err(type_error(format!("`tzinfo` must be a time zone or None, not `{}`", value.type_name()))),
        },
    }
}

pub(super) fn out_of_range() -> Error {
    Error::new(Kind::Compilation, "the date is out of range: years go from 1 to 9999")
}
