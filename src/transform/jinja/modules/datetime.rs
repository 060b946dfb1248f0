//! `modules.datetime`.

use crate::error::Result;
use crate::transform::jinja::Object;

pub(in super::super) fn formatted(_: &dyn Object, _: &str) -> Option<Result<String>> {
    None
}
