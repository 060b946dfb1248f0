//! The tree of a template.

#[derive(Debug)]
pub enum Statement {}
