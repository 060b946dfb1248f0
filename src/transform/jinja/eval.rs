//! The walk of a template's tree.

use std::sync::Arc;

use super::{Scope, Template};
use crate::error::Result;

#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    pub steps: u64,
}

#[derive(Debug)]
pub struct Rendered {
    pub text: String,
}

pub struct Interpreter<'a> {
    pub scope: &'a dyn Scope,
}

impl<'a> Interpreter<'a> {
    pub fn new(scope: &'a dyn Scope, _budget: Budget) -> Self {
        Self { scope }
    }

    pub fn render(&mut self, _template: &Arc<Template>) -> Result<Rendered> {
        Ok(Rendered { text: String::new() })
    }
}
