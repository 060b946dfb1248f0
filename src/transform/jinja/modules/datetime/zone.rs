//! Time zones, as `pytz` and `datetime.timezone` have them.

use std::any::Any;

use chrono::{NaiveDateTime, Offset as _, TimeDelta, TimeZone as _};
use chrono_tz::{OffsetComponents as _, OffsetName as _, Tz};

use super::moment::Moment;
use super::span::Span;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::{Args, Interpreter, Object, Value, operators};

/// A time zone.
#[derive(Clone, Debug, PartialEq)]
pub enum Zone {
    /// `pytz.utc`.
    Utc,
    /// `pytz.FixedOffset`, in seconds.
    Fixed(i32),
    /// `datetime.timezone`, in seconds.
    Plain(i32),
    /// A zone of the world; with the offset that a datetime got when it was localized.
    Named(Tz, Option<Local>),
}

/// What a zone of the world has at some time.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    offset: i32,
    saving: i32,
    name: String,
}

/// `tzinfo()` by itself is of no use to a template.
pub(super) fn make(_: &mut Interpreter<'_>, _: Args) -> Result<Value> {
    Err(type_error("a plain `tzinfo` has no offset").hint("use `modules.pytz.timezone(name)` or `modules.pytz.utc`"))
}

/// The zone as a value, or `None`.
pub(super) fn value(zone: Option<&Zone>) -> Value {
    zone.map_or(Value::None, |zone| Value::object(zone.clone()))
}

fn local(tz: Tz, utc: NaiveDateTime) -> Local {
    let offset = tz.offset_from_utc_datetime(&utc);
    Local {
        offset: minutes(offset.fix().local_minus_utc()),
        saving: offset.dst_offset().num_seconds() as i32,
        name: offset.abbreviation().unwrap_or_default().to_owned(),
    }
}

// Old local times have offsets of seconds; pytz rounds them to minutes.
fn minutes(seconds: i32) -> i32 {
    (seconds + 30).div_euclid(60) * 60
}

// What the zone had before there were rules, which is what pytz gives to a datetime that was not localized.
fn first(tz: Tz) -> Local {
    local(tz, NaiveDateTime::MIN + TimeDelta::days(1000))
}

impl Zone {
    pub fn of_seconds(seconds: i32) -> Self {
        Self::Plain(seconds)
    }

    /// The zone of this name; `UTC` is the one of pytz.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("utc") {
            return Some(Self::Utc);
        }
        chrono_tz::TZ_VARIANTS.iter().find(|tz| tz.name().eq_ignore_ascii_case(name)).map(|tz| Self::Named(*tz, None))
    }

    pub(super) fn offset(&self) -> i32 {
        match self {
            Self::Utc => 0,
            Self::Fixed(seconds) | Self::Plain(seconds) => *seconds,
            Self::Named(tz, None) => first(*tz).offset,
            Self::Named(_, Some(local)) => local.offset,
        }
    }

    fn saving(&self) -> Option<i32> {
        match self {
            Self::Utc | Self::Fixed(_) => Some(0),
            Self::Plain(_) => None,
            Self::Named(_, None) => Some(0),
            Self::Named(_, Some(local)) => Some(local.saving),
        }
    }

    pub(super) fn abbreviation(&self) -> Option<String> {
        match self {
            Self::Utc | Self::Plain(0) => Some("UTC".to_owned()),
            Self::Fixed(_) => None,
            Self::Plain(seconds) => Some(format!("UTC{}", super::iso::of_offset(Some(*seconds)))),
            Self::Named(tz, None) => Some(first(*tz).name),
            Self::Named(_, Some(local)) => Some(local.name.clone()),
        }
    }

    /// The offset, when it is the same on all days.
    pub(super) fn constant_offset(&self) -> Option<i32> {
        match self {
            Self::Utc | Self::Fixed(_) | Self::Plain(_) => Some(self.offset()),
            Self::Named(..) => None,
        }
    }

    pub(super) fn constant_name(&self) -> Option<String> {
        self.constant_offset().and_then(|_| self.abbreviation())
    }

    /// A moment of UTC as the zone's clocks show it.
    pub fn from_utc(&self, utc: NaiveDateTime) -> Result<Moment> {
        let zone = match self {
            Self::Utc | Self::Fixed(_) | Self::Plain(_) => self.clone(),
            Self::Named(tz, _) => Self::Named(*tz, Some(local(*tz, utc))),
        };
        let at = utc.checked_add_signed(TimeDelta::seconds(i64::from(zone.offset())));
        Moment::checked(at, Some(zone))
    }

    /// `zone.localize(datetime, is_dst)`: `is_dst` chooses where clocks were set back or forward, or refuses when none.
    fn localize(&self, moment: &Moment, is_dst: Option<bool>) -> Result<Moment> {
        if moment.zone.is_some() {
            return Err(Error::new(Kind::Compilation, "the datetime has a time zone already")
                .hint("change it with `astimezone(zone)`"));
        }
        let Self::Named(tz, _) = self else {
            return Ok(Moment { at: moment.at, zone: Some(self.clone()) });
        };
        let as_of = |offset: i32| local(*tz, moment.at - TimeDelta::seconds(i64::from(offset)));
        let chosen = match tz.offset_from_local_datetime(&moment.at) {
            chrono::LocalResult::Single(offset) => as_of(offset.fix().local_minus_utc()),
            chrono::LocalResult::Ambiguous(a, b) => {
                let is_dst = is_dst.ok_or_else(|| unclear(moment, "happens twice"))?;
                let (a, b) = (as_of(a.fix().local_minus_utc()), as_of(b.fix().local_minus_utc()));
                if (a.saving != 0) == is_dst { a } else { b }
            }
            chrono::LocalResult::None => {
                let is_dst = is_dst.ok_or_else(|| unclear(moment, "never happens"))?;
                // As it was six hours earlier, or is six hours later.
                let shift = TimeDelta::hours(if is_dst { 6 } else { -6 });
                local(*tz, moment.at + shift - TimeDelta::seconds(i64::from(first(*tz).offset)))
            }
        };
        Ok(Moment { at: moment.at, zone: Some(Self::Named(*tz, Some(chosen))) })
    }

    fn name(&self) -> Option<&'static str> {
        match self {
            Self::Utc => Some("UTC"),
            Self::Fixed(_) | Self::Plain(_) => None,
            Self::Named(tz, _) => Some(tz.name()),
        }
    }

    // Zones that never changed print without what they have at some time.
    fn is_static(tz: Tz) -> bool {
        tz.name().starts_with("Etc/")
            || matches!(
                tz.name(),
                "GMT" | "GMT0" | "GMT+0" | "GMT-0" | "Greenwich" | "UCT" | "Universal" | "Zulu" | "EST" | "MST" | "HST"
            )
    }
}

