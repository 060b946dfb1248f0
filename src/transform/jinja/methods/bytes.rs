//! Methods of `bytes`.

use std::sync::Arc;

use crate::error::Result;
use crate::transform::jinja::{Args, Value};

pub(super) const NAMES: &[&str] = &[];

pub(super) fn call(bytes: &Arc<[u8]>, _: &str, _: Args) -> Result<Value> {
    Ok(Value::Bytes(bytes.clone()))
}
