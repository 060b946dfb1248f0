//! Versions of packages and the conditions on them, with dbt's rules.

use std::cmp::Ordering;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

/// `1.4.0-rc1+build`: three numbers, maybe a pre-release.
#[derive(Clone, Debug)]
pub struct Version {
    numbers: [u64; 3],
    pub prerelease: Option<String>,
    text: String,
}

/// What a version must meet.
#[derive(Clone, Debug)]
pub struct Condition {
    operator: Operator,
    version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Version {
    /// ```
    /// use gristmill::transform::deps::semver::Version;
    /// assert!(Version::parse("1.0.0-rc1").unwrap() < Version::parse("1.0.0").unwrap());
    /// assert!(Version::parse("1.0").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        static FORM: LazyLock<Regex> = LazyLock::new(|| {
            let part = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)";
            let form = format!(
                r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-?({part}(?:\.{part})*))?(?:\+[0-9A-Za-z-]*(?:\.[0-9A-Za-z-]*)*)?$"
            );
            Regex::new(&form).expect("the form of versions is a regular expression")
        });
        let found = FORM.captures(text)?;
        let number = |index: usize| found[index].parse().ok();
        Some(Self {
            numbers: [number(1)?, number(2)?, number(3)?],
            prerelease: found.get(4).map(|part| part.as_str().to_owned()),
            text: text.to_owned(),
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// What stands behind a `+` does not count.
impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (&self.prerelease, &other.prerelease) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => by_parts(one, two),
        })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

// Numbers come before words; of two that begin alike the longer text is the later one.
fn by_parts(one: &str, two: &str) -> Ordering {
    let compare = |(a, b): (&str, &str)| match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    };
    one.split('.')
        .zip(two.split('.'))
        .map(compare)
        .find(|order| order.is_ne())
        .unwrap_or_else(|| one.len().cmp(&two.len()))
}

impl Condition {
    /// One condition: `>=1.0.0`, `<2.0.0`, `1.3.0`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let operators = [
            (">=", Operator::GreaterOrEqual),
            ("<=", Operator::LessOrEqual),
            (">", Operator::Greater),
            ("<", Operator::Less),
            ("=", Operator::Equal),
        ];
        let (operator, rest) = operators
            .into_iter()
            .find_map(|(sign, operator)| Some((operator, text.strip_prefix(sign)?)))
            .unwrap_or((Operator::Equal, text));
        Some(Self { operator, version: Version::parse(rest.trim_start())? })
    }

    /// ```
    /// use gristmill::transform::deps::semver::{Condition, Version};
    /// let below_two = Condition::parse("<2.0.0").unwrap();
    /// assert!(below_two.holds(&Version::parse("1.9.9").unwrap()));
    /// // A release candidate of the version that is not wanted is not wanted either.
    /// assert!(!below_two.holds(&Version::parse("2.0.0-rc1").unwrap()));
    /// ```
    pub fn holds(&self, version: &Version) -> bool {
        let order = version.cmp(&self.version);
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Less => {
                let of_the_bound = version.numbers == self.version.numbers
                    && version.prerelease.is_some()
                    && self.version.prerelease.is_none();
                order.is_lt() && !of_the_bound
            }
        }
    }

    pub fn names_prerelease(&self) -> bool {
        self.version.prerelease.is_some()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.operator {
            Operator::Equal => "=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
        };
        write!(f, "{sign}{}", self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_their_rules_say() {
        let ordered =
            ["0.9.0", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-beta", "1.0.0-beta.1", "1.0.0", "1.0.1", "1.10.0"];
        for pair in ordered.windows(2) {
            assert!(Version::parse(pair[0]) < Version::parse(pair[1]), "{pair:?}");
        }
        assert_eq!(Version::parse("1.0.0+one"), Version::parse("1.0.0+two"));
        assert_eq!(Version::parse("1.0.0rc1").unwrap().prerelease.as_deref(), Some("rc1"));
        for malformed in ["1", "1.0", "1.0.0.0", "01.0.0", "v1.0.0", "1.0.x", ""] {
            assert!(Version::parse(malformed).is_none(), "{malformed}");
        }
    }

    #[test]
    fn conditions_hold_or_do_not() {
        let cases = [
            ("1.0.0", "1.0.0", true),
            ("=1.0.0", "1.0.1", false),
            (">1.0.0", "1.0.0", false),
            (">=1.0.0", "1.0.0", true),
            (">=1.0.0", "1.0.0-rc1", false),
            ("<=2.0.0", "2.0.0-rc1", true),
            ("<2.0.0", "2.0.0-rc1", false),
            ("<2.0.0-rc2", "2.0.0-rc1", true),
        ];
        for (condition, version, holds) in cases {
            let held = Condition::parse(condition).unwrap().holds(&Version::parse(version).unwrap());
            assert_eq!(held, holds, "{condition} {version}");
        }
    }
}
