//! Methods of `str`.

mod case;
mod codec;
mod pad;
mod search;
mod split;
mod translate;

use std::sync::Arc;

use crate::error::Result;
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::{Args, Interpreter, Value, format, limits, operators, unicode};

pub(in super::super) use case::capitalize;
pub(super) use codec::{decode, encoding};
pub(in super::super) use pad::{Side, pad};
pub(in super::super) use split::{lines, strip};

pub(super) const NAMES: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];

pub(super) fn call(interpreter: &mut Interpreter<'_>, text: &Arc<str>, name: &str, args: Args) -> Result<Value> {
    match name {
        "format" => format::template::format(interpreter, text, args).map(Value::from),
        "format_map" => {
            let ([mapping], []) = args.bind_places::<1, 0>(name)?;
            format::template::format_map(interpreter, text, &mapping).map(Value::from)
        }
        "capitalize" | "casefold" | "lower" | "swapcase" | "title" | "upper" => {
            args.bind_nothing(name)?;
            case::change(text, name)
        }
        "count" | "endswith" | "find" | "index" | "rfind" | "rindex" | "startswith" => search::call(text, name, args),
        "center" | "expandtabs" | "ljust" | "rjust" | "zfill" => pad::call(text, name, args),
        "lstrip" | "partition" | "removeprefix" | "removesuffix" | "rpartition" | "rsplit" | "rstrip" | "split"
        | "splitlines" | "strip" => split::call(text, name, args),
        "encode" => codec::encode(text, args),
        "maketrans" => translate::make(args),
        "translate" => {
            let ([table], []) = args.bind_places::<1, 0>(name)?;
            translate::translate(text, &table)
        }
        "join" => {
            let ([parts], []) = args.bind_places::<1, 0>(name)?;
            join(text, &parts)
        }
        "replace" => {
            let ([old, new], [count]) = args.bind_places::<2, 1>(name)?;
            let count = count.as_ref().map_or(Ok(-1), operators::integer_index)?;
            replace(text, expect_text(&old)?, expect_text(&new)?, count)
        }
        _ => {
            args.bind_nothing(name)?;
            Ok(Value::Bool(holds(text, name)))
        }
    }
}

fn holds(text: &str, name: &str) -> bool {
    let all = |is: fn(char) -> bool| !text.is_empty() && text.chars().all(is);
    match name {
        "isalnum" => all(unicode::is_alphanumeric),
        "isalpha" => all(unicode::is_alpha),
        "isascii" => text.is_ascii(),
        "isdecimal" => all(unicode::is_decimal),
        "isdigit" => all(unicode::is_digit),
        "isidentifier" => unicode::is_identifier(text),
        "isnumeric" => all(unicode::is_numeric),
        "isprintable" => text.chars().all(format::is_printable),
        "isspace" => all(unicode::is_space),
        _ => case::holds(text, name),
    }
}

/// A text where Python takes nothing else.
pub(in super::super) fn expect_text(value: &Value) -> Result<&str> {
    operators::undefined(value)?;
    value.as_str().ok_or_else(|| type_error(format!("a text is required, not `{}`", value.type_name())))
}

fn join(separator: &str, parts: &Value) -> Result<Value> {
    let mut joined = String::new();
    for (index, part) in operators::iterate(parts)?.iter().enumerate() {
        if index > 0 {
            joined.push_str(separator);
        }
        operators::undefined(part)?;
        let text = part.as_str().ok_or_else(|| {
            type_error(format!("sequence item {index}: expected `str`, found `{}`", part.type_name()))
                .hint("the filter `join` turns every element into a text first")
        })?;
        joined.push_str(text);
        limits::text(joined.len())?;
    }
    Ok(Value::from(joined))
}

/// `str.replace`; a negative count replaces all.
pub(in super::super) fn replace(text: &str, old: &str, new: &str, count: i64) -> Result<Value> {
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let places = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).count() }.min(most);
    limits::text((text.len() - places * old.len()).saturating_add(places.saturating_mul(new.len())))?;
    Ok(Value::from(text.replacen(old, new, places)))
}
