//! What a semantic layer must hold so that a program can ask it for metrics: names, entities, times and measures.
//!
//! dbt checks a project that has both metrics and semantic models, and no other; all that is wrong is told at once.

mod agreement;
mod conversion;
mod filter;
mod measure;
mod metric;
mod name;
mod query_item;
mod saved_query;
mod semantic_model;
mod spine;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::{entries, id_of, text};
use crate::error::{Error, Kind, Place, Result};
use crate::event::{Event, Sink};
use crate::transform::manifest::properties_file::PropertiesFile;
use crate::transform::manifest::{Manifest, Node};
use crate::transform::project::properties::Entry;

/// What is wrong, and what to do about it; without the latter it is a warning.
struct Fault {
    message: String,
    hint: Option<String>,
}

/// What rules ask of the whole layer.
struct Layer<'a> {
    /// The semantic model of each measure.
    owners: BTreeMap<&'a str, &'a Json>,
    /// The granularities that time spines add to those of every project.
    granularities: BTreeSet<&'a str>,
    /// What a query may group by.
    groups: BTreeSet<&'a str>,
    /// What no granularity may be named like, with what it is.
    taken: BTreeMap<&'a str, &'static str>,
}

/// Refuses a semantic layer that no program could use, and warns of what one could not use well.
pub(super) fn check(
    manifest: &Manifest,
    files: &[PropertiesFile],
    requires_nested: bool,
    sink: &dyn Sink,
) -> Result<()> {
    if manifest.metrics.is_empty() || manifest.semantic_models.is_empty() {
        return Ok(());
    }
    let layer = Layer::of(manifest);
    let mut told = Told { origins: origins(files), sink, errors: Vec::new() };
    let mut seen = agreement::Seen::default();
    for (id, model) in &manifest.semantic_models {
        told.of(id, semantic_model::faults(model));
        told.of(id, agreement::of_semantic_model(model, &mut seen));
    }
    let (mut names, mut labels, mut aliases) = (BTreeSet::new(), BTreeMap::new(), metric::Aliases::new());
    for (id, metric) in &manifest.metrics {
        told.of(id, metric::faults(metric, &layer, &mut aliases));
        told.of(id, metric::of_old_parameters(metric).filter(|_| requires_nested));
        told.of(id, filter::of_metric(metric, &layer));
        told.of(id, agreement::of_metric(metric, &mut names, &mut labels));
    }
    let mut names = BTreeSet::new();
    for (id, query) in &manifest.saved_queries {
        told.of(id, saved_query::faults(query, &layer));
        if !names.insert(text(query, "name")) {
            let message = format!("there are two saved queries named `{}`", text(query, "name"));
            told.of(id, [Fault::error(message, "rename one of the two")]);
        }
    }
    let mut seen = BTreeSet::new();
    for (node, spine) in spine::spines(manifest) {
        told.at(|| place_of(node, files), spine::of_spine(node, spine, &layer, &mut seen));
    }
    let first = manifest.semantic_models.keys().next().map(|id| &**id).unwrap_or_default();
    told.of(first, spine::of_all(manifest));
    match Error::several(told.errors) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

impl Fault {
    fn error(message: String, hint: impl Into<String>) -> Self {
        Self { message, hint: Some(hint.into()) }
    }

    fn warning(message: String) -> Self {
        Self { message, hint: None }
    }
}

impl<'a> Layer<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        let (mut owners, mut groups, mut taken) = (BTreeMap::new(), BTreeSet::from(["metric_time"]), BTreeMap::new());
        for model in manifest.semantic_models.values() {
            for (key, what) in semantic_model::PARTS {
                for name in parts(model, key).map(|part| text(part, "name")) {
                    taken.insert(name, what);
                    if what == "measure" {
                        owners.entry(name).or_insert(model);
                    } else {
                        groups.insert(name);
                    }
                }
            }
        }
        for metric in manifest.metrics.values() {
            taken.insert(text(metric, "name"), "metric");
            groups.insert(text(metric, "name"));
        }
        taken.extend(manifest.semantic_models.values().map(|model| (text(model, "name"), "semantic model")));
        let spines = spine::spines(manifest);
        let granularities = spines.flat_map(|(_, spine)| parts(spine, "custom_granularities"));
        Self { owners, granularities: granularities.map(|custom| text(custom, "name")).collect(), groups, taken }
    }
}

// What was found, at the places where it was written.
struct Told<'a> {
    origins: FxHashMap<String, (&'a PropertiesFile, &'a Entry)>,
    sink: &'a dyn Sink,
    errors: Vec<Error>,
}

impl Told<'_> {
    fn of(&mut self, id: &str, faults: impl IntoIterator<Item = Fault>) {
        let origin = self.origins.get(id).copied();
        self.at(|| origin.map(|(file, entry)| file.properties.document.place(entry.mark)), faults);
    }

    fn at(&mut self, place: impl Fn() -> Option<Place>, faults: impl IntoIterator<Item = Fault>) {
        for Fault { message, hint } in faults {
            match (hint, place()) {
                (Some(hint), place) => {
                    let error = Error::new(Kind::Project, message).hint(hint);
                    self.errors.push(match place {
                        Some(place) => error.at(place),
                        None => error,
                    });
                }
                (None, place) => {
                    let message = place.into_iter().fold(message, |message, place| format!("{place}: {message}"));
                    self.sink.tell(Event::Named { name: "SemanticValidationFailure", message });
                }
            }
        }
    }
}

// Where each was written: a metric that a measure makes, at its semantic model.
fn origins(files: &[PropertiesFile]) -> FxHashMap<String, (&PropertiesFile, &Entry)> {
    let mut origins = FxHashMap::default();
    for (file, entry) in entries(files, |file| &file.properties.semantic_models) {
        origins.insert(id_of(file, entry, "semantic_model"), (file, entry));
        let measures = entry.fields.get("measures").and_then(Json::as_array).into_iter().flatten();
        for measure in measures {
            origins.insert(format!("metric.{}.{}", file.package.name, text(measure, "name")), (file, entry));
        }
    }
    for (file, entry) in entries(files, |file| &file.properties.metrics) {
        origins.insert(id_of(file, entry, "metric"), (file, entry));
    }
    for (file, entry) in entries(files, |file| &file.properties.saved_queries) {
        origins.insert(id_of(file, entry, "saved_query"), (file, entry));
    }
    origins
}

fn place_of(node: &Node, files: &[PropertiesFile]) -> Option<Place> {
    let file = files.iter().find(|file| node.patch_path.as_deref() == Some(file.id().as_str()))?;
    let entry = file.properties.nodes.iter().find(|entry| entry.name == node.name)?;
    Some(file.properties.document.place(entry.mark))
}

fn parts<'a>(of: &'a Json, key: &str) -> impl Iterator<Item = &'a Json> {
    of.get(key).and_then(Json::as_array).into_iter().flatten()
}

fn is_given(of: &Json, key: &str) -> bool {
    of.get(key).is_some_and(|value| !value.is_null())
}
