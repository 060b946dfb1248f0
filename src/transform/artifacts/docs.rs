//! The page of documents: one HTML file that opens from a disk, a server or a mail, and asks nobody for anything.
//!
//! The page is made of dbt's artifacts, so it can be drawn for any project that has them. What Rust knows best it
//! does: reading, Markdown, the lineage graph. A small script of our own then shows one thing at a time from the
//! data embedded as JSON. Templates are plain text with three-letter holes: there is one page and it holds no loop, so
//! a template engine would have nothing to do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Result};

pub mod catalogue;
pub mod drawing;
pub mod lineage;
pub mod markdown;
pub mod outcome;

const PAGE: &str = include_str!("docs/page.html");
const STYLE: &str = include_str!("docs/page.css");
// One script in the page, four files here; each is a part of one strict function scope.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("docs/element.js"),
    include_str!("docs/sql.js"),
    include_str!("docs/search.js"),
    include_str!("docs/lineage.js"),
    include_str!("docs/page.js"),
    "})();\n"
);

/// The page for a manifest (v12), a catalog (v1) and, when there was a run, its results (v6).
///
/// ```
/// # use serde_json::json;
/// let manifest = json!({"metadata": {"project_name": "shop"}, "nodes": {}, "sources": {}});
/// let page = gristmill::transform::artifacts::docs::page(&manifest, &json!({}), None).unwrap();
/// assert!(page.starts_with("<!doctype html>") && page.contains("<title>shop"));
/// ```
pub fn page(manifest: &Json, catalog: &Json, run_results: Option<&Json>) -> Result<String> {
    if !manifest["nodes"].is_object() {
        return Err(Error::new(Kind::Data, "the manifest holds no `nodes`, so there is nothing to document")
            .hint("pass the `manifest.json` that a parse, a build or `docs generate` wrote"));
    }
    let catalogue = catalogue::read(manifest, catalog, run_results);
    let data = serde_json::to_string(&catalogue)
        .map_err(|error| Error::internal(format!("the data of the documentation page cannot be written: {error}")))?;
    Ok(fill(
        PAGE,
        &[
            ("policy", &policy()),
            ("title", &drawing::escape(&catalogue.project)),
            ("style", STYLE),
            ("graph", &drawing::svg(&catalogue)),
            ("data", &embedded(&data)),
            ("script", SCRIPT),
        ],
    ))
}

/// Only our own style and script may run, known by their hashes, and nothing may be loaded from anywhere.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!("default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'", hash(STYLE), hash(SCRIPT))
}

/// JSON that cannot end the element it stands in: `<` occurs in strings only, and there it can be written as an escape.
fn embedded(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Fills `{{name}}` in one pass, so that a hole's own text is never taken for a hole.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(values.iter().map(|(_, value)| value.len()).sum::<usize>() + template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("every hole of the embedded template is closed");
        let (_, value) = values.iter().find(|(known, _)| *known == name).expect("every hole of the embedded template has a value");
        out.push_str(before);
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    out
}
