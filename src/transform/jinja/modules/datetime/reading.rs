//! `strptime`.

use chrono::{Datelike as _, NaiveDate, NaiveTime};

use super::moment::Moment;
use super::writing::{MONTHS, WEEKDAYS};
use super::zone::Zone;
use crate::error::{Error, Kind, Result};

/// What was read so far; Python fills what is missing from the first of January 1900.
#[derive(Default)]
struct Read {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    ordinal: Option<u32>,
    hour: Option<u32>,
    hour12: Option<u32>,
    afternoon: Option<bool>,
    minute: u32,
    second: u32,
    microsecond: u32,
    zone: Option<Zone>,
}

/// The date and time of a text in a format.
pub(super) fn strptime(text: &str, format: &str) -> Result<Moment> {
    let mismatch = || Error::new(Kind::Compilation, format!("time data `{text}` does not match format `{format}`"));
    let mut read = Read::default();
    let rest = read.all(text, format)?.ok_or_else(mismatch)?;
    if !rest.is_empty() {
        return Err(Error::new(Kind::Compilation, format!("unconverted data remains: {rest}")));
    }
    read.finish().ok_or_else(mismatch)
}

// A number of at most so many digits, which is how Python reads `%d`.
fn number(text: &str, most: usize, range: std::ops::RangeInclusive<u32>) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    (1..=digits).rev().find_map(|length| {
        let number = text[..length].parse().ok()?;
        range.contains(&number).then_some((number, &text[length..]))
    })
}

fn name<'t>(text: &'t str, names: &[&str], short: bool) -> Option<(u32, &'t str)> {
    names.iter().zip(0..).find_map(|(name, index)| {
        let name = if short { &name[..3] } else { name };
        let found = text.get(..name.len())?;
        found.eq_ignore_ascii_case(name).then(|| (index, &text[name.len()..]))
    })
}

