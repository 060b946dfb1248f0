//! A window of time: `--sample`, `--event-time-start` and `--event-time-end`, and the batches of a microbatch model.

use chrono::{DateTime, Days, Duration, Months, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde_json::Value as Json;

use crate::error::{Error, Kind, Result};
use crate::transform::project;

/// From `start` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

impl Window {
    /// What both windows hold. May be empty: then its end stands before its start, and no row is in it.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self { start: self.start.max(other.start), end: self.end.min(other.end) }
    }

    /// The condition of SQL that keeps the rows of this window.
    ///
    /// ```
    /// # use gristmill::transform::run::window::sample;
    /// let window = sample("{start: 2024-01-01, end: 2024-01-02 06:00:00}", chrono::Utc::now()).unwrap();
    /// assert_eq!(window.filter("at"), "at >= '2024-01-01 00:00:00+00:00' and at < '2024-01-02 06:00:00+00:00'");
    /// ```
    pub fn filter(self, column: &str) -> String {
        format!("{column} >= '{}' and {column} < '{}'", text(self.start), text(self.end))
    }
}

/// A time as Python writes it, which is how dbt puts it into SQL.
pub fn text(time: DateTime<Utc>) -> String {
    let fraction = if time.timestamp_subsec_micros() == 0 { "" } else { "%.6f" };
    time.format(&format!("%Y-%m-%d %H:%M:%S{fraction}+00:00")).to_string()
}

/// What `--sample` says: `3 days`, counted from `now`, or `{start: 2024-01-01, end: 2024-02-01}`.
pub fn sample(written: &str, now: DateTime<Utc>) -> Result<Window> {
    if written.trim_start().starts_with('{') {
        let given = project::mapping("--sample", written)?;
        let time =
            |key: &str| match given.get(key) {
                Some(Json::String(text)) => time(text).ok_or_else(|| unreadable("--sample", text)),
                Some(other) => Err(unreadable("--sample", &other.to_string())),
                None => Err(wrong(format!("`--sample` says no `{key}`"))
                    .hint("write both: '{start: 2024-01-01, end: 2024-02-01}'")),
            };
        return Ok(Window { start: time("start")?, end: time("end")? });
    }
    let parts: Vec<&str> = written.split(' ').collect();
    let (Some(count), &[_, grain]) = (parts[0].parse::<i32>().ok(), &parts[..]) else {
        return Err(wrong(format!("`--sample` cannot be `{written}`"))
            .hint("write how far to look back, `3 days`, or '{start: 2024-01-01, end: 2024-02-01}'"));
    };
    let start = match grain.to_lowercase().trim_end_matches('s') {
        "hour" => now.checked_sub_signed(Duration::hours(count.into())),
        "day" => now.checked_sub_signed(Duration::days(count.into())),
        "month" => before(now, count),
        "year" => count.checked_mul(12).and_then(|months| before(now, months)),
        _ => {
            return Err(wrong(format!("`--sample` counts in hours, days, months or years, not in `{grain}`"))
                .hint("for example `3 days`"));
        }
    };
    start.map(|start| Window { start, end: now }).ok_or_else(|| wrong(format!("`--sample {written}` ends before time")))
}

fn before(now: DateTime<Utc>, months: i32) -> Option<DateTime<Utc>> {
    let span = Months::new(months.unsigned_abs());
    if months < 0 { now.checked_add_months(span) } else { now.checked_sub_months(span) }
}

/// What `--event-time-start` and `--event-time-end` say; one without the other means nothing.
pub fn event_times(start: Option<&str>, end: Option<&str>) -> Result<Option<Window>> {
    let read = |flag: &str, text: &str| time(text).ok_or_else(|| unreadable(flag, text));
    match (start, end) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(wrong("`--event-time-start` needs `--event-time-end` beside it".to_owned())
            .hint("say from when to when: both or neither")),
        (None, Some(_)) => Err(wrong("`--event-time-end` needs `--event-time-start` beside it".to_owned())
            .hint("say from when to when: both or neither")),
        (Some(start), Some(end)) => {
            let window = Window { start: read("--event-time-start", start)?, end: read("--event-time-end", end)? };
            if window.start < window.end {
                return Ok(Some(window));
            }
            Err(wrong(format!("`--event-time-start {start}` is not before `--event-time-end {end}`"))
                .hint("the end is the first moment that is left out"))
        }
    }
}

/// A time as Python's `isoformat` writes it: a second's parts only where there are some.
pub fn iso(time: DateTime<Utc>) -> String {
    let parts = if time.timestamp_subsec_micros() == 0 { SecondsFormat::Secs } else { SecondsFormat::Micros };
    time.to_rfc3339_opts(parts, false)
}

/// A date or a time, in UTC unless it says another zone.
pub fn time(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        return Some(time.with_timezone(&Utc));
    }
    let naive = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    naive.or_else(day).map(|naive| naive.and_utc())
}

fn unreadable(flag: &str, text: &str) -> Error {
    wrong(format!("`{flag}` cannot read the time `{text}`")).hint("write it as `2024-01-31` or `2024-01-31 12:00:00`")
}

fn wrong(message: String) -> Error {
    Error::new(Kind::Config, message)
}

/// The size of a microbatch model's batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchSize {
    Hour,
    Day,
    Month,
    Year,
}

