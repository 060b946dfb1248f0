//! `fromjson` and `tojson`.

use crate::error::Result;
use crate::transform::jinja::args::type_error;
use crate::transform::jinja::json::{self, Layout};
use crate::transform::jinja::{Args, Value, operators};

/// `fromjson(string, default=None)`: a text that is no JSON gives the default.
pub(super) fn from_json(args: Args) -> Result<Value> {
    let ([text], [default]) = args.bind("fromjson", ["string"], ["default"])?;
    operators::undefined(&text)?;
    let read = match &text {
        Value::Str(text) => json::loads(text),
        Value::Bytes(bytes) => std::str::from_utf8(bytes).ok().and_then(json::loads),
        _ => return Err(type_error(format!("`fromjson` takes a text, not `{}`", text.type_name()))),
    };
    Ok(read.or(default).unwrap_or(Value::None))
}

/// `tojson(value, default=None, sort_keys=False)`: a value that holds itself gives the default.
pub(super) fn to_json(args: Args) -> Result<Value> {
    let ([value], [default, sort_keys]) = args.bind("tojson", ["value"], ["default", "sort_keys"])?;
    let sort_keys = sort_keys.is_some_and(|sort_keys| sort_keys.truth());
    let layout = Layout { sort_keys, ..Layout::default() };
    Ok(match json::try_dumps(&value, layout)? {
        Some(text) => Value::from(text),
        None => default.unwrap_or(Value::None),
    })
}
