//! The last entries of a command: what went wrong, once more and whole, then the totals.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::entry::{Entry, Form, Level};
use super::narrator::{empty, node_info};
use super::result_line::{green, red, yellow};
use crate::event::{Ended, NodeInfo};
use crate::transform::run::results::{Totals, stamp, status_of};

type Node = (Arc<NodeInfo>, Arc<Ended>);

/// Of a command that worked on nodes; nothing for one that did not.
pub(super) fn entries(ended: &[Node], interrupted: bool) -> Vec<Entry> {
    if ended.is_empty() {
        return Vec::new();
    }
    if ended.iter().all(|(node, _)| matches!(node.resource_type.as_str(), "source" | "operation")) {
        return of_freshness(ended);
    }
    let failed: Vec<&Node> = ended.iter().filter(|(_, ended)| is_failure(&ended.status)).collect();
    let warned: Vec<&Node> = ended.iter().filter(|(_, ended)| ended.status == "warn").collect();
    let partial = ended.iter().filter(|(_, ended)| ended.status == "partial success").count();
    let mut entries = vec![empty(), summary(failed.len(), warned.len(), partial, interrupted)];
    let partly = ended.iter().filter(|(_, ended)| ended.status == "partial success");
    for (node, ended) in failed.into_iter().chain(partly) {
        entries.extend(told_again(node, ended, true));
    }
    for (node, ended) in warned {
        entries.extend(told_again(node, ended, false));
    }
    entries.push(empty());
    let totals = Totals::of(ended.iter().map(|(_, ended)| status_of(&ended.status)));
    let Totals { pass, warn, error, skip, no_op } = totals;
    let stats = json!({
        "pass": pass, "warn": warn, "error": error, "skip": skip, "noop": no_op, "total": ended.len(),
    });
    entries.push(Entry::new("StatsLine", "Z023", Level::Info, format!("Done. {totals}"), json!({"stats": stats})));
    entries
}

// Sources that are too old or could not be asked are told once more, and what an operation could not do.
fn of_freshness(ended: &[Node]) -> Vec<Entry> {
    let is_told = |(node, ended): &&Node| node.resource_type == "source" || ended.message.contains('\n');
    let broken = ended.iter().filter(|(_, ended)| is_failure(&ended.status)).filter(is_told);
    let mut entries: Vec<Entry> = broken.flat_map(|(node, ended)| told_again(node, ended, true)).collect();
    entries.push(Entry::new("FreshnessCheckComplete", "Q003", Level::Info, "Done.", json!({})));
    entries
}

fn is_failure(status: &str) -> bool {
    matches!(status, "error" | "fail" | "runtime error")
}

fn summary(errors: usize, warnings: usize, partial: usize, interrupted: bool) -> Entry {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let partials = format!("{partial} partial success{}", if partial == 1 { "" } else { "es" });
    let (errors_told, warnings_told) = (counted(errors, "error"), counted(warnings, "warning"));
    let text = match (errors, partial, warnings) {
        _ if interrupted => yellow("Exited because of keyboard interrupt"),
        (0, 0, 0) => green("Completed successfully"),
        (0, 0, _) => yellow(&format!("Completed with {warnings_told}:")),
        (0, _, _) => yellow(&format!("Completed with {partials} and {warnings_told}")),
        (_, _, _) => red(&format!("Completed with {errors_told}, {partials}, and {warnings_told}:")),
    };
    let data = json!({
        "num_errors": errors, "num_warnings": warnings, "num_partial_success": partial, "keyboard_interrupt": interrupted,
    });
    Entry::new("EndOfRunSummary", "Z030", Level::Info, text, data)
}

fn told_again(node: &NodeInfo, ended: &Ended, failed: bool) -> Vec<Entry> {
    let told = node_info(node, "None", None);
    let data = json!({
        "resource_type": node.resource_type, "node_name": node.name, "path": node.file, "node_info": told.clone(),
    });
    let head = |word: &str| format!("{word} in {} {} ({})", node.resource_type, node.name, node.file);
    let mut entries = vec![empty()];
    entries.push(if failed {
        Entry::new("RunResultFailure", "Z022", Level::Error, red(&head("Failure")), data)
    } else {
        Entry::new("RunResultWarning", "Z021", Level::Warn, yellow(&head("Warning")), data)
    });
    if !ended.message.is_empty() {
        let data = json!({"msg": ended.message, "node_info": told.clone()});
        entries.push(if failed {
            let form = if ended.message.contains('\n') { Form::Screen } else { Form::Timed };
            let text = if form == Form::Screen { ended.message.clone() } else { format!("  {}", ended.message) };
            Entry::new("RunResultError", "Z024", Level::Error, text, data).in_form(form)
        } else {
            Entry::new("RunResultWarningMessage", "Z046", Level::Warn, ended.message.clone(), data)
        });
    }
    if !node.compiled_path.is_empty() && ended.timing.len() > 1 {
        let path = &node.compiled_path;
        let data = json!({"path": path, "node_info": told.clone()});
        entries.push(empty());
        entries.push(Entry::new("SQLCompiledPath", "Z026", Level::Info, format!("  compiled code at {path}"), data));
    }
    if let Some(relation) = &ended.kept_in {
        let statement = format!("select * from {relation}");
        let border = "-".repeat(statement.chars().count());
        let text = format!("  See test failures:\n  {border}\n  {statement}\n  {border}");
        let data = json!({"relation_name": relation, "node_info": told});
        entries.push(empty());
        entries.push(Entry::new("CheckNodeTestFailure", "Z027", Level::Info, text, data).in_form(Form::Headed));
    }
    entries
}

/// ` in 0 hours 0 minutes and 0.51 seconds`
pub(super) fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let (hours, minutes) = (elapsed.as_secs() / 3600, elapsed.as_secs() / 60 % 60);
    format!(" in {hours} hours {minutes} minutes and {:.2} seconds", seconds % 60.0)
}

pub(super) fn completed(command: &str, success: bool, elapsed: Duration) -> Entry {
    let (now, seconds) = (chrono::Utc::now(), elapsed.as_secs_f64());
    let ended = if success { "succeeded" } else { "failed" };
    let message = format!("Command `{command}` {ended} at {} after {seconds:.2} seconds", now.format("%H:%M:%S%.6f"));
    let data: Json = json!({"command": command, "success": success, "completed_at": stamp(now), "elapsed": seconds});
    Entry::new("CommandCompleted", "Q039", Level::Debug, message, data)
}
