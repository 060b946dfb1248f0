//! What a command leaves in the target folder: the artifacts, and the page of the documents.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;

use super::manifest::Manifest;
use super::project::Project;
use super::project::replace::replace;
use super::run::files;
use super::run::state::Run;
use super::{Command, Host, artifacts, info};
use crate::error::{Error, Kind, Result};
use crate::event::Event;

/// The manifest, and what the semantic layer reads, unless `--no-write-json`.
pub(super) fn write_manifest(
    command: &Command,
    host: &Host,
    project: &Project,
    manifest: &Manifest,
    run: Option<&Run>,
) -> Result<()> {
    if !command.write_json {
        return Ok(());
    }
    let text = artifacts::manifest::text(project, manifest, run);
    write_text(host, project, "manifest.json", "WritableManifest", &text)?;
    let semantic = artifacts::semantic_manifest::document(manifest);
    replace(&project.target_path.join("semantic_manifest.json"), semantic.to_string().as_bytes())
}

/// One artifact of the target folder, and the event that tells of it.
pub(super) fn write_json(
    host: &Host,
    project: &Project,
    name: &str,
    kind: &'static str,
    document: &Json,
) -> Result<()> {
    write_text(host, project, name, kind, &document.to_string())
}

fn write_text(host: &Host, project: &Project, name: &str, kind: &'static str, text: &str) -> Result<()> {
    // It tells of its time, so that no other is like it.
    replace(&project.target_path.join(name), text.as_bytes())?;
    host.sink.tell(Event::Wrote { kind, path: project.target_path.join(name).display().to_string() });
    Ok(())
}

/// The catalog, and the page that shows everything.
pub(super) fn document(
    host: &Host,
    project: &Project,
    manifest: &Manifest,
    run: &Arc<Run>,
    compiled: bool,
    ask: bool,
) -> Result<Vec<PathBuf>> {
    info(host, "Building catalog".to_owned());
    let catalog = if ask {
        artifacts::catalog::document(project, manifest, run, compiled)?
    } else {
        artifacts::catalog::empty(project)
    };
    write_json(host, project, "catalog.json", "CatalogArtifact", &catalog)?;
    let shape = artifacts::manifest::document(project, manifest, Some(run));
    let last = std::fs::read(project.target_path.join("run_results.json")).ok();
    let last = last.and_then(|bytes| serde_json::from_slice::<Json>(&bytes).ok());
    let page = artifacts::docs::page(&shape, &catalog, last.as_ref())?;
    files::write(&project.target_path, Path::new("index.html"), &page)?;
    let written: Vec<PathBuf> = ["catalog.json", "index.html"].map(|name| project.target_path.join(name)).to_vec();
    info(host, format!("Catalog written to {}", written[0].display()));
    info(host, format!("Documents written to {}", written[1].display()));
    Ok(written)
}

/// The page that `docs generate` wrote.
pub(super) fn documents(project: &Project) -> Result<PathBuf> {
    let page = project.target_path.join("index.html");
    if page.is_file() {
        return Ok(page);
    }
    Err(Error::new(Kind::FileNotFound, format!("there are no documents: `{}` is not there", page.display()))
        .hint("write them with `docs generate`"))
}
