//! The configuration of one resource, from all places that may say something about it.

use serde_json::{Map, Value as Json};

use super::{Parsing, ResourceType, merge};
use crate::error::Result;
use crate::transform::project::PackageConfig;
use crate::transform::project::config::Tree;

/// What is said about a resource outside of `dbt_project.yml`.
#[derive(Clone, Copy, Default)]
pub(super) struct Said<'a> {
    /// In a properties file.
    pub(super) properties: Option<&'a Map<String, Json>>,
    /// In the code itself: `config()`.
    pub(super) code: Option<&'a Map<String, Json>>,
}

/// The merged configuration, and what was written for it.
pub(super) fn configure(
    parsing: &Parsing<'_>,
    package: &PackageConfig,
    kind: ResourceType,
    fqn: &[String],
    said: Said<'_>,
) -> Result<(Map<String, Json>, Map<String, Json>)> {
    let tree = tree_of(kind);
    let root = &parsing.project.config;
    let mut config = merge::defaults(kind);
    let mut unrendered = Map::new();
    let of_project =
        |project: &PackageConfig, config: &mut Map<String, Json>, unrendered: &mut Map<String, Json>| -> Result<()> {
            for layer in merge::tree_layers(&project.trees[&tree], fqn) {
                merge::layer(config, &layer, kind)?;
            }
            unrendered.extend(merge::tree_layers(&project.unrendered[&tree], fqn).into_iter().flatten());
            Ok(())
        };
    of_project(package, &mut config, &mut unrendered)?;
    if let Some(properties) = said.properties {
        merge::layer(&mut config, properties, kind)?;
        unrendered.extend(properties.clone());
    }
    if let Some(code) = said.code {
        merge::layer(&mut config, code, kind)?;
        unrendered.extend(code.clone());
    }
    // The project that is run has the last word about a package's resources.
    if package.name != root.name {
        of_project(root, &mut config, &mut unrendered)?;
    }
    merge::finish(&mut config, kind);
    Ok((config, unrendered))
}

fn tree_of(kind: ResourceType) -> Tree {
    match kind {
        ResourceType::Model | ResourceType::Analysis | ResourceType::Operation | ResourceType::SqlOperation => {
            Tree::Models
        }
        ResourceType::Seed => Tree::Seeds,
        ResourceType::Snapshot => Tree::Snapshots,
        ResourceType::Test => Tree::DataTests,
        ResourceType::Source => Tree::Sources,
        ResourceType::Exposure => Tree::Exposures,
        ResourceType::UnitTest => Tree::UnitTests,
        ResourceType::SemanticModel => Tree::SemanticModels,
        ResourceType::Metric => Tree::Metrics,
        ResourceType::SavedQuery => Tree::SavedQueries,
    }
}
