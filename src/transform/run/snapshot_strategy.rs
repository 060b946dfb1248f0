//! A strategy of a project's own: `snapshot_<name>_strategy`, which says in SQL when a row is a new version.

use std::sync::Arc;

use super::linker::Linker;
use super::seen;
use super::state::NodeState;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{self, Args, Interpreter, Key, Value};

/// What a strategy's macro gives, in SQL over the names that it was told.
#[derive(Debug)]
pub(super) struct Strategy {
    pub(super) keys: Vec<String>,
    pub(super) updated_at: String,
    pub(super) row_changed: String,
    pub(super) scd_id: String,
    /// `ignore`, `invalidate` or `new_record`.
    pub(super) hard_deletes: Option<String>,
}

/// The macro of a strategy; `package.name` is that of a package. The built-in ones count only where a project has its own.
pub(super) fn own_macro(state: &NodeState, strategy: &str) -> Option<Value> {
    let (package, name) = named(strategy);
    let is_built_in = matches!(strategy, "timestamp" | "check");
    if is_built_in && !state.run.macros.is_overridden(&name) {
        return None;
    }
    find(state, package, &name)
}

/// The macro of any strategy, built in or not.
pub(super) fn find_macro(state: &NodeState, strategy: &str) -> Result<Value> {
    let (package, name) = named(strategy);
    find(state, package, &name).ok_or_else(|| unknown(state, strategy))
}

/// The error for a strategy that nobody defines.
pub(super) fn unknown(state: &NodeState, strategy: &str) -> Error {
    let error =
        Error::new(Kind::Config, format!("the snapshot `{}` has the unknown strategy `{strategy}`", state.node.name));
    let define = format!("define a macro `{}`", named(strategy).1);
    match jinja::nearest(strategy, ["timestamp", "check"]) {
        Some(near) => error.hint(format!("did you mean `{near}`? Or {define}")),
        None => error.hint(format!("choose `timestamp` or `check`, or {define}")),
    }
}

fn named(strategy: &str) -> (Option<&str>, String) {
    let (package, name) = match strategy.split_once('.') {
        Some((package, name)) => (Some(package), name),
        None => (None, strategy),
    };
    (package, format!("snapshot_{name}_strategy"))
}

fn find(state: &NodeState, package: Option<&str>, name: &str) -> Option<Value> {
    match package {
        Some(package) => state.run.macros.of_package(package, name),
        None => state.run.macros.lookup(&state.node.package_name, name),
    }
}

/// Asks the macro of a strategy. `old` and `new` name what is there and what the query gives.
pub(super) fn ask(state: &Arc<NodeState>, callable: &Value, old: &str, new: &str, exists: bool) -> Result<Strategy> {
    let node = seen::model(&state.run, &state.node);
    let config = Value::from_json(&state.node.config.clone().into());
    let arguments = Args::positional([node, Value::str(old), Value::str(new), config, Value::Bool(exists)]);
    let linker = Linker(Arc::clone(state));
    let answer =
        Interpreter::new(&linker, state.run.budget()).call(callable, arguments).map_err(|error| state.here(error))?;
    let wrong =
        |what: &str| {
            let message = format!("the strategy of the snapshot `{}` {what}", state.node.name);
            state.here(Error::new(Kind::Compilation, message).hint(
                "its macro returns a dict with `unique_key`, `updated_at`, `row_changed` and `scd_id`, each in SQL",
            ))
        };
    let Some(dict) = answer.as_dict() else { return Err(wrong("does not return a dict")) };
    let get = |key: &str| dict.get(&Key::str(key)).filter(|value| !value.is_none());
    let text = |key: &str| {
        get(key)
            .map(|value| value.to_string().trim().to_owned())
            .ok_or_else(|| wrong(&format!("does not give `{key}`")))
    };
    let keys = match get("unique_key") {
        Some(Value::List(list)) => list.items().iter().map(ToString::to_string).collect(),
        Some(value) => vec![value.to_string()],
        None => return Err(wrong("does not give `unique_key`")),
    };
    let invalidates = get("invalidate_hard_deletes").is_some_and(|value| value.truth());
    let hard_deletes = get("hard_deletes").map(|value| value.to_string());
    Ok(Strategy {
        keys,
        updated_at: text("updated_at")?,
        row_changed: text("row_changed")?,
        scd_id: text("scd_id")?,
        hard_deletes: hard_deletes.or_else(|| invalidates.then(|| "invalidate".to_owned())),
    })
}
