//! Dates and times in text: which texts are timestamps, and how one is written.
//!
//! A strict ISO 8601 reader decides, as in dlt: extended and compact dates, weeks and ordinal days, and a
//! few common forms with slashes. What it does not read stays text.

use std::fmt::Write as _;

/// Microseconds since 1970 in UTC, what was finer than that, and the offset that was written, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    pub micros: i64,
    /// 0 to 999: nanoseconds that a column of microseconds cannot hold.
    pub nanos: u16,
    /// Seconds east of UTC; `None` for a time that names no zone, which counts as UTC.
    pub offset: Option<i32>,
}

/// What a text was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    Timestamp(Timestamp),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since midnight, and the offset that was written.
    Time(i64, Option<i32>),
}

pub const DAY_MICROS: i64 = 86_400_000_000;

/// Reads a date, a time or both; `None` when the text is none of them.
///
/// ```
/// # use gristmill::schema::time::{parse, Parsed};
/// assert!(matches!(parse("2024-01-02T03:04:05Z"), Some(Parsed::Timestamp(_))));
/// assert!(matches!(parse("2024-01-02"), Some(Parsed::Date(19724))));
/// assert!(parse("yesterday").is_none());
/// ```
pub fn parse(text: &str) -> Option<Parsed> {
    let bytes = text.as_bytes();
    // Nothing that is read is longer, and most texts are sorted out by their first character.
    if bytes.len() > 64 || !bytes.first().is_some_and(|c| c.is_ascii_digit() || matches!(c, b'T' | b' ')) {
        return None;
    }
    plain(bytes).or_else(|| Reader { bytes, at: 0 }.iso()).or_else(|| Reader { bytes, at: 0 }.common())
}

/// Reads a text that must be a timestamp: date and time, or a date alone, which is its midnight.
pub fn timestamp(text: &str) -> Option<Timestamp> {
    match parse(text)? {
        Parsed::Timestamp(timestamp) => Some(timestamp),
        Parsed::Date(days) => Some(Timestamp { micros: i64::from(days) * DAY_MICROS, nanos: 0, offset: None }),
        Parsed::Time(..) => None,
    }
}