impl Read {
    // What is left of the text; `None` when it does not match.
    fn all<'t>(&mut self, text: &'t str, format: &str) -> Result<Option<&'t str>> {
        let mut rest = text;
        let mut characters = format.chars();
        while let Some(character) = characters.next() {
            if character.is_whitespace() {
                let trimmed = rest.trim_start();
                if trimmed.len() == rest.len() && !rest.is_empty() {
                    return Ok(None);
                }
                rest = trimmed;
                continue;
            }
            let matched = if character == '%' {
                let directive = characters.next().ok_or_else(|| {
                    Error::new(Kind::Compilation, format!("a `%` stands at the end of the format `{format}`"))
                })?;
                match directive {
                    'D' => self.all(rest, "%m/%d/%y")?,
                    'x' => self.all(rest, "%m/%d/%y")?,
                    'T' | 'X' => self.all(rest, "%H:%M:%S")?,
                    'R' => self.all(rest, "%H:%M")?,
                    'F' => self.all(rest, "%Y-%m-%d")?,
                    'c' => self.all(rest, "%a %b %d %H:%M:%S %Y")?,
                    _ if "aAbBdfHIjmMpSyYzZwuUW%".contains(directive) => self.one(directive, rest),
                    _ => {
                        let message = format!("`%{directive}` is a bad directive in the format `{format}`");
                        return Err(Error::new(Kind::Compilation, message));
                    }
                }
            } else {
                let mut inside = rest.chars();
                let same = inside.next().is_some_and(|found| found.to_lowercase().eq(character.to_lowercase()));
                same.then(|| inside.as_str())
            };
            match matched {
                Some(after) => rest = after,
                None => return Ok(None),
            }
        }
        Ok(Some(rest))
    }

    fn one<'t>(&mut self, directive: char, text: &'t str) -> Option<&'t str> {
        let (_, rest) = match directive {
            'a' => name(text, &WEEKDAYS, true)?,
            'A' => name(text, &WEEKDAYS, false)?,
            'b' | 'B' => {
                let (month, rest) = name(text, &MONTHS, directive == 'b')?;
                self.month = Some(month + 1);
                (month, rest)
            }
            'd' => keep(&mut self.day, number(text, 2, 1..=31)?),
            'H' => keep(&mut self.hour, number(text, 2, 0..=23)?),
            'I' => keep(&mut self.hour12, number(text, 2, 1..=12)?),
            'j' => keep(&mut self.ordinal, number(text, 3, 1..=366)?),
            'm' => keep(&mut self.month, number(text, 2, 1..=12)?),
            'M' => {
                let found = number(text, 2, 0..=59)?;
                self.minute = found.0;
                found
            }
            'S' => {
                let found = number(text, 2, 0..=61)?;
                self.second = found.0;
                found
            }
            'f' => {
                let digits = text.bytes().take(6).take_while(u8::is_ascii_digit).count();
                let six: String = text[..digits].chars().chain("000000".chars()).take(6).collect();
                self.microsecond = if digits == 0 { return None } else { six.parse().ok()? };
                (0, &text[digits..])
            }
            'y' => {
                let found = number(text, 2, 0..=99)?;
                self.year = Some(found.0 as i32 + if found.0 < 69 { 2000 } else { 1900 });
                found
            }
            'Y' => {
                text.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
                let found = number(text, 4, 0..=9999)?;
                self.year = Some(found.0 as i32);
                found
            }
            'p' => {
                let half = text.get(..2)?;
                let afternoon = half.eq_ignore_ascii_case("pm");
                if !afternoon && !half.eq_ignore_ascii_case("am") {
                    return None;
                }
                self.afternoon = Some(afternoon);
                (0, &text[2..])
            }
            'z' => (0, self.offset(text)?),
            'Z' => {
                let known =
                    ["utc", "gmt"].iter().find(|known| text.get(..3).is_some_and(|t| t.eq_ignore_ascii_case(known)))?;
                (0, &text[known.len()..])
            }
            'w' => number(text, 1, 0..=6)?,
            'u' => number(text, 1, 1..=7)?,
            'U' | 'W' => number(text, 2, 0..=53)?,
            _ => (0, text.strip_prefix('%')?),
        };
        Some(rest)
    }

    fn offset<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if let Some(rest) = text.strip_prefix('Z') {
            self.zone = Some(Zone::of_seconds(0));
            return Some(rest);
        }
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let rest = text.strip_prefix(['+', '-'])?;
        let two = |text: &'t str| -> Option<(i32, &'t str)> {
            let digits = text.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
            Some((digits.parse().ok()?, &text[2..]))
        };
        let (hours, rest) = two(rest)?;
        let (minutes, mut rest) = two(rest.strip_prefix(':').unwrap_or(rest))?;
        let mut seconds = 0;
        if let Some((found, after)) = two(rest.strip_prefix(':').unwrap_or(rest)) {
            seconds = found;
            rest = after;
        }
        self.zone = Some(Zone::of_seconds(sign * (hours * 3600 + minutes * 60 + seconds)));
        Some(rest)
    }

    fn finish(self) -> Option<Moment> {
        let year = self.year.unwrap_or(1900);
        let date = match self.ordinal {
            Some(ordinal) if self.month.is_none() && self.day.is_none() => NaiveDate::from_yo_opt(year, ordinal)?,
            _ => NaiveDate::from_ymd_opt(year, self.month.unwrap_or(1), self.day.unwrap_or(1))?,
        };
        let hour = match (self.hour, self.hour12, self.afternoon) {
            (_, Some(hour), afternoon) => hour % 12 + if afternoon == Some(true) { 12 } else { 0 },
            (hour, None, _) => hour.unwrap_or(0),
        };
        let time = NaiveTime::from_hms_micro_opt(hour, self.minute, self.second, self.microsecond)?;
        (date.year() >= 1).then(|| Moment { at: date.and_time(time), zone: self.zone })
    }
}

fn keep<'t>(slot: &mut Option<u32>, found: (u32, &'t str)) -> (u32, &'t str) {
    *slot = Some(found.0);
    found
}
