//! Where rows come from: files, and answers of HTTP servers. What leaves this room are bytes and records; nothing here knows
//! a schema.

pub mod files;
pub mod http;
pub(crate) mod json_tape;
