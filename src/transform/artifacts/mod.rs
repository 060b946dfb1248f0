//! What the commands write for others to read: dbt's published JSON shapes, and the page of documents.

use serde_json::{Map, Value as Json, json};

use crate::transform::project::context::DBT_VERSION;
use crate::transform::project::{Environment, Project};
use crate::transform::run::results::stamp;

pub mod catalog;
pub mod docs;
pub mod manifest;
pub mod run_results;
pub mod semantic_manifest;
pub mod sources;

/// The `metadata` that every artifact begins with.
fn metadata(project: &Project, schema: &str) -> Map<String, Json> {
    let invocation = &project.invocation;
    let entries = json!({
        "dbt_schema_version": format!("https://schemas.getdbt.com/dbt/{schema}.json"),
        "dbt_version": DBT_VERSION,
        "generated_at": stamp(chrono::Utc::now()),
        "invocation_id": invocation.id,
        "invocation_started_at": stamp(invocation.started_at),
        "env": metadata_environment(),
    });
    match entries {
        Json::Object(map) => map,
        _ => unreachable!("the macro was given an object"),
    }
}

/// What the environment says is meant to be shown in artifacts and logs.
pub fn metadata_environment() -> Map<String, Json> {
    Environment::default().metadata().map(|(name, value)| (name.to_owned(), Json::from(value))).collect()
}
