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

/// The same for artifacts that are still text.
pub fn page_of_texts(manifest: &str, catalog: &str, run_results: Option<&str>) -> Result<String> {
    let parsed = |name: &str, text: &str| {
        serde_json::from_str::<Json>(text)
            .map_err(|error| Error::new(Kind::Data, format!("the {name} is not JSON: {error}")))
    };
    let run_results = run_results.map(|text| parsed("run_results", text)).transpose()?;
    page(&parsed("manifest", manifest)?, &parsed("catalog", catalog)?, run_results.as_ref())
}

/// Only our own style and script may run, known by their hashes, and nothing may be loaded from anywhere.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'",
        hash(STYLE),
        hash(SCRIPT)
    )
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
        let (_, value) =
            values.iter().find(|(known, _)| *known == name).expect("every hole of the embedded template has a value");
        out.push_str(before);
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture(name: &str) -> String {
        let path = format!("{}/tests/fixtures/docs/{name}.json", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    }

    fn data_of(page: &str) -> Json {
        let (_, after) = page.split_once(r#"<script id="data" type="application/json">"#).unwrap();
        serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
    }

    #[test]
    fn a_small_project() {
        let page = page_of_texts(&fixture("manifest"), &fixture("catalog"), Some(&fixture("run_results"))).unwrap();
        insta::with_settings!({snapshot_path => "../../../tests/fixtures/docs", prepend_module_to_snapshot => false}, {
            insta::assert_json_snapshot!("page_data", data_of(&page));
        });
    }

    #[test]
    fn the_page_asks_nobody_for_anything() {
        let page = page_of_texts(&fixture("manifest"), &fixture("catalog"), None).unwrap();
        for loading in ["<img", "<link", "<iframe", "src=", "@import", "url(", "fetch(", "XMLHttpRequest", "import("] {
            let (before, data) = page.split_once(r#"<script id="data""#).unwrap();
            let (_, after) = data.split_once("</script>").unwrap();
            assert!(!before.contains(loading) && !after.contains(loading), "{loading}");
        }
    }

    #[test]
    fn no_text_breaks_out_of_its_place() {
        let bad = "</script><script>alert(1)</script>{{script}}\u{2028}\"'&<!--";
        let manifest = serde_json::json!({
            "metadata": {"project_name": bad},
            "nodes": {"model.a.b": {
                "resource_type": "model", "name": bad, "package_name": bad, "description": bad, "raw_code": bad, "tags": [bad],
                "columns": {"x": {"name": bad, "description": bad, "data_type": bad}}, "meta": {bad: bad}, "depends_on": {"nodes": []},
            }},
        });
        let page = page(&manifest, &Json::Null, None).unwrap();
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(!page.contains("<!--"));
        assert_eq!(data_of(&page)["nodes"][0]["raw"], bad);
    }

    #[test]
    fn a_thing_that_is_no_manifest_is_refused() {
        let error = page_of_texts("[]", "{}", None).unwrap_err();
        insta::assert_snapshot!(error, @r"
        error[data]: the manifest holds no `nodes`, so there is nothing to document
        hint: pass the `manifest.json` that a parse, a build or `docs generate` wrote
        ");
        assert!(page_of_texts("{", "{}", None).unwrap_err().message().starts_with("the manifest is not JSON"));
    }
}
