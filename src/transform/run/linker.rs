//! What a template's names mean while its node runs: relations, results, the database.
//!
//! The counterpart of the recorder, which answers the same names while the project is parsed. What is the same in both
//! (macros, variables, the environment, modules) comes from there.

use std::sync::Arc;

use super::adapter::Adapter;
use super::config::ConfigObject;
use super::cte::cte_name;
use super::relation::{RelationClass, RelationObject};
use super::response::Response;
use super::source_place::{self, source_relation};
use super::state::{NodeState, StatementResult};
use super::table::Table;
use super::unit_test::Given;
use super::{inputs, python_model, seed, seen};
use crate::error::{Error, Kind, Result};
use crate::event::Event;
use crate::transform::jinja::{self, Args, Key, Moment, Object, Scope, Value};
use crate::transform::manifest::column::ColumnClass;
use crate::transform::manifest::lifetimes::prerelease;
use crate::transform::manifest::resolve::{find_function, plain};
use crate::transform::manifest::{Node, ResourceType, Source, UniqueId, validation};
use crate::transform::project::exceptions;

/// The scope of one node that runs.
pub struct Linker(pub Arc<NodeState>);

const NAMES: &[&str] = &[
    "adapter",
    "adapter_macro",
    "api",
    "column",
    "compiled_code",
    "config",
    "database",
    "defer_relation",
    "env",
    "execute",
    "function",
    "graph",
    "invocation_args_dict",
    "load_agate_table",
    "load_result",
    "metric",
    "model",
    "post_hooks",
    "pre_hooks",
    "builtins",
    "ref",
    "render",
    "schema",
    "selected_resources",
    "source",
    "sql",
    "sql_now",
    "store_raw_result",
    "store_result",
    "submit_python_job",
    "this",
    "try_or_compiler_error",
    "validation",
    "write",
];

impl Scope for Linker {
    fn lookup(&self, name: &str) -> Option<Value> {
        let state = &self.0;
        if let Some(value) = state.extra.lock().expect("no thread panics while it holds the names").get(name) {
            return Some(value.clone());
        }
        if let Some(value) = state.given().and_then(|given| given.overridden(name, &self.0)) {
            return Some(value);
        }
        if let Some(found) = state.run.macros.lookup(&state.node.package_name, name) {
            return Some(found);
        }
        self.meant_by(name)
    }

    fn names(&self) -> Vec<String> {
        let mut names = self.own_names();
        names.extend(self.0.run.macros.visible(&self.0.node.package_name));
        names
    }

    fn macro_called(&self, unique_id: &str) {
        let mut called = self.0.called.lock().expect("no thread panics while it holds the macros");
        if !called.contains_key(unique_id) {
            called.insert(UniqueId::from(unique_id), ());
        }
    }
}

impl Linker {
    // What is no macro.
    fn own_names(&self) -> Vec<String> {
        let extra = self.0.extra.lock().expect("no thread panics while it holds the names");
        NAMES
            .iter()
            .map(|name| (*name).to_owned())
            .chain(extra.keys().cloned())
            .chain(crate::transform::project::globals::NAMES.iter().map(|name| (*name).to_owned()))
            .collect()
    }

    // A name as it is where no macro has it.
    fn meant_by(&self, name: &str) -> Option<Value> {
        let state = &self.0;
        Some(match name {
            "ref" => self.function("ref", ref_),
            "source" => self.function("source", source),
            "function" => self.function("function", function),
            "config" => Value::object(ConfigObject(Arc::clone(state))),
            "this" => this(state),
            "adapter" => Value::object(Adapter(Arc::clone(state))),
            "api" => Value::object(Api(state.run.project.config.quoted())),
            "execute" => Value::Bool(true),
            "database" => Value::str(&state.node.database),
            "schema" => Value::str(&state.node.schema),
            "model" => model(state),
            "graph" => state.run.graph(),
            "pre_hooks" => hooks(state, "pre-hook"),
            "post_hooks" => hooks(state, "post-hook"),
            "load_result" => self.function("load_result", load_result),
            "store_result" => self.function("store_result", store_result),
            "store_raw_result" => self.function("store_raw_result", store_raw_result),
            "write" => self.function("write", write),
            "render" => self.renderer(),
            // A materialization has them; elsewhere they are there and say nothing.
            "compiled_code" | "defer_relation" | "sql" => Value::None,
            "column" => Value::object(ColumnClass),
            "env" => return self.lookup("target"),
            "adapter_macro" => self.function("adapter_macro", |_, args| {
                let name = args.positional.first().map(ToString::to_string).unwrap_or_default();
                Err(Error::new(Kind::Compilation, "`adapter_macro` is gone from dbt")
                    .hint(format!("write `adapter.dispatch('{name}')(...)`")))
            }),
            "try_or_compiler_error" => Value::function("try_or_compiler_error", exceptions::try_or_compiler_error),
            "sql_now" => Value::str("now()"),
            "validation" => validation::value(),
            "selected_resources" => Value::list(state.run.selected.iter().map(Value::str)),
            "invocation_args_dict" => Value::from_json(&state.run.flags.args.clone().into()),
            "builtins" => self.builtins(),
            "context" => self.context(),
            "load_agate_table" => self.function("load_agate_table", |state, args| {
                args.bind_nothing("load_agate_table")?;
                Ok(Value::object(seed::rows(state)?))
            }),
            "metric" => self.function("metric", |_, _| Err(Error::new(Kind::Compilation, "metrics are not supported"))),
            "submit_python_job" => self.function("submit_python_job", python_model::submit),
            _ => return state.run.globals(&state.node.package_name).lookup(name),
        })
    }