impl BatchSize {
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "hour" => Self::Hour,
            "day" => Self::Day,
            "month" => Self::Month,
            "year" => Self::Year,
            _ => return None,
        })
    }

    /// The first moment of the batch that holds `time`.
    pub fn floor(self, time: DateTime<Utc>) -> DateTime<Utc> {
        let form = match self {
            Self::Hour => "%Y-%m-%d %H:00",
            Self::Day => "%Y-%m-%d 00:00",
            Self::Month => "%Y-%m-01 00:00",
            Self::Year => "%Y-01-01 00:00",
        };
        let floor = NaiveDateTime::parse_from_str(&time.format(form).to_string(), "%Y-%m-%d %H:%M");
        floor.map_or(time, |floor| floor.and_utc())
    }

    /// The first moment of the batch that stands `count` batches behind that of `time`.
    pub fn next(self, time: DateTime<Utc>, count: u32) -> DateTime<Utc> {
        let floor = self.floor(time);
        let moved = match self {
            Self::Hour => floor.checked_add_signed(Duration::hours(count.into())),
            Self::Day => floor.checked_add_days(Days::new(count.into())),
            Self::Month => floor.checked_add_months(Months::new(count)),
            Self::Year => floor.checked_add_months(Months::new(count.saturating_mul(12))),
        };
        moved.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The same, in front of it.
    pub fn previous(self, time: DateTime<Utc>, count: u32) -> DateTime<Utc> {
        let floor = self.floor(time);
        let moved = match self {
            Self::Hour => floor.checked_sub_signed(Duration::hours(count.into())),
            Self::Day => floor.checked_sub_days(Days::new(count.into())),
            Self::Month => floor.checked_sub_months(Months::new(count)),
            Self::Year => floor.checked_sub_months(Months::new(count.saturating_mul(12))),
        };
        moved.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// The end of the batch that holds `time`, or `time` where a batch ends there.
    pub fn ceiling(self, time: DateTime<Utc>) -> DateTime<Utc> {
        if self.floor(time) == time { time } else { self.next(time, 1) }
    }

    /// How a batch is called: `2024-01-31`, `2024-01-31T13`.
    pub fn label(self, start: DateTime<Utc>) -> String {
        let form = match self {
            Self::Hour => "%Y-%m-%dT%H",
            Self::Day => "%Y-%m-%d",
            Self::Month => "%Y-%m",
            Self::Year => "%Y",
        };
        start.format(form).to_string()
    }

    /// The batches from the one that holds `start` up to `end`, which ends the last one; at least one.
    pub fn batches(self, start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Window> {
        let mut batches = Vec::new();
        let mut start = self.floor(start);
        loop {
            let next = self.next(start, 1);
            if next >= end {
                batches.push(Window { start, end });
                return batches;
            }
            batches.push(Window { start, end: next });
            start = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        time(text).unwrap()
    }

    #[test]
    fn batches_are_cut_at_their_size() {
        let told = |size: BatchSize, start: &str, end: &str| {
            let batches = size.batches(at(start), at(end));
            batches.iter().map(|batch| size.label(batch.start)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told(BatchSize::Hour, "2024-01-01 22:30", "2024-01-02"), "2024-01-01T22 2024-01-01T23");
        assert_eq!(told(BatchSize::Day, "2024-02-28", "2024-03-01 12:00"), "2024-02-28 2024-02-29 2024-03-01");
        assert_eq!(told(BatchSize::Month, "2023-11-30", "2024-01-02"), "2023-11 2023-12 2024-01");
        assert_eq!(told(BatchSize::Year, "2024-05-05", "2024-05-05"), "2024");
    }

    #[test]
    fn a_batch_ends_where_the_next_one_begins() {
        assert_eq!(BatchSize::Month.ceiling(at("2024-12-02")), at("2025-01-01"));
        assert_eq!(BatchSize::Month.ceiling(at("2024-12-01")), at("2024-12-01"));
        assert_eq!(BatchSize::Month.previous(at("2024-03-31"), 1), at("2024-02-01"));
        assert_eq!(BatchSize::Year.previous(at("2024-03-31"), 2), at("2022-01-01"));
    }

    #[test]
    fn samples_are_relative_or_absolute() {
        let now = at("2024-03-31 12:00");
        assert_eq!(sample("1 month", now).unwrap(), Window { start: at("2024-02-29 12:00"), end: now });
        assert_eq!(sample("2 HOURS", now).unwrap().start, at("2024-03-31 10:00"));
        for wrong in ["", "3", "3 weeks", "x days", "{start: 2024-01-01}", "{start: x, end: y}"] {
            assert!(sample(wrong, now).unwrap_err().hint_text().is_some(), "{wrong}");
        }
    }

    #[test]
    fn both_ends_or_none() {
        assert_eq!(event_times(None, None).unwrap(), None);
        assert!(event_times(Some("2024-01-01"), Some("2024-01-02T03:00:00")).unwrap().is_some());
        for (start, end) in [(Some("2024-01-01"), None), (None, Some("2024-01-01")), (Some("x"), Some("2024-01-01"))] {
            assert!(event_times(start, end).is_err());
        }
        assert!(event_times(Some("2024-01-02"), Some("2024-01-02")).is_err());
    }
}
