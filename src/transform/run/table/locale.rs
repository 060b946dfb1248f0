//! How a number is written where `locale=` says: the signs between its thousands and before its places.

use super::arguments::wrong;
use crate::error::Result;
use crate::transform::jinja::{Decimal, Value};

// Of the Common Locale Data Repository: the sign between thousands, the sign before the places, and where both are used.
const LOCALES: &str = include_str!("locales.tsv");

/// The signs of a locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signs {
    group: &'static str,
    point: &'static str,
}

impl Signs {
    /// Those of `en_US`, which all is written with unless a template asks for others.
    pub(super) const USUAL: Self = Self { group: ",", point: "." };

    /// Those of a locale by its name, `de_DE`, in any case; what follows a point is of no account.
    pub(super) fn of(locale: &Value) -> Result<Self> {
        if !locale.truth() {
            return Ok(Self::USUAL);
        }
        let name = locale.as_str().and_then(|name| name.split(['.', '@']).next()).unwrap_or_default();
        let found = LOCALES.lines().find_map(|line| {
            let mut fields = line.split('\t');
            let signs = Self { group: fields.next()?, point: fields.next()? };
            fields.next()?.split(' ').any(|known| known.eq_ignore_ascii_case(name)).then_some(signs)
        });
        found.ok_or_else(|| {
            wrong(format!("there is no locale {}", locale.repr())).hint("a locale is named like `en_US` or `de`")
        })
    }

    /// The number with so many places.
    pub(super) fn written(self, number: &Decimal, places: u32) -> Result<String> {
        let text = number.grouped(places)?;
        if self == Self::USUAL {
            return Ok(text);
        }
        let sign = |sign: char| match sign {
            ',' => self.group.to_owned(),
            '.' => self.point.to_owned(),
            other => other.to_string(),
        };
        Ok(text.chars().map(sign).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_names_two_signs_and_places() {
        assert!(LOCALES.lines().all(|line| line.split('\t').count() == 3));
        let number = Decimal::scaled(-12_345_678, 2);
        let written =
            |locale: &str| Signs::of(&Value::str(locale)).and_then(|signs| signs.written(&number, 1)).unwrap();
        assert_eq!(["en_US", "DE_de.UTF-8", "fr"].map(written), ["-123,456.8", "-123.456,8", "-123\u{202f}456,8"]);
        assert!(Signs::of(&Value::str("xx")).is_err());
    }
}