    fn function(&self, name: &'static str, body: fn(&Arc<NodeState>, Args) -> Result<Value>) -> Value {
        let state = Arc::clone(&self.0);
        Value::function(name, move |_, args| body(&state, args))
    }

    // Everything by its name. What a template adds is there for those after it, as it is made once for a node.
    fn context(&self) -> Value {
        let state = &self.0;
        let names = self.own_names().into_iter().filter(|name| name != "context");
        let names = names.chain(jinja::builtins::NAMES.iter().map(|name| (*name).to_owned()));
        let names = names.chain(state.run.macros.visible(&state.node.package_name));
        let value = |name: &str| self.lookup(name).or_else(|| jinja::builtins::lookup(name));
        let context = Value::dict(names.filter_map(|name| value(&name).map(|value| (name, value))));
        let mut extra = state.extra.lock().expect("no thread panics while it holds the names");
        extra.insert("context".to_owned(), context.clone());
        context
    }

    // What a project that overrides `ref` or its like calls in its own version.
    fn builtins(&self) -> Value {
        let names = self.own_names().into_iter().filter(|name| !matches!(name.as_str(), "builtins" | "context"));
        let shared = jinja::builtins::NAMES.iter().map(|name| (*name).to_owned());
        Value::dict(names.chain(shared).filter_map(|name| {
            let value = self.meant_by(&name).or_else(|| jinja::builtins::lookup(&name))?;
            Some((name, value))
        }))
    }

    // `render(text)`: hooks and write options are templates inside templates.
    fn renderer(&self) -> Value {
        let state = Arc::clone(&self.0);
        Value::function("render", move |interpreter, args| {
            let ([text], []) = args.bind("render", ["text"], [])?;
            let file = crate::transform::jinja::SourceFile::new(&state.node.original_file_path, text.to_string());
            let template = crate::transform::jinja::parse(file)?;
            Ok(Value::str(interpreter.render(&template)?.text))
        })
    }
}

// With the batch, where the model is built in batches.
fn model(state: &NodeState) -> Value {
    let value = seen::model(&state.run, &state.node);
    let extra = state.extra.lock().expect("no thread panics while it holds the names");
    if let (Some(dict), Some(sql)) = (value.as_dict(), extra.get("compiled_code")) {
        dict.insert(Key::str("compiled_code"), sql.clone());
        dict.insert(Key::str("compiled"), Value::Bool(true));
    }
    drop(extra);
    if let (Some(dict), Some(batch)) = (value.as_dict(), state.batch()) {
        let told = Value::dict([
            ("id", Value::str(batch.id())),
            ("event_time_start", Value::object(Moment::in_utc(batch.window.start))),
            ("event_time_end", Value::object(Moment::in_utc(batch.window.end))),
        ]);
        dict.insert(Key::str("batch"), told);
    }
    value
}

fn this(state: &NodeState) -> Value {
    if let Some(given) = state.given().and_then(Given::this) {
        return given;
    }
    match state.node.resource_type {
        ResourceType::Operation | ResourceType::SqlOperation => Value::None,
        _ => Value::object(RelationObject::of_node(&state.node.relation(), None, state.node.quoted)),
    }
}

fn hooks(state: &NodeState, key: &str) -> Value {
    let hooks = state.config(key).unwrap_or_default();
    Value::list(
        super::hooks::of(&hooks)
            .into_iter()
            .map(|hook| Value::dict([("sql", Value::str(hook.sql)), ("transaction", Value::Bool(hook.transaction))])),
    )
}

