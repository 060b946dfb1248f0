//! Tokens to a tree.

use std::sync::Arc;

use super::{SourceFile, Template};
use crate::error::Result;

pub fn parse(file: Arc<SourceFile>) -> Result<Template> {
    Ok(Template { file, body: Vec::new() })
}
