//! From the files of a project to its manifest.

use std::sync::Arc;

use super::{Macros, Manifest};
use crate::error::{Error, Result};
use crate::event::Sink;
use crate::transform::project::Project;

/// A manifest, and what is needed to render its nodes.
pub struct ParsedProject {
    pub manifest: Manifest,
    pub macros: Arc<Macros>,
}

/// Parses every file of the project and its packages.
pub fn parse_project(_project: &Project, _sink: &dyn Sink) -> Result<ParsedProject> {
    Err(Error::internal("parsing is not in place"))
}
