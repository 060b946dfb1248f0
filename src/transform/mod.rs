//! The second wing: a project of models, from files to tested tables and documents.

pub mod artifacts;
pub mod graph;
pub mod jinja;
pub mod manifest;
pub mod project;
pub mod run;
