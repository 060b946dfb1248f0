//! A template that is parsed when it is first rendered.
//!
//! What a plain model asks for may be known from an earlier run, and a command that lists models renders none of them.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{SourceFile, Template, parse_range};
use crate::error::Result;

/// A part of a file that is a template, parsed once at most.
#[derive(Debug)]
pub struct LazyTemplate {
    file: Arc<SourceFile>,
    range: Range<usize>,
    parsed: OnceLock<Arc<Template>>,
}

impl LazyTemplate {
    /// A part of a file that nobody has parsed yet.
    pub fn later(file: Arc<SourceFile>, range: Range<usize>) -> Arc<Self> {
        Arc::new(Self { file, range, parsed: OnceLock::new() })
    }

    /// One that is parsed already.
    pub fn now(template: Arc<Template>) -> Arc<Self> {
        let (file, range) = (template.file.clone(), 0..template.file.text.len());
        Arc::new(Self { file, range, parsed: OnceLock::from(template) })
    }

    /// The template. Two threads that ask at once may both parse it; one of the results stays.
    pub fn template(&self) -> Result<Arc<Template>> {
        if let Some(parsed) = self.parsed.get() {
            return Ok(parsed.clone());
        }
        let parsed = parse_range(self.file.clone(), self.range.clone())?;
        Ok(self.parsed.get_or_init(|| parsed).clone())
    }
}
