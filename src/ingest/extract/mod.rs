//! Where rows come from: files today, HTTP next. What leaves this room are bytes and records; nothing here knows a schema.

pub mod files;
