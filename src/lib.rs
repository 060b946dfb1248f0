#![doc = include_str!("README.md")]

pub mod cli;
pub mod engine;
pub mod error;
pub mod event;
pub mod flow;
pub mod ingest;
pub mod schema;
pub mod transform;

#[cfg(feature = "python")]
mod bindings;

pub use error::{Error, Kind, Place, Result};
