//! The filters of a template: `value | name(args)`.

use super::eval::Interpreter;
use super::{Args, Value};
use crate::error::Result;

/// A filter: takes the value on its left and the arguments.
pub type Filter = fn(&mut Interpreter<'_>, Value, Args) -> Result<Value>;

/// The filter of this name.
pub fn find(_name: &str) -> Option<Filter> {
    None
}
