//! The countries of `modules.pytz`: their names and time zones, by the two letters that stand for them in any case.

use std::any::Any;

use super::super::eval::Interpreter;
use crate::error::Result;
use crate::transform::jinja::{Args, Object, Value};

// Of the time zone database, which belongs to all: letters, name, zones.
const COUNTRIES: &str = include_str!("countries.tsv");

/// `country_timezones`, which may be called too, or `country_names`.
pub(super) struct Countries {
    pub(super) zones: bool,
}

impl Countries {
    fn entries(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let zones = self.zones;
        COUNTRIES.lines().filter_map(move |line| {
            let mut fields = line.split('\t');
            let (letters, name, places) = (fields.next()?, fields.next()?, fields.next()?);
            match (zones, places.is_empty()) {
                (false, _) => Some((letters, Value::str(name))),
                (true, false) => Some((letters, Value::list(places.split(' ').map(Value::str)))),
                (true, true) => None,
            }
        })
    }

    fn of(&self, key: &Value) -> Option<Value> {
        let wanted = key.as_str()?;
        self.entries().find(|(letters, _)| letters.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    }
}

impl Object for Countries {
    fn type_name(&self) -> &'static str {
        if self.zones { "_CountryTimezoneDict" } else { "_CountryNameDict" }
    }

    fn item(&self, key: &Value) -> Option<Value> {
        self.of(key)
    }

    fn is_callable(&self) -> bool {
        self.zones
    }

    fn call(&self, _: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        let asked = args.bind("country_timezones", ["iso3166_code"], []);
        self.zones
            .then(|| asked.map(|([key], [])| self.of(&key).unwrap_or_else(|| Value::undefined("country_timezones"))))
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        Some(match name {
            "keys" => Ok(Value::list(self.entries().map(|(letters, _)| Value::str(letters)))),
            "values" => Ok(Value::list(self.entries().map(|(_, value)| value))),
            "items" => {
                Ok(Value::list(self.entries().map(|(letters, value)| Value::tuple([Value::str(letters), value]))))
            }
            "get" => args
                .bind(name, ["key"], ["default"])
                .map(|([key], [default])| self.of(&key).or(default).unwrap_or(Value::None)),
            _ => return None,
        })
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "keys" | "values" | "items" | "get")
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.entries().map(|(letters, _)| Value::str(letters)).collect())
    }

    fn length(&self) -> Option<usize> {
        Some(self.entries().count())
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
