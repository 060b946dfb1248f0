//! Methods of `str`.

use std::sync::Arc;

use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value};

pub(super) const NAMES: &[&str] = &[];

pub(super) fn call(_: &mut Interpreter<'_>, text: &Arc<str>, _: &str, _: Args) -> Result<Value> {
    Ok(Value::Str(text.clone()))
}