fn unclear(moment: &Moment, how: &str) -> Error {
    Error::new(Kind::Compilation, format!("{} {how} in this time zone", moment.display()))
        .hint("`is_dst=True` or `is_dst=False` says which is meant")
}

impl Object for Zone {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Fixed(_) => "_FixedOffset",
            Self::Plain(_) => "timezone",
            Self::Named(tz, _) => tz.name(),
        }
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "zone" => Some(self.name().into()),
            _ => None,
        }
    }

    fn has_method(&self, name: &str) -> bool {
        match name {
            "dst" | "tzname" | "utcoffset" | "fromutc" => true,
            "localize" | "normalize" => !matches!(self, Self::Plain(_)),
            _ => false,
        }
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let answer = || {
            let ([moment], [is_dst]) = args.bind(name, ["dt"], ["is_dst"])?;
            if name == "tzname" && (moment.is_none() || self.constant_offset().is_some()) {
                return Ok(self.abbreviation().into());
            }
            if let (Value::None, Some(offset)) = (&moment, self.constant_offset()) {
                let seconds = if name == "dst" { 0 } else { offset };
                return Ok(Value::object(Span::from_seconds(i64::from(seconds))));
            }
            if moment.is_none() {
                return Ok(Value::None);
            }
            operators::undefined(&moment)?;
            let moment = moment
                .downcast::<Moment>()
                .ok_or_else(|| type_error(format!("a datetime is required, not `{}`", moment.type_name())))?;
            let is_dst = match is_dst {
                None => Some(false),
                Some(Value::None) => None,
                Some(is_dst) => Some(is_dst.truth()),
            };
            match name {
                "localize" => self.localize(moment, is_dst).map(Value::object),
                "normalize" => {
                    let utc = moment.utc().ok_or_else(|| {
                        Error::new(Kind::Compilation, "the datetime has no time zone")
                            .hint("give it one with `localize`")
                    })?;
                    self.from_utc(utc).map(Value::object)
                }
                "fromutc" => self.from_utc(moment.at).map(Value::object),
                _ => {
                    let zone = match &moment.zone {
                        Some(zone) => zone.clone(),
                        None => self.localize(moment, is_dst)?.zone.unwrap_or(Self::Utc),
                    };
                    Ok(match name {
                        "tzname" => zone.abbreviation().into(),
                        "dst" => zone.saving_value(),
                        _ => Value::object(Span::from_seconds(i64::from(zone.offset()))),
                    })
                }
            }
        };
        self.has_method(name).then(answer)
    }

    fn display(&self) -> String {
        match self {
            Self::Plain(_) => self.abbreviation().unwrap_or_default(),
            _ => self.name().map_or_else(|| self.repr(), str::to_owned),
        }
    }

    fn repr(&self) -> String {
        match self {
            Self::Utc => "<UTC>".to_owned(),
            Self::Fixed(seconds) => format!("pytz.FixedOffset({})", seconds / 60),
            Self::Plain(0) => "datetime.timezone.utc".to_owned(),
            Self::Plain(seconds) => {
                format!("datetime.timezone({})", Span::from_seconds(i64::from(*seconds)).repr())
            }
            Self::Named(tz, _) if Self::is_static(*tz) => format!("<StaticTzInfo '{}'>", tz.name()),
            Self::Named(tz, known) => {
                let local = known.clone().unwrap_or_else(|| first(*tz));
                let offset = Span::from_seconds(i64::from(local.offset));
                let sign = if local.offset >= 0 { "+" } else { "" };
                let kind = if local.saving == 0 { "STD" } else { "DST" };
                format!("<DstTzInfo '{}' {}{sign}{} {kind}>", tz.name(), local.name, offset.display())
            }
        }
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<Self>() == Some(self))
    }

    fn hash(&self) -> Option<u64> {
        Some(self.offset() as u64)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Zone {
    pub(super) fn saving_value(&self) -> Value {
        self.saving().map_or(Value::None, |seconds| Value::object(Span::from_seconds(i64::from(seconds))))
    }
}
