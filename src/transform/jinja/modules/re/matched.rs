//! A match and its groups.

use std::any::Any;
use std::sync::Arc;

use fancy_regex::Captures;

use super::pattern::Pattern;
use super::replacement::Replacement;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::methods::expect_text;
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// A match: where each group stands in the text, in bytes.
pub(super) struct Match {
    pattern: Pattern,
    text: Arc<str>,
    groups: Vec<Option<(usize, usize)>>,
}

impl Match {
    pub(super) fn new(pattern: Pattern, text: Arc<str>, captures: &Captures<'_, str>, offset: usize) -> Self {
        let groups = captures.iter().map(|group| group.map(|group| (group.start() + offset, group.end() + offset)));
        Self { pattern, text, groups: groups.collect() }
    }

    fn place(&self, group: &Value) -> Result<usize> {
        let place = match group {
            Value::Str(name) => self.pattern.names().position(|known| known == Some(&**name)),
            _ => {
                group.as_int().and_then(|place| usize::try_from(place).ok()).filter(|place| *place < self.groups.len())
            }
        };
        place.ok_or_else(|| Error::new(Kind::Compilation, format!("the pattern has no group {}", group.repr())))
    }

    fn value(&self, place: usize, default: &Value) -> Value {
        self.groups[place].map_or_else(|| default.clone(), |(start, end)| Value::str(&self.text[start..end]))
    }

    fn span(&self, place: usize) -> (i64, i64) {
        let count = |offset: usize| self.text[..offset].chars().count() as i64;
        self.groups[place].map_or((-1, -1), |(start, end)| (count(start), count(end)))
    }

    fn method(&self, name: &str, args: Args) -> Result<Value> {
        match name {
            "group" => {
                let groups = args.bind_rest(name)?;
                let values = groups.iter().map(|group| Ok(self.value(self.place(group)?, &Value::None)));
                let mut values = values.collect::<Result<Vec<_>>>()?;
                Ok(match values.len() {
                    0 => self.value(0, &Value::None),
                    1 => values.remove(0),
                    _ => Value::tuple(values),
                })
            }
            "groups" => {
                let ([], [default]) = args.bind(name, [], ["default"])?;
                let default = default.unwrap_or(Value::None);
                Ok(Value::tuple((1..self.groups.len()).map(|place| self.value(place, &default))))
            }
            "groupdict" => {
                let ([], [default]) = args.bind(name, [], ["default"])?;
                let default = default.unwrap_or(Value::None);
                let names = self.pattern.names().enumerate();
                Ok(Value::dict(names.filter_map(|(place, name)| Some((name?, self.value(place, &default))))))
            }
            "expand" => {
                let ([template], []) = args.bind(name, ["template"], [])?;
                let replacement = Replacement::parse(expect_text(&template)?, &self.pattern)?;
                let mut out = String::new();
                replacement
                    .expand_with(|place| self.groups[place].map(|(start, end)| &self.text[start..end]), &mut out);
                Ok(Value::from(out))
            }
            _ => {
                let ([], [group]) = args.bind_places::<0, 1>(name)?;
                let (start, end) = self.span(group.as_ref().map_or(Ok(0), |group| self.place(group))?);
                Ok(match name {
                    "start" => Value::Int(start),
                    "end" => Value::Int(end),
                    _ => Value::tuple([Value::Int(start), Value::Int(end)]),
                })
            }
        }
    }
}

impl Object for Match {
    fn type_name(&self) -> &'static str {
        "Match"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        // The group that closed last.
        let last = || {
            let closed =
                self.groups.iter().enumerate().skip(1).filter_map(|(place, group)| Some((group.as_ref()?.1, place)));
            closed.rev().max_by_key(|(end, _)| *end).map(|(_, place)| place)
        };
        match name {
            "string" => Some(Value::Str(self.text.clone())),
            "re" => Some(Value::object(self.pattern.clone())),
            "pos" => Some(Value::Int(0)),
            "endpos" => Some(Value::Int(self.text.chars().count() as i64)),
            "lastindex" => Some(last().map(|place| place as i64).into()),
            "lastgroup" => Some(last().and_then(|place| self.pattern.names().nth(place).flatten()).into()),
            _ => None,
        }
    }

    fn item(&self, key: &Value) -> Option<Value> {
        Some(self.value(self.place(key).ok()?, &Value::None))
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "end" | "expand" | "group" | "groupdict" | "groups" | "span" | "start")
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| self.method(name, args))
    }

    fn display(&self) -> String {
        let (start, end) = self.span(0);
        format!("<re.Match object; span=({start}, {end}), match={}>", self.value(0, &Value::None).repr())
    }

    fn hash(&self) -> Option<u64> {
        Some(std::ptr::from_ref(self).addr() as u64)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
