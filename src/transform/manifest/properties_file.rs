//! A properties file with where it was found.

use std::sync::Arc;

use super::cache::{Cache, Kind};
use super::files::{self, FoundFile};
use super::{Parsing, parallel};
use crate::error::Result;
use crate::transform::project::properties::{self, Properties};
use crate::transform::project::yaml::Document;
use crate::transform::project::{PackageConfig, read_text, yaml};

pub(super) struct PropertiesFile {
    pub(super) package: Arc<PackageConfig>,
    /// Below the folder that was searched.
    pub(super) relative: String,
    /// Below the package.
    pub(super) original: String,
    pub(super) properties: Properties,
}

impl PropertiesFile {
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        let count = self.relative.matches('/').count();
        self.relative.split('/').take(count)
    }

    /// `<package>://<path>`, as nodes name the file that describes them.
    pub(super) fn id(&self) -> String {
        format!("{}://{}", self.package.name, self.original)
    }
}

/// Reads every properties file of all packages.
pub(super) fn load(parsing: &Parsing<'_>) -> Result<Vec<PropertiesFile>> {
    let mut found = Vec::new();
    for package in parsing.project.all() {
        found.extend(files::find(&parsing.project.root, package, &package.paths.all_sources(), &["yml", "yaml"])?);
    }
    parallel::map(&found, |file: &FoundFile| {
        let document = Arc::new(document(&parsing.cache, file)?);
        let scope = parsing.yaml_scope(&file.package.name);
        Ok(PropertiesFile {
            package: file.package.clone(),
            relative: file.relative.clone(),
            original: file.original.clone(),
            properties: properties::read(document, &*scope)?,
        })
    })
}

fn document(cache: &Cache, file: &FoundFile) -> Result<Document> {
    let text: Arc<str> = Arc::from(read_text(&file.absolute, &file.shown)?);
    let slot = Cache::slot(Kind::Yaml, &text);
    if let Some(known) = cache.get(slot, |from| Document::unpack(&file.shown, text.clone(), from)) {
        return Ok(known);
    }
    let document = yaml::parse(&file.shown, text)?;
    cache.put(slot, |out| document.pack(out));
    Ok(document)
}
