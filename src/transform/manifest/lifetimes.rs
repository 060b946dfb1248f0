//! Models that are to go: who still reads them is told of it, and what a contract asks of a relation that cannot keep it.

use chrono::{DateTime, Utc};

use super::{Manifest, Node, ResourceType, children, constraint, contract, resolve::plain};
use crate::event::{Event, Sink};

/// Warns of models that are past the date after which they should be gone, and of models that read one that has such a
/// date.
pub(super) fn warn(manifest: &Manifest, now: DateTime<Utc>, sink: &dyn Sink) {
    let dated = |node: &&Node| node.resource_type == ResourceType::Model && deprecation_date(node).is_some();
    if !manifest.nodes.values().any(|node| dated(&node)) {
        return;
    }
    let children = children(manifest);
    for node in manifest.nodes.values().filter(dated) {
        let Some(date) = deprecation_date(node) else { continue };
        let is_past = time(date).is_some_and(|date| date < now);
        let name = shown(node);
        if is_past {
            let message = format!("`{name}` should be gone since {date}: disable it, or remove it");
            sink.tell(Event::Named { name: "DeprecatedModel", message });
        }
        let readers = children.get(&node.unique_id).into_iter().flatten().filter_map(|id| manifest.nodes.get(id));
        for reader in readers.filter(|reader| reader.resource_type == ResourceType::Model) {
            let (name, fate) = if is_past {
                ("DeprecatedReference", format!("`{name}`, which should be gone since {date}"))
            } else {
                ("UpcomingReferenceDeprecation", format!("`{name}`, which is to go on {date}"))
            };
            let message = format!("model `{}` refers to {fate}{}", reader.name, advice(node));
            sink.tell(Event::Named { name, message });
        }
    }
}

/// Warns of constraints that the relation of a model cannot hold.
pub(super) fn warn_of_constraints(manifest: &Manifest, sink: &dyn Sink) {
    let unkept = |node: &&Node| {
        node.resource_type == ResourceType::Model
            && contract::is_enforced(node)
            && !contract::holds_constraints(node.materialized())
    };
    for node in manifest.nodes.values().filter(unkept) {
        let of_columns =
            node.columns.values().filter_map(|column| constraint::read_all(&column.constraints, false).ok());
        let all = of_columns.chain(constraint::of_model(&node.extra).ok());
        if all.flatten().any(|constraint| constraint.warn_unsupported) {
            let message = format!(
                "the constraints of model `{}` do not hold: a {} keeps none; `warn_unsupported: false` in each silences this",
                node.name,
                node.materialized()
            );
            sink.tell(Event::Named { name: "UnsupportedConstraintMaterialization", message });
        }
    }
}

/// What to tell of a model that is read without a version while a newer one than its latest is there: that version.
pub fn prerelease(manifest: &Manifest, node: &Node) -> Option<String> {
    let latest = node.extra.get("latest_version").filter(|latest| !latest.is_null()).map(plain)?;
    let versions = manifest.nodes.values().filter(|other| other.name == node.name);
    let versions = versions.filter_map(|other| other.extra.get("version").filter(|version| !version.is_null()));
    let newest = versions.map(plain).max_by(|a, b| order(a).partial_cmp(&order(b)).unwrap_or(a.cmp(b)))?;
    (order(&newest).partial_cmp(&order(&latest)).unwrap_or(newest.cmp(&latest)).is_gt()).then_some(newest)
}

// Numbers come as numbers do; of others nothing is known here.
fn order(version: &str) -> f64 {
    version.parse().unwrap_or(f64::NAN)
}

fn deprecation_date(node: &Node) -> Option<&str> {
    node.extra.get("deprecation_date")?.as_str()
}

fn time(date: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(date).ok().map(|date| date.with_timezone(&Utc))
}

fn shown(node: &Node) -> String {
    match node.extra.get("version").filter(|version| !version.is_null()) {
        Some(version) => format!("{}.v{}", node.name, plain(version)),
        None => node.name.clone(),
    }
}

fn advice(node: &Node) -> String {
    let said = |key: &str| node.extra.get(key).filter(|version| !version.is_null()).map(plain);
    match (said("version"), said("latest_version")) {
        (Some(version), Some(latest)) if version != latest => {
            format!("; there is another version: ref('{}', v='{latest}')", node.name)
        }
        _ => String::new(),
    }
}
