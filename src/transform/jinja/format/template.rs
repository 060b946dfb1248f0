//! `"{} of {total:,}".format(n, total=m)`, with the sandbox's rules for attributes.

use std::sync::Arc;

use indexmap::IndexMap;

use super::spec;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Value, limits, operators};

/// Fields may hold fields in their specification, one level deep.
const NESTING_MAX: usize = 2;

/// `template.format(*args, **kwargs)`.
pub(in super::super) fn format(_: &mut Interpreter<'_>, template: &str, args: Args) -> Result<String> {
    let mut fields =
        Fields { positional: &args.positional, named: Named::Arguments(&args.named), numbering: Numbering::Unknown };
    fields.expand(template, NESTING_MAX)
}

/// `template.format_map(mapping)`.
pub(in super::super) fn format_map(_: &mut Interpreter<'_>, template: &str, mapping: &Value) -> Result<String> {
    let mut fields = Fields { positional: &[], named: Named::Mapping(mapping), numbering: Numbering::Unknown };
    fields.expand(template, NESTING_MAX)
}

enum Named<'v> {
    Arguments(&'v IndexMap<Arc<str>, Value>),
    Mapping(&'v Value),
}

/// How the fields of a template are numbered: the first one decides.
#[derive(Clone, Copy)]
enum Numbering {
    Unknown,
    /// `{}`: the template counts; so many were counted.
    Counted(usize),
    /// `{0}`
    ByHand,
}

struct Fields<'v> {
    positional: &'v [Value],
    named: Named<'v>,
    numbering: Numbering,
}

impl Fields<'_> {
    fn expand(&mut self, template: &str, depth: usize) -> Result<String> {
        if depth == 0 {
            return Err(invalid("fields are nested too deeply in the format text"));
        }
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(start) = rest.find(['{', '}']) {
            out.push_str(&rest[..start]);
            let brace = &rest[start..=start];
            rest = &rest[start + 1..];
            if rest.starts_with(brace) {
                out.push_str(brace);
                rest = &rest[1..];
            } else if brace == "}" {
                return Err(invalid("a single `}` stands in the format text").hint("write `}}` for a brace itself"));
            } else {
                let end = closing(rest).ok_or_else(|| {
                    invalid("a `{` in the format text is never closed").hint("write `{{` for a brace itself")
                })?;
                out.push_str(&self.field(&rest[..end], depth)?);
                rest = &rest[end + 1..];
            }
            limits::text(out.len())?;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn field(&mut self, field: &str, depth: usize) -> Result<String> {
        let name_end = name_length(field);
        let (name, rest) = field.split_at(name_end);
        let (conversion, spec) = match rest.strip_prefix('!') {
            Some(rest) => {
                let (conversion, spec) = rest.split_once(':').unwrap_or((rest, ""));
                (Some(conversion), spec)
            }
            None => (None, rest.strip_prefix(':').unwrap_or("")),
        };
        let value = self.lookup(name)?;
        let value = match conversion {
            None => value,
            Some("s") => Value::from(super::text(&value)?),
            Some("r") => Value::from(super::repr(&value)?),
            Some("a") => super::percent::format("%a", &Value::tuple([value])).map(Value::from)?,
            Some(other) => return Err(invalid(&format!("unknown conversion `!{other}`: use `!s`, `!r` or `!a`"))),
        };
        let spec = if spec.contains(['{', '}']) { self.expand(spec, depth - 1)? } else { spec.to_owned() };
        spec::format(&value, &spec)
    }

    // `name.attribute[item]`, step by step.
    fn lookup(&mut self, path: &str) -> Result<Value> {
        let first_end = path.find(['.', '[']).unwrap_or(path.len());
        let (first, mut rest) = path.split_at(first_end);
        let mut value = self.first(first)?;
        while !rest.is_empty() {
            operators::undefined(&value)?;
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                if end == 0 {
                    return Err(invalid("an attribute in the format text has no name"));
                }
                value = operators::attribute(&value, &after[..end]);
                rest = &after[end..];
            } else if let Some(after) = rest.strip_prefix('[') {
                let end = after.find(']').ok_or_else(|| invalid("a `[` in the format text is never closed"))?;
                let key = match after[..end].parse::<i64>() {
                    Ok(place) if !after.starts_with(['+', '-']) => Value::Int(place),
                    _ if end == 0 => return Err(invalid("an item in the format text has no name")),
                    _ => Value::str(&after[..end]),
                };
                value = operators::item(&value, &key);
                rest = &after[end + 1..];
            } else {
                return Err(invalid("only `.` or `[` may follow `]` in a field of a format text"));
            }
        }
        Ok(value)
    }

    fn first(&mut self, name: &str) -> Result<Value> {
        let place = if name.is_empty() {
            let next = match self.numbering {
                Numbering::Unknown => 0,
                Numbering::Counted(next) => next,
                Numbering::ByHand => return Err(mixed()),
            };
            self.numbering = Numbering::Counted(next + 1);
            next
        } else if name.bytes().all(|byte| byte.is_ascii_digit()) {
            if let Numbering::Counted(_) = self.numbering {
                return Err(mixed());
            }
            self.numbering = Numbering::ByHand;
            name.parse().map_err(|_| invalid("too many decimal digits in the format text"))?
        } else {
            return self.named(name);
        };
        self.positional.get(place).cloned().ok_or_else(|| {
            invalid(&format!("the format text asks for argument {place}, but {} were given", self.positional.len()))
        })
    }

    fn named(&self, name: &str) -> Result<Value> {
        let found = match self.named {
            Named::Arguments(named) => named.get(name).cloned(),
            Named::Mapping(mapping) => match operators::item(mapping, &Value::str(name)) {
                Value::Undefined(_) => None,
                found => Some(found),
            },
        };
        found.ok_or_else(|| invalid(&format!("the format text asks for `{name}`, which was not given")))
    }
}

// Where the field's name ends: at a `!` or `:` that stands outside of brackets.
fn name_length(field: &str) -> usize {
    let mut inside = false;
    field
        .find(|character| {
            match character {
                '[' => inside = true,
                ']' => inside = false,
                _ => {}
            }
            !inside && matches!(character, '!' | ':')
        })
        .unwrap_or(field.len())
}

// The place of the brace that closes a field; fields inside its specification are skipped.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().find_map(|(offset, character)| match character {
        '}' if depth == 0 => Some(offset),
        '}' => {
            depth -= 1;
            None
        }
        '{' => {
            depth += 1;
            None
        }
        _ => None,
    })
}

fn mixed() -> Error {
    invalid("a format text may count its fields by itself or number them, not both")
}

fn invalid(message: &str) -> Error {
    Error::new(Kind::Compilation, message)
}