fn ref_(state: &Arc<NodeState>, args: Args) -> Result<Value> {
    let mut args = args;
    let version = args.take("v").or_else(|| args.take("version")).filter(|version| !version.is_none());
    let mut parts: Vec<String> = args.positional.iter().map(ToString::to_string).collect();
    let (Some(name), true) = (parts.pop(), parts.len() <= 1) else {
        return Err(Error::new(Kind::Compilation, "`ref` takes a name, or a package and a name"));
    };
    let package = parts.pop();
    let version = version.map(|version| version.to_string());
    let Some(target) = find_ref(state, package.as_deref(), &name, version.as_deref()) else {
        return Err(Error::new(
            Kind::RefNotFound,
            format!("`{}` refers to `{name}`, which is not in this project", state.node.name),
        ));
    };
    check_recorded(state, &target.unique_id, &format!("ref('{name}')"))?;
    if version.is_none() {
        tell_of_prerelease(state, target);
    }
    if let Some(given) = state.given() {
        return given.input(&target.unique_id, &format!("ref('{name}')"));
    }
    if target.is_ephemeral() {
        let mut ctes = state.ctes.lock().expect("no thread panics while it holds the expressions");
        ctes.insert(target.unique_id.clone(), ());
        let relation = RelationObject::cte(&cte_name(&target.alias));
        return Ok(Value::object(inputs::of_node(state, relation, target)));
    }
    let place = inputs::place_of(state, target)?;
    Ok(Value::object(inputs::of_node(state, RelationObject::of_node(&place, None, target.quoted), target)))
}

// A model that is read without a version means another one as soon as its newest version is its latest.
fn tell_of_prerelease(state: &NodeState, target: &Node) {
    let manifest = &state.run.manifest;
    let Some(newest) = prerelease(manifest, target) else { return };
    let Node { name, package_name, .. } = target;
    let pinned = |version: &str| format!("{{{{ ref('{package_name}', '{name}', v='{version}') }}}}");
    let latest = target.extra.get("version").map(plain).unwrap_or_default();
    let message = format!(
        "While compiling '{}':\n`ref('{name}')` means version {latest}, the latest; version {newest} is there and will be meant \
         once it is the latest\n\n  Try out v{newest}: {}\n  Pin to  v{latest}: {}\n",
        state.node.name,
        pinned(&newest),
        pinned(&latest)
    );
    state.run.sink.tell(Event::Info { message });
}

pub(super) fn find_ref<'a>(
    state: &'a NodeState,
    package: Option<&str>,
    name: &str,
    version: Option<&str>,
) -> Option<&'a Node> {
    let nodes = &state.run.manifest.nodes;
    let name = match version {
        Some(version) => format!("{name}.v{version}"),
        None => name.to_owned(),
    };
    let of = |package: &str| {
        ["model", "seed", "snapshot"].iter().find_map(|kind| nodes.get(format!("{kind}.{package}.{name}").as_str()))
    };
    match package {
        Some(package) => of(package),
        None => state.run.manifest.at_home(&state.node.package_name, of).or_else(|| {
            let tail = format!(".{name}");
            nodes.values().find(|node| {
                matches!(node.resource_type, ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot)
                    && node.unique_id.ends_with(&tail)
                    && (node.name == name || version.is_some())
            })
        }),
    }
    .or_else(|| version.is_none().then(|| latest_version(state, package, &name))?)
}

// A model with versions is meant by its bare name in its latest one.
fn latest_version<'a>(state: &'a NodeState, package: Option<&str>, name: &str) -> Option<&'a Node> {
    state.run.manifest.nodes.values().find(|node| {
        let version = node.extra.get("version").filter(|version| !version.is_null());
        node.resource_type == ResourceType::Model
            && node.name == name
            && package.is_none_or(|package| node.package_name == package)
            && version.is_some()
            && version == node.extra.get("latest_version")
    })
}

// What a render finds must have been found while parsing, or the order of the run would be wrong.
fn check_recorded(state: &NodeState, target: &UniqueId, call: &str) -> Result<()> {
    let node = &state.node;
    if matches!(node.resource_type, ResourceType::Operation | ResourceType::SqlOperation)
        || node.depends_on.nodes.contains(target)
        || node.unique_id == *target
    {
        return Ok(());
    }
    Err(Error::new(
        Kind::Compilation,
        format!("`{}` reaches {call} only while it runs, so it was not known when the order was made", node.name),
    )
    .hint(format!("add this line at the top of its SQL:\n-- depends_on: {{{{ {call} }}}}")))
}

