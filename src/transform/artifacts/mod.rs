//! What the commands write for others to read: dbt's published JSON shapes, and the page of documents.

pub mod docs;
