//! The tests of a template: `value is name(args)`.

use super::eval::Interpreter;
use super::{Args, Value};
use crate::error::Result;

/// A test: takes the value on its left and the arguments.
pub type Test = fn(&mut Interpreter<'_>, &Value, Args) -> Result<bool>;

/// The test of this name.
pub fn find(_name: &str) -> Option<Test> {
    None
}