/// The source of that name: the node's own package first, then the project.
pub(super) fn find_source<'a>(state: &'a NodeState, source: &str, table: &str) -> Result<&'a Source> {
    let sources = &state.run.manifest.sources;
    let of = |package: &str| sources.get(format!("source.{package}.{source}.{table}").as_str());
    let manifest = &state.run.manifest;
    manifest
        .at_home(&state.node.package_name, of)
        .or_else(|| sources.values().find(|known| known.source_name == source && known.name == table))
        .ok_or_else(|| {
            Error::new(
                Kind::SourceNotFound,
                format!("`{}` reads source `{source}.{table}`, which is not in this project", state.node.name),
            )
        })
}

fn source(state: &Arc<NodeState>, args: Args) -> Result<Value> {
    let ([source, table], []) = args.bind("source", ["source_name", "table_name"], [])?;
    let (source, table) = (source.to_string(), table.to_string());
    let found = find_source(state, &source, &table)?;
    check_recorded(state, &found.unique_id, &format!("source('{source}', '{table}')"))?;
    if let Some(given) = state.given() {
        return given.input(&found.unique_id, &format!("source('{source}', '{table}')"));
    }
    source_place::load(state, found)?;
    Ok(Value::object(inputs::of_source(state, source_relation(found)?, found)))
}

// `function('name')`: the name by which SQL calls it.
fn function(state: &Arc<NodeState>, args: Args) -> Result<Value> {
    let mut names: Vec<String> = args.positional.iter().map(ToString::to_string).collect();
    let name = names.pop().unwrap_or_default();
    let found = find_function(&state.run.manifest, names.first().map(String::as_str), &name, &state.node.package_name);
    let Some(target) = found.and_then(|id| state.run.manifest.nodes.get(&id)) else {
        let message = format!("`{}` calls the function `{name}`, which is not in this project", state.node.name);
        return Err(Error::new(Kind::RefNotFound, message));
    };
    check_recorded(state, &target.unique_id, &format!("function('{name}')"))?;
    Ok(Value::object(RelationObject::of_node(&inputs::place_of(state, target)?, Some("function"), target.quoted)))
}

fn load_result(state: &Arc<NodeState>, args: Args) -> Result<Value> {
    let ([name], []) = args.bind("load_result", ["name"], [])?;
    Ok(state.load(&name.to_string())?.map_or(Value::None, |result| {
        let data = result.table.downcast::<Table>().map_or(Value::list([]), |table| {
            Value::list(table.0.rows.iter().map(|row| Value::tuple(row.iter().cloned())))
        });
        Value::dict([("response", result.response), ("data", data), ("table", result.table)])
    }))
}

fn store_result(state: &Arc<NodeState>, args: Args) -> Result<Value> {
    let ([name, response], [table]) = args.bind("store_result", ["name", "response"], ["agate_table"])?;
    let table = table.filter(|table| !table.is_none()).unwrap_or_else(|| Value::object(Table::default()));
    state.store(&name.to_string(), StatementResult { response, table });
    Ok(Value::str(""))
}

fn store_raw_result(state: &Arc<NodeState>, args: Args) -> Result<Value> {
    let ([name], [message, code, affected, table]) =
        args.bind("store_raw_result", ["name"], ["message", "code", "rows_affected", "agate_table"])?;
    let told = Value::object(Response {
        message: message.unwrap_or(Value::None),
        code: code.unwrap_or(Value::None),
        rows_affected: affected.unwrap_or(Value::None),
    });
    let table = table.filter(|table| !table.is_none()).unwrap_or_else(|| Value::object(Table::default()));
    state.store(&name.to_string(), StatementResult { response: told, table });
    Ok(Value::str(""))
}

fn write(state: &Arc<NodeState>, args: Args) -> Result<Value> {
    let ([text], []) = args.bind("write", ["payload"], [])?;
    *state.written.lock().expect("no thread panics while it holds the text") = Some(text.to_string());
    Ok(Value::str(""))
}

/// `api`: the classes that templates may make values of.
pub struct Api(pub [bool; 3]);

impl Object for Api {
    fn type_name(&self) -> &'static str {
        "DatabaseWrapper"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "Relation" => Some(Value::object(RelationClass(self.0))),
            "Column" => Some(Value::object(ColumnClass)),
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
