//! What a check found, for people and for programs.

use serde_json::{Value as Json, json};

use super::{Checked, Verdict};
use crate::error::{Error, Place};
use crate::transform::manifest::Manifest;

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// One screen a finding.
    #[default]
    Text,
    /// One JSON object.
    Json,
}

/// The lines to print of what was checked, and of what kept the project from being read whole.
pub fn lines(checked: &Checked, unread: &[Error], manifest: Option<&Manifest>, form: Form) -> Vec<String> {
    match form {
        Form::Text => text(checked, unread, manifest),
        Form::Json => vec![json(checked, unread).to_string()],
    }
}

fn text(checked: &Checked, unread: &[Error], manifest: Option<&Manifest>) -> Vec<String> {
    let (mut lines, mut unknown) = (Vec::new(), Vec::new());
    let (mut findings, mut bound) = (unread.len(), 0);
    for error in unread {
        lines.extend([error.to_string(), String::new()]);
    }
    for (id, verdict) in checked {
        match verdict {
            Verdict::Bound => bound += 1,
            Verdict::Found(errors) => {
                findings += errors.len();
                lines.extend(errors.iter().flat_map(|error| [error.to_string(), String::new()]));
            }
            Verdict::Unjudged(why) => {
                let node = manifest.and_then(|manifest| manifest.find(id));
                let (kind, name) = node.map_or(("node", &**id), |node| (node.resource_type.name(), &node.name));
                unknown.push(format!("unknown: {kind} `{name}`: {why}"));
            }
        }
    }
    let unjudged = unknown.len();
    lines.append(&mut unknown);
    if unjudged > 0 {
        lines.push(String::new());
    }
    let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    lines.push(format!("{}, {bound} bound, {unjudged} unknown", counted(findings, "finding")));
    lines
}

fn json(checked: &Checked, unread: &[Error]) -> Json {
    let mut findings: Vec<Json> = unread.iter().map(|error| finding(None, error)).collect();
    let (mut unknown, mut bound) = (Vec::new(), Vec::new());
    for (id, verdict) in checked {
        match verdict {
            Verdict::Bound => bound.push(Json::from(&**id)),
            Verdict::Found(errors) => findings.extend(errors.iter().map(|error| finding(Some(id), error))),
            Verdict::Unjudged(why) => unknown.push(json!({"unique_id": &**id, "reason": why})),
        }
    }
    json!({"findings": findings, "unknown": unknown, "bound": bound})
}

fn finding(id: Option<&str>, error: &Error) -> Json {
    let place = error.place();
    let number = |of: fn(&Place) -> u32| place.map(of).filter(|number| *number > 0);
    json!({
        "unique_id": id,
        "kind": error.kind().slug(),
        "message": error.message(),
        "file": place.map(|place| place.file.display().to_string()),
        "line": number(|place| place.line),
        "column": number(|place| place.column),
        "length": number(|place| place.length),
        "hint": error.hint_text(),
        "called_from": error.callers().iter().map(|(what, place)| json!({"what": what, "place": place.to_string()})).collect::<Vec<_>>(),
    })
}