// `2024-01-02T03:04:05` with an optional fraction and `Z`: the form that nearly all timestamps have.
fn plain(b: &[u8]) -> Option<Parsed> {
    if b.len() < 19
        || b[4] != b'-'
        || b[7] != b'-'
        || (b[10] != b'T' && b[10] != b' ')
        || b[13] != b':'
        || b[16] != b':'
    {
        return None;
    }
    let two = |at: usize| -> Option<u32> {
        let (tens, ones) = (b[at].wrapping_sub(b'0'), b[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
    };
    let (year, month, day) = (two(0)? * 100 + two(2)?, two(5)?, two(8)?);
    let seconds = clock(two(11)?, two(14)?, two(17)?)?;
    let mut rest = &b[19..];
    let (mut micros, mut nanos) = (0, 0);
    if let Some(after) = rest.strip_prefix(b".") {
        let digits = after.iter().take_while(|c| c.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        (micros, nanos) = fraction(&after[..digits]);
        rest = &after[digits..];
    }
    let offset = match rest {
        b"" => None,
        b"Z" => Some(0),
        _ => return None,
    };
    let days = days(year as i32, month, day)?;
    Some(Parsed::Timestamp(Timestamp {
        micros: i64::from(days) * DAY_MICROS + seconds * 1_000_000 + micros,
        nanos,
        offset,
    }))
}

fn fraction(digits: &[u8]) -> (i64, u16) {
    let mut padded = [b'0'; 9];
    padded[..digits.len()].copy_from_slice(digits);
    let number = padded.iter().fold(0i64, |number, digit| number * 10 + i64::from(digit - b'0'));
    (number / 1000, (number % 1000) as u16)
}

fn clock(hour: u32, minute: u32, second: u32) -> Option<i64> {
    (hour < 24 && minute < 60 && second < 60).then(|| i64::from(hour * 3600 + minute * 60 + second))
}

pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i32, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970 of a date that exists, of the years 1 to 9999.
pub fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
        return None;
    }
    // The year starts in March, so that the leap day is its last.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let month_from_march = (month as i32 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Year, month and day of a number of days since 1970.
pub fn date_of(days: i32) -> (i32, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u32;
    (year_of_era + era * 400 + i32::from(month <= 2), month, day)
}

/// `2024-01-02`.
pub fn date_text(days: i32) -> String {
    let (year, month, day) = date_of(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `03:04:05` or `03:04:05.000678`.
pub fn time_text(micros: i64) -> String {
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let mut text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction != 0 {
        write!(text, ".{fraction:06}").expect("writing to a String does not fail");
    }
    text
}

/// A span of time as ISO 8601 and pydantic write it: `P1DT2H3M4.5S`.
///
/// ```
/// # use gristmill::schema::time::iso_duration;
/// assert_eq!(iso_duration(90_061_000_000_000), "P1DT1H1M1S");
/// ```
pub fn iso_duration(nanos: i128) -> String {
    let (sign, mut rest) = if nanos < 0 { ("-", -nanos) } else { ("", nanos) };
    let mut text = format!("{sign}P");
    let mut take = |unit: i128| {
        let count = rest / unit;
        rest %= unit;
        count
    };
    let (days, hours, minutes, seconds) =
        (take(86_400_000_000_000), take(3_600_000_000_000), take(60_000_000_000), take(1_000_000_000));
    if days > 0 {
        write!(text, "{days}D").expect("writing to a String does not fail");
    }
    let fraction = format!("{rest:09}");
    let fraction = fraction.trim_end_matches('0');
    if hours + minutes + seconds > 0 || !fraction.is_empty() || days == 0 {
        text.push('T');
    }
    for (count, unit) in [(hours, 'H'), (minutes, 'M')] {
        if count > 0 {
            write!(text, "{count}{unit}").expect("writing to a String does not fail");
        }
    }
    if seconds > 0 || !fraction.is_empty() || text.ends_with('T') {
        let point = if fraction.is_empty() { "" } else { "." };
        write!(text, "{seconds}{point}{fraction}S").expect("writing to a String does not fail");
    }
    text
}

impl Timestamp {
    /// The text form with the offset that the value came with, as Python's `isoformat` writes it.
    pub fn text(self) -> String {
        let local = self.micros + i64::from(self.offset.unwrap_or(0)) * 1_000_000;
        let mut text =
            format!("{}T{}", date_text(local.div_euclid(DAY_MICROS) as i32), time_text(local.rem_euclid(DAY_MICROS)));
        if self.nanos != 0 {
            if local.rem_euclid(1_000_000) == 0 {
                text.push_str(".000000");
            }
            write!(text, "{:03}", self.nanos).expect("writing to a String does not fail");
        }
        if let Some(offset) = self.offset {
            let (sign, seconds) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
            write!(text, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
                .expect("writing to a String does not fail");
            if seconds % 60 != 0 {
                write!(text, ":{:02}", seconds % 60).expect("writing to a String does not fail");
            }
        }
        text
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn take_any(&mut self, bytes: &[u8]) -> bool {
        self.peek().is_some_and(|byte| bytes.contains(&byte) && self.take(byte))
    }

    fn at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let end = self.at + count;
        let digits = self.bytes.get(self.at..end)?;
        let number = digits.iter().try_fold(0, |n, c| c.is_ascii_digit().then(|| n * 10 + u32::from(c - b'0')))?;
        self.at = end;
        Some(number)
    }

    fn run_of_digits(&self) -> usize {
        self.bytes[self.at..].iter().take_while(|c| c.is_ascii_digit()).count()
    }

    fn up_to_two_digits(&mut self) -> Option<u32> {
        let count = self.run_of_digits().min(2);
        if count == 0 { None } else { self.digits(count) }
    }

    fn fraction(&mut self) -> Option<(i64, u16)> {
        let count = self.run_of_digits();
        let fraction = fraction(&self.bytes[self.at..self.at + count.min(9)]);
        self.at += count;
        (count > 0).then_some(fraction)
    }

    fn iso(mut self) -> Option<Parsed> {
        if self.take(b'T') {
            return self.time_only(Some(false));
        }
        let century = self.digits(2)?;
        if self.peek() == Some(b':') {
            self.at -= 2;
            return self.time_only(None);
        }
        let year = (century * 100 + self.digits(2)?) as i32;
        let (days, extended) = self.rest_of_date(year)?;
        if self.at_end() {
            return Some(Parsed::Date(days));
        }
        if !self.take_any(b"T ") {
            return None;
        }
        let (micros, nanos, offset) = self.time(Some(extended))?;
        let micros = i64::from(days) * DAY_MICROS + micros - i64::from(offset.unwrap_or(0)) * 1_000_000;
        self.at_end().then_some(Parsed::Timestamp(Timestamp { micros, nanos, offset }))
    }

    fn time_only(mut self, colons: Option<bool>) -> Option<Parsed> {
        let (micros, _, offset) = self.time(colons)?;
        self.at_end().then_some(Parsed::Time(micros, offset))
    }

    // The month and day, a week and weekday, or the day of the year; and whether hyphens were written.
    fn rest_of_date(&mut self, year: i32) -> Option<(i32, bool)> {
        let extended = self.take(b'-');
        if self.take(b'W') {
            let week = self.digits(2)?;
            let weekday = if extended {
                if self.take(b'-') { self.digits(1)? } else { 1 }
            } else if self.run_of_digits() > 0 {
                self.digits(1)?
            } else {
                1
            };
            return Some((week_day(year, week, weekday)?, extended));
        }
        if !extended && self.at_end() {
            return Some((days(year, 1, 1)?, false));
        }
        let month = self.digits(2)?;
        if extended {
            if self.take(b'-') {
                let day = self.digits(2)?;
                return Some((days(year, month, day)?, true));
            }
            if matches!(self.peek(), None | Some(b'T' | b' ')) {
                return Some((days(year, month, 1)?, true));
            }
            let ordinal = month * 10 + self.digits(1)?;
            return Some((ordinal_day(year, ordinal)?, true));
        }
        let next = self.digits(1)?;
        if matches!(self.peek(), None | Some(b'T' | b' ')) {
            return Some((ordinal_day(year, month * 10 + next)?, false));
        }
        let day = next * 10 + self.digits(1)?;
        Some((days(year, month, day)?, false))
    }

    // Hours, then minutes and seconds, a fraction, and an offset. A date with hyphens wants colons; one
    // without wants none before the seconds.
    fn time(&mut self, colons: Option<bool>) -> Option<(i64, u16, Option<i32>)> {
        let hour = self.digits(2)?;
        let (mut minute, mut second, mut fraction) = (0, 0, (0, 0));
        let has_colon = self.peek() == Some(b':');
        if colons == Some(true) && !has_colon && self.run_of_digits() > 0 {
            return None;
        }
        if self.take(b':') {
            minute = self.digits(2)?;
            if self.take(b':') {
                if colons == Some(false) {
                    return None;
                }
                second = self.digits(2)?;
                if self.take_any(b".,") {
                    fraction = self.fraction()?;
                }
            }
        } else if self.run_of_digits() > 0 {
            minute = self.digits(2)?;
            if self.run_of_digits() > 0 {
                second = self.digits(2)?;
                if self.take_any(b".,") {
                    fraction = self.fraction()?;
                }
            }
        }
        let offset = if matches!(self.peek(), Some(b'Z' | b'+' | b'-')) { Some(self.offset()?) } else { None };
        let micros = clock(hour, minute, second)? * 1_000_000 + fraction.0;
        Some((micros, fraction.1, offset))
    }

    // `Z` or hours and minutes east of UTC.
    fn offset(&mut self) -> Option<i32> {
        if self.take(b'Z') {
            return Some(0);
        }
        let sign = if self.peek() == Some(b'-') { -1 } else { 1 };
        self.at += 1;
        let hours = self.digits(2)?;
        let colon = self.take(b':');
        let minutes = if colon || self.run_of_digits() > 0 { self.digits(2)? } else { 0 };
        let seconds = (hours * 3600 + minutes * 60) as i32;
        (seconds < 86_400).then_some(sign * seconds)
    }

    // `2024/01/15 10:30`, `20240115 1:5:9`, `2024`: forms in use that ISO 8601 does not have.
    fn common(mut self) -> Option<Parsed> {
        let mut date = None;
        if self.run_of_digits() >= 4 {
            let year = self.digits(4)? as i32;
            let before_month = self.at;
            let (mut month, mut day) = (1, 1);
            let month_and_day = (|| {
                self.take_any(b"/:");
                let month = self.digits(2)?;
                self.take_any(b"/:");
                Some((month, self.digits(2)?))
            })();
            match month_and_day {
                Some(found) => (month, day) = found,
                None => self.at = before_month,
            }
            date = Some(days(year, month, day)?);
        }
        if self.at_end() {
            return date.map(Parsed::Date);
        }
        self.take(b' ');
        let hour = self.up_to_two_digits()?;
        if !self.take(b':') {
            return None;
        }
        let minute = self.up_to_two_digits()?;
        let mut second = 0;
        if self.take(b':') {
            second = self.up_to_two_digits()?;
        }
        let fraction = if self.take_any(b".|,") && self.run_of_digits() <= 9 { self.fraction()? } else { (0, 0) };
        let micros = clock(hour, minute, second)? * 1_000_000 + fraction.0;
        if !self.at_end() {
            return None;
        }
        Some(match date {
            Some(days) => Parsed::Timestamp(Timestamp {
                micros: i64::from(days) * DAY_MICROS + micros,
                nanos: fraction.1,
                offset: None,
            }),
            None => Parsed::Time(micros, None),
        })
    }
}

fn ordinal_day(year: i32, ordinal: u32) -> Option<i32> {
    let length = 365 + u32::from(is_leap(year));
    (1..=length).contains(&ordinal).then(|| days(year, 1, 1).map(|first| first + ordinal as i32 - 1))?
}

fn week_day(year: i32, week: u32, weekday: u32) -> Option<i32> {
    if week > 53 || weekday > 7 {
        return None;
    }
    // The fourth of January is always in week 1. Day 0 of 1970 was a Thursday.
    let fourth = days(year, 1, 4)?;
    let monday = fourth - (fourth + 3).rem_euclid(7);
    let last = days(year, 12, 28)?;
    let weeks = (last - monday) / 7 + 1;
    (week as i32 <= weeks).then_some(monday + (week as i32 - 1) * 7 + weekday as i32 - 1)
}
