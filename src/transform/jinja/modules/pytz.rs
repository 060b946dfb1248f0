//! `modules.pytz`: the time zones of the world.

use super::countries::Countries;
use super::datetime::Zone;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::methods::expect_text;
use crate::transform::jinja::{Args, Value, nearest, operators};

pub(super) fn module() -> Value {
    let names = || chrono_tz::TZ_VARIANTS.iter().map(|tz| Value::str(tz.name()));
    Value::dict([
        ("timezone", Value::function("timezone", |_, args| timezone(args))),
        ("utc", Value::object(Zone::Utc)),
        ("FixedOffset", Value::function("FixedOffset", |_, args| fixed_offset(args))),
        ("country_timezones", Value::object(Countries { zones: true })),
        ("country_names", Value::object(Countries { zones: false })),
        ("all_timezones", Value::list(names())),
        ("all_timezones_set", Value::set(names()).expect("names may be members of a set")),
        ("common_timezones", Value::list(common())),
        ("common_timezones_set", Value::set(common()).expect("names may be members of a set")),
    ])
}

// The zones that are named for places of today's map.
fn common() -> impl Iterator<Item = Value> {
    let regions = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Canada/",
        "Europe/",
        "Indian/",
        "Pacific/",
        "US/",
    ];
    chrono_tz::TZ_VARIANTS
        .iter()
        .map(|tz| tz.name())
        .filter(move |name| regions.iter().any(|region| name.starts_with(region)) || matches!(*name, "GMT" | "UTC"))
        .map(Value::str)
}

fn timezone(args: Args) -> Result<Value> {
    let ([name], []) = args.bind("timezone", ["zone"], [])?;
    let name = expect_text(&name)?;
    Zone::named(name).map(Value::object).ok_or_else(|| {
        let error = Error::new(Kind::Compilation, format!("there is no time zone named `{name}`"));
        match nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name())) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("time zones are named like `Europe/Berlin`"),
        }
    })
}

fn fixed_offset(args: Args) -> Result<Value> {
    let ([minutes], []) = args.bind_places::<1, 0>("FixedOffset")?;
    let minutes = operators::integer_index(&minutes)?;
    if minutes.abs() >= 1440 {
        return Err(Error::new(Kind::Compilation, "the absolute offset must be less than a day"));
    }
    Ok(Value::object(if minutes == 0 { Zone::Utc } else { Zone::Fixed(minutes as i32 * 60) }))
}
