//! What one semantic model must hold: names that are told apart, a primary entity, validity that has a start and an end.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Fault, is_given, measure, name, parts};
use crate::transform::manifest::semantics::text;

/// The lists of a semantic model, and what one of each is called.
pub(super) const PARTS: [(&str, &str); 3] =
    [("measures", "measure"), ("entities", "entity"), ("dimensions", "dimension")];

pub(super) fn faults(model: &Json) -> Vec<Fault> {
    let mut faults: Vec<Fault> = name::faults("semantic model", text(model, "name")).into_iter().collect();
    faults.extend(of_names(model));
    faults.extend(of_relation(model));
    faults.extend(of_primary_entity(model));
    faults.extend(of_validity(model));
    faults.extend(of_default_time(model));
    faults.extend(parts(model, "measures").flat_map(|measure| measure::faults(model, measure)));
    faults
}

fn of_names(model: &Json) -> Vec<Fault> {
    let whole = text(model, "name");
    let mut faults = Vec::new();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (key, what) in PARTS {
        for part in parts(model, key) {
            let own = text(part, "name");
            faults.extend(name::faults(what, own));
            if name::is_keyword(own) {
                let message = format!("the {what} cannot be named `{own}`: that is a word of SQL");
                faults.push(Fault::error(message, "rename it, and set `expr` to the column's name"));
            }
            if let Some(other) = seen.insert(own, what) {
                let message =
                    format!("the semantic model `{whole}` has the name `{own}` twice, for a {other} and a {what}");
                faults.push(Fault::error(message, "rename one of the two"));
            }
        }
    }
    faults
}

// A quoted name is no word of SQL any more.
fn of_relation(model: &Json) -> Option<Fault> {
    let relation = model.pointer("/node_relation/relation_name").and_then(Json::as_str)?;
    let word = relation.split('.').find(|part| name::is_keyword(part))?;
    let message =
        format!("the semantic model `{}` stands on `{relation}`, and `{word}` is a word of SQL", text(model, "name"));
    Some(Fault::error(message, "quote it: set `quoting:` in dbt_project.yml; or rename it with `alias`"))
}

/// The entity by which the rows of a semantic model are told apart.
pub(super) fn primary_entity(model: &Json) -> Option<&str> {
    let said = model.get("primary_entity").and_then(Json::as_str);
    let typed = || parts(model, "entities").find(|entity| text(entity, "type") == "primary");
    said.or_else(|| typed().map(|entity| text(entity, "name")))
}

fn of_primary_entity(model: &Json) -> Option<Fault> {
    let typed = parts(model, "entities").filter(|entity| text(entity, "type") == "primary").count();
    let is_said = is_given(model, "primary_entity");
    let (what, hint) = match typed {
        0 if !is_said && parts(model, "dimensions").next().is_some() => {
            ("has dimensions and no primary entity", "give an entity the `type: primary`, or set `primary_entity`")
        }
        0 => return None,
        1 if is_said => ("has a primary entity and sets `primary_entity`", "leave one of the two out"),
        1 => return None,
        _ => ("has several primary entities", "keep one, and make the others `unique`"),
    };
    Some(Fault::error(format!("the semantic model `{}` {what}", text(model, "name")), hint))
}

// Rows that hold for a while: two dimensions say from when and until when, one natural entity whose.
fn of_validity(model: &Json) -> Vec<Fault> {
    let name = text(model, "name");
    let said = |what: &str| format!("the semantic model `{name}` {what}");
    let mut faults = Vec::new();
    let bounds: Vec<&Json> = parts(model, "dimensions")
        .filter_map(|dimension| dimension.pointer("/type_params/validity_params"))
        .filter(|bound| !bound.is_null())
        .collect();
    let of_type = |wanted: &'static str| {
        parts(model, "entities").filter(move |entity| text(entity, "type") == wanted).map(|entity| text(entity, "name"))
    };
    let mut natural: Vec<&str> = of_type("natural").collect();
    natural.sort_unstable();
    natural.dedup();
    if natural.len() > 1 {
        faults.push(Fault::error(said("has several natural entities"), "keep one"));
    }
    if bounds.is_empty() {
        if !natural.is_empty() {
            faults.push(Fault::error(
                said("has a natural entity, and no dimension says from when or until when its rows hold"),
                "set `validity_params` at two time dimensions, or give the entity another type",
            ));
        }
        return faults;
    }
    let marked = |key: &str| bounds.iter().filter(|bound| bound.get(key) == Some(&Json::Bool(true))).count();
    if bounds.len() != 2 || marked("is_start") != 1 || marked("is_end") != 1 {
        faults.push(Fault::error(
            said("does not say with two dimensions from when and until when its rows hold"),
            "set `validity_params: {is_start: true}` at one time dimension and `{is_end: true}` at another",
        ));
    }
    if natural.is_empty() {
        faults.push(Fault::error(
            said("has `validity_params` and no natural entity"),
            "give the entity whose rows hold for a while the `type: natural`",
        ));
    }
    if of_type("primary").chain(of_type("unique")).next().is_some() {
        faults.push(Fault::error(
            said("has `validity_params` and an entity that is `primary` or `unique`"),
            "name the entity in `primary_entity`, and list it as `natural`",
        ));
    }
    if parts(model, "measures").next().is_some() {
        faults.push(Fault::error(
            said("has `validity_params` and measures"),
            "move the measures to a semantic model whose rows do not end",
        ));
    }
    faults
}

fn of_default_time(model: &Json) -> Option<Fault> {
    let default = model.pointer("/defaults/agg_time_dimension").and_then(Json::as_str)?;
    if is_time(model, default) {
        return None;
    }
    let message = format!(
        "the semantic model `{}` has the default time `{default}`, which is no time dimension of it",
        text(model, "name")
    );
    Some(Fault::error(message, "name a dimension of the type `time`"))
}

pub(super) fn dimension<'a>(model: &'a Json, wanted: &str) -> Option<&'a Json> {
    parts(model, "dimensions").find(|dimension| text(dimension, "name") == wanted)
}

pub(super) fn is_time(model: &Json, wanted: &str) -> bool {
    parts(model, "dimensions").any(|one| text(one, "name") == wanted && text(one, "type") == "time")
}
