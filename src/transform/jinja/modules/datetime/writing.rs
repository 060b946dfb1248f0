//! `strftime`.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _};

use super::iso;
use crate::error::Result;
use crate::transform::jinja::limits;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The date and time in a format; the zone is its offset and its name.
pub(super) fn strftime(
    format: &str,
    date: NaiveDate,
    time: NaiveTime,
    zone: Option<(i32, Option<String>)>,
) -> Result<String> {
    limits::text(format.len().saturating_mul(16))?;
    let mut out = String::with_capacity(format.len() * 2);
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        // `%-d` leaves the padding out, as the C library of Linux and macOS has it.
        let bare = characters.next_if_eq(&'-').is_some();
        let Some(directive) = characters.next() else {
            out.push('%');
            break;
        };
        let text = directive_text(directive, date, time, zone.as_ref());
        match text {
            Some(text) if bare => {
                let trimmed = text.trim_start_matches(['0', ' ']);
                out.push_str(if trimmed.is_empty() { "0" } else { trimmed });
            }
            Some(text) => out.push_str(&text),
            None => {
                out.push('%');
                if bare {
                    out.push('-');
                }
                out.push(directive);
            }
        }
    }
    Ok(out)
}

fn directive_text(
    directive: char,
    date: NaiveDate,
    time: NaiveTime,
    zone: Option<&(i32, Option<String>)>,
) -> Option<String> {
    let weekday = date.weekday().num_days_from_monday() as usize;
    let month = date.month0() as usize;
    let ordinal = date.ordinal0();
    let hour12 = (time.hour() + 11) % 12 + 1;
    let again = |format: &str| strftime(format, date, time, zone.cloned()).ok();
    Some(match directive {
        'a' => WEEKDAYS[weekday][..3].to_owned(),
        'A' => WEEKDAYS[weekday].to_owned(),
        'b' | 'h' => MONTHS[month][..3].to_owned(),
        'B' => MONTHS[month].to_owned(),
        'c' => again("%a %b %e %H:%M:%S %Y")?,
        'C' => format!("{:02}", date.year() / 100),
        'd' => format!("{:02}", date.day()),
        'D' | 'x' => again("%m/%d/%y")?,
        'e' => format!("{:2}", date.day()),
        'f' => format!("{:06}", time.nanosecond() / 1000),
        'F' => again("%Y-%m-%d")?,
        'g' => format!("{:02}", date.iso_week().year().rem_euclid(100)),
        'G' => date.iso_week().year().to_string(),
        'H' => format!("{:02}", time.hour()),
        'I' => format!("{hour12:02}"),
        'j' => format!("{:03}", date.ordinal()),
        'k' => format!("{:2}", time.hour()),
        'l' => format!("{hour12:2}"),
        'm' => format!("{:02}", date.month()),
        'M' => format!("{:02}", time.minute()),
        'n' => "\n".to_owned(),
        'p' => if time.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        'P' => if time.hour() < 12 { "am" } else { "pm" }.to_owned(),
        'r' => again("%I:%M:%S %p")?,
        'R' => again("%H:%M")?,
        's' => date.and_time(time).and_local_timezone(chrono::Local).earliest()?.timestamp().to_string(),
        'S' => format!("{:02}", time.second()),
        't' => "\t".to_owned(),
        'T' | 'X' => again("%H:%M:%S")?,
        'u' => (weekday + 1).to_string(),
        'U' => format!("{:02}", (ordinal + 7 - date.weekday().num_days_from_sunday()) / 7),
        'V' => format!("{:02}", date.iso_week().week()),
        'w' => date.weekday().num_days_from_sunday().to_string(),
        'W' => format!("{:02}", (ordinal + 7 - date.weekday().num_days_from_monday()) / 7),
        'y' => format!("{:02}", date.year().rem_euclid(100)),
        'Y' => date.year().to_string(),
        'z' => zone.map_or(String::new(), |(offset, _)| iso::of_offset(Some(*offset)).replace(':', "")),
        'Z' => zone.and_then(|(_, name)| name.clone()).unwrap_or_default(),
        '%' => "%".to_owned(),
        _ => return None,
    })
}
