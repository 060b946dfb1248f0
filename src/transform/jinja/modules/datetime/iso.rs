//! Dates and times in the form of ISO 8601.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _};

use super::zone::Zone;
use crate::error::{Error, Kind, Result};

pub(super) fn invalid(text: &str) -> Error {
    Error::new(Kind::Compilation, format!("`{text}` is not in the form of ISO 8601"))
        .hint("write dates as 2024-01-31 and datetimes as 2024-01-31 12:00:00")
}

pub(super) fn of_date(date: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// The time down to the unit that `timespec` names; `auto` shows microseconds when there are any.
pub(super) fn of_time(time: NaiveTime, timespec: &str) -> Result<String> {
    let (hour, minute, second, microsecond) = (time.hour(), time.minute(), time.second(), time.nanosecond() / 1000);
    Ok(match timespec {
        "hours" => format!("{hour:02}"),
        "minutes" => format!("{hour:02}:{minute:02}"),
        "milliseconds" => format!("{hour:02}:{minute:02}:{second:02}.{:03}", microsecond / 1000),
        "auto" if microsecond != 0 => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
        "microseconds" => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
        "auto" | "seconds" => format!("{hour:02}:{minute:02}:{second:02}"),
        _ => return Err(Error::new(Kind::Compilation, format!("unknown timespec `{timespec}`"))),
    })
}

/// `+01:00`, or nothing.
pub(super) fn of_offset(offset: Option<i32>) -> String {
    let Some(offset) = offset else { return String::new() };
    let sign = if offset < 0 { '-' } else { '+' };
    let seconds = offset.unsigned_abs();
    let rest = if seconds.is_multiple_of(60) { String::new() } else { format!(":{:02}", seconds % 60) };
    format!("{sign}{:02}:{:02}{rest}", seconds / 3600, seconds / 60 % 60)
}

fn number(text: &str, digits: usize) -> Option<(u32, &str)> {
    let part = text.get(..digits).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((part.parse().ok()?, &text[digits..]))
}

/// `2024-01-31`, `20240131`, `2024-W05-3`.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let (year, rest) = number(text, 4)?;
    let (separated, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let between = |rest: &'_ str| -> Option<String> {
        if separated { rest.strip_prefix('-').map(str::to_owned) } else { Some(rest.to_owned()) }
    };
    let date = if let Some(rest) = rest.strip_prefix('W') {
        let (week, rest) = number(rest, 2)?;
        let day = if rest.is_empty() { 1 } else { between(rest)?.parse::<u8>().ok()? };
        let weekday = chrono::Weekday::try_from(day.checked_sub(1)?).ok()?;
        NaiveDate::from_isoywd_opt(year as i32, week, weekday)?
    } else {
        let (month, rest) = number(rest, 2)?;
        let rest = between(rest)?;
        let (day, rest) = number(&rest, 2)?;
        if !rest.is_empty() {
            return None;
        }
        NaiveDate::from_ymd_opt(year as i32, month, day)?
    };
    (date.year() >= 1).then_some(date)
}

/// `12:30:00.5+02:00` and shorter forms.
pub(super) fn time(text: &str) -> Option<(NaiveTime, Option<Zone>)> {
    let at = text.find(['+', '-', 'Z']);
    let (clock, zone) = at.map_or((text, ""), |at| text.split_at(at));
    let zone = match zone {
        "" => None,
        "Z" => Some(Zone::of_seconds(0)),
        _ => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let (seconds, _) = clock_parts(&zone[1..])?;
            (seconds < 86_400).then_some(())?;
            Some(Zone::of_seconds(sign * seconds as i32))
        }
    };
    let (seconds, microseconds) = clock_parts(clock)?;
    Some((NaiveTime::from_num_seconds_from_midnight_opt(seconds, microseconds * 1000)?, zone))
}

fn clock_parts(text: &str) -> Option<(u32, u32)> {
    let (hour, mut rest) = number(text, 2)?;
    let separated = rest.starts_with(':');
    let mut parts = [0, 0];
    let mut count = 0;
    while count < 2 && !rest.is_empty() {
        let next = if separated { rest.strip_prefix(':')? } else { rest };
        let (part, after) = number(next, 2)?;
        parts[count] = part;
        rest = after;
        count += 1;
    }
    let mut microseconds = 0;
    if !rest.is_empty() {
        let digits = rest.strip_prefix(['.', ',']).filter(|digits| count == 2 && !digits.is_empty())?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let six: String = digits.chars().chain("000000".chars()).take(6).collect();
        microseconds = six.parse().ok()?;
    }
    (hour < 24 && parts[0] < 60 && parts[1] < 60).then_some((hour * 3600 + parts[0] * 60 + parts[1], microseconds))
}
