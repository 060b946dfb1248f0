//! What a saved query must ask for: things that there are, in an order of what it asks for.

use serde_json::Value as Json;

use super::filter::{of_filters, unread};
use super::query_item::{Item, items};
use super::{Fault, Layer, name, parts};
use crate::transform::manifest::semantics::text;

pub(super) fn faults(query: &Json, layer: &Layer<'_>) -> Vec<Fault> {
    let own = text(query, "name");
    let of = format!("the saved query `{own}`");
    let parameters = query.get("query_params").unwrap_or(&Json::Null);
    let mut faults: Vec<Fault> = name::faults("saved query", own).into_iter().collect();
    let group_by = || parts(parameters, "group_by").filter_map(Json::as_str);
    faults.extend(group_by().filter_map(|asked| of_group(&of, asked, layer)));
    faults.extend(of_filters(&of, parameters.get("where"), layer));
    faults.extend(of_order(&of, parameters));
    if parameters.get("limit").and_then(Json::as_f64).is_some_and(|limit| limit < 0.0) {
        faults.push(Fault::error(format!("{of} has a negative `limit`"), "write how many rows it gives at most"));
    }
    faults
}

fn of_group(of: &str, asked: &str, layer: &Layer<'_>) -> Option<Fault> {
    let read = items(&format!("{{{{{asked}}}}}"), false)
        .and_then(|items| items.iter().map(|item| layer.meant(item)).collect::<Result<Vec<_>, _>>());
    match read {
        Err(error) => Some(unread(&format!("`group_by` of {of}"), asked, &error)),
        Ok(meant) => match meant.as_slice() {
            [one] if layer.groups.contains(one.element.as_str()) => None,
            _ => {
                let message =
                    format!("{of} has `{asked}` under `group_by`, which is none of the semantic layer's names");
                Some(Fault::error(message, "name a dimension, an entity or a metric that there is"))
            }
        },
    }
}

// What is ordered by is asked for, the direction aside.
fn of_order(of: &str, parameters: &Json) -> Vec<Fault> {
    let order: Vec<&str> = parts(parameters, "order_by").filter_map(Json::as_str).collect();
    if order.is_empty() {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let mut asked: Vec<Item> = parts(parameters, "metrics").filter_map(Json::as_str).map(Item::metric).collect();
    for group in parts(parameters, "group_by").filter_map(Json::as_str) {
        match one(group, false) {
            Ok(item) => asked.push(item),
            // What cannot be read was told of already; what is ordered by might be that.
            Err(_) => return faults,
        }
    }
    for order in order {
        match one(order, true) {
            Ok(mut item) => {
                item.descending = None;
                if !asked.contains(&item) {
                    let message = format!("{of} is ordered by `{order}`, which it does not ask for");
                    faults.push(Fault::error(message, "list it under `metrics` or `group_by`, written alike"));
                }
            }
            Err(error) => faults.push(unread(&format!("`order_by` of {of}"), order, &error)),
        }
    }
    faults
}

fn one(text: &str, is_order: bool) -> crate::error::Result<Item> {
    let mut found = items(&format!("{{{{ {text} }}}}"), is_order)?;
    match (found.pop(), found.is_empty()) {
        (Some(item), true) => Ok(item),
        _ => Err(crate::error::Error::new(crate::error::Kind::Project, "it asks for not exactly one thing").hint(
            "write one of Metric('name'), Dimension('entity__name'), TimeDimension('entity__name'), Entity('name')",
        )),
    }
}
