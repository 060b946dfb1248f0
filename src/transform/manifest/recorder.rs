//! The scope of a template while it is parsed: notes what it asks for, and answers as dbt does before anything runs.
//!
//! `execute` is false, queries give nothing, and `ref` gives a relation that stands for any.

use std::sync::{Arc, Mutex};

use indexmap::IndexSet;
use serde_json::{Map, Value as Json};

use super::column::ColumnClass;
use super::merge;
use super::namespace::Macros;
use super::parse_adapter::ParseAdapter;
use super::placeholder::{self, Placeholder};
use super::{Ref, UniqueId, validation};
use crate::error::{Error, Kind, Place, Result, line_start};
use crate::transform::jinja::{self, Args, Interpreter, Object, Scope, SourceFile, Value};
use crate::transform::project::exceptions;
use crate::transform::project::globals::{self, Globals};

/// What one package's templates share while they are parsed.
pub struct PackageScope {
    pub package: Arc<str>,
    pub macros: Arc<Macros>,
    pub globals: Globals,
}

/// What a template asked for.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    pub refs: Vec<Ref>,
    /// Where each ref stands; `None` when it is in no file.
    pub ref_places: Vec<Option<Place>>,
    pub sources: Vec<(String, String)>,
    pub source_places: Vec<Option<Place>>,
    /// The functions of the project that it calls: package, when it is named, and name.
    pub functions: Vec<(Option<String>, String)>,
    pub function_places: Vec<Option<Place>>,
    /// All `config()` calls, merged.
    pub config: Map<String, Json>,
    pub macros: IndexSet<Arc<str>>,
}

impl Notes {
    /// Notes a call of `ref`.
    pub(super) fn reference(&mut self, args: Args, place: Option<Place>, file: Option<&SourceFile>) -> Result<()> {
        let mut reference = ref_of(args)?;
        reference.span = span_in(file, place.as_ref());
        self.refs.push(reference);
        self.ref_places.push(place);
        Ok(())
    }

    /// Notes a call of `source`.
    pub(super) fn source(&mut self, args: &Args, place: Option<Place>) -> Result<()> {
        let [source, table] = args.positional.as_slice() else {
            return Err(compilation("`source()` takes two names: of the source and of its table")
                .hint("write source('source', 'table')"));
        };
        let (Some(source), Some(table)) = (source.as_str(), table.as_str()) else {
            return Err(compilation("`source()` takes names as text")
                .hint("put quotes around both names: source('source', 'table')"));
        };
        self.sources.push((source.to_owned(), table.to_owned()));
        self.source_places.push(place);
        Ok(())
    }

    /// Notes a call of `function`.
    fn function(&mut self, args: &Args, place: Option<Place>) -> Result<()> {
        let names: Vec<Option<&str>> = args.positional.iter().map(Value::as_str).collect();
        let (package, name) = match names.as_slice() {
            [Some(name)] => (None, *name),
            [Some(package), Some(name)] => (Some((*package).to_owned()), *name),
            _ => {
                return Err(compilation("`function()` takes a name, or a package and a name, as text")
                    .hint("write function('name')"));
            }
        };
        self.functions.push((package, name.to_owned()));
        self.function_places.push(place);
        Ok(())
    }

    /// Notes a call of `config`.
    pub(super) fn config(&mut self, args: &Args) -> Result<()> {
        if let Some(Value::Undefined(message)) = args.named.values().find(|value| matches!(value, Value::Undefined(_)))
        {
            return Err(compilation(&**message));
        }
        let given = match (args.positional.as_slice(), args.named.is_empty()) {
            ([], _) => args.named.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect(),
            ([Value::Dict(dict)], true) => match Value::Dict(dict.clone()).to_json() {
                Json::Object(map) => map,
                Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => Map::new(),
            },
            _ => {
                return Err(compilation("`config()` takes named arguments, or one dict")
                    .hint("write config(materialized='table')"));
            }
        };
        merge::config_calls(&mut self.config, given)
    }
}

/// Takes notes for one node.
pub struct Recorder {
    shared: Arc<PackageScope>,
    notes: Arc<Mutex<Notes>>,
    file: Option<Arc<SourceFile>>,
    this: Placeholder,
    model: Value,
    /// The package whose macros are seen by their bare names behind all others.
    siblings: Option<String>,
}

const NAMES: [&str; 34] = [
    "adapter",
    "api",
    "builtins",
    "column",
    "compiled_code",
    "config",
    "context",
    "database",
    "defer_relation",
    "doc",
    "env",
    "execute",
    "function",
    "graph",
    "load_agate_table",
    "load_result",
    "metric",
    "model",
    "post_hooks",
    "pre_hooks",
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

impl Recorder {
    /// A recorder for a node that will be called `this`; `file` is where its code stands.
    pub fn new(shared: Arc<PackageScope>, this: Placeholder, model: Value, file: Option<Arc<SourceFile>>) -> Self {
        Self { shared, notes: Arc::default(), file, this, model, siblings: None }
    }

    /// Begins with notes that were taken elsewhere.
    pub fn set_notes(&mut self, notes: Notes) {
        self.notes = Arc::new(Mutex::new(notes));
    }

    /// Lets a macro of a package call others of it, though the node is in another.
    pub fn see_siblings(&mut self, package: Option<&str>) {
        self.siblings = package.map(str::to_owned);
    }

    /// What was noted so far.
    pub fn notes(self) -> Notes {
        self.notes.lock().map(|mut notes| std::mem::take(&mut *notes)).expect("no thread panics while it takes notes")
    }

    fn own(&self, name: &str) -> Option<Value> {
        Some(match name {
            "execute" => Value::Bool(false),
            "ref" => self.reference(),
            "source" => self.source(),
            "config" => Value::object(ConfigCalls(self.notes.clone())),
            "this" => Value::object(self.this.clone()),
            "model" => self.model.clone(),
            "database" => Value::str(&self.this.database),
            "schema" => Value::str(&self.this.schema),
            "adapter" => Value::object(ParseAdapter { shared: self.shared.clone() }),
            "api" => Value::object(Api),
            // Nothing is in it before everything is parsed, not even `nodes`.
            "graph" => Value::dict::<&str>([]),
            "pre_hooks" | "post_hooks" | "selected_resources" => Value::list([]),
            "sql" | "sql_now" | "defer_relation" | "compiled_code" | "env" => Value::None,
            "function" => self.function(),
            "load_result" | "load_agate_table" | "submit_python_job" | "column" | "metric" => {
                Value::function(name, |_, _| Ok(Value::None))
            }
            "store_result" | "store_raw_result" | "write" => Value::function(name, |_, _| Ok(Value::str(""))),
            "doc" => Value::function("doc", |_, _| Ok(Value::str(""))),
            "try_or_compiler_error" => Value::function(name, exceptions::try_or_compiler_error),
            "validation" => validation::value(),
            "render" => Value::function("render", render),
            "context" => self.context(),
            "builtins" => {
                let names = NAMES.into_iter().filter(|name| !matches!(*name, "builtins" | "context"));
                let names = names.chain(globals::NAMES).chain(jinja::builtins::NAMES.iter().copied());
                let value = |name: &str| self.own(name).or_else(|| self.shared.globals.lookup(name));
                let value = |name: &str| value(name).or_else(|| jinja::builtins::lookup(name));
                Value::dict(names.filter_map(|name| Some((name, value(name)?))))
            }
            _ => return None,
        })
    }

    // `context` is rarely asked for, so that it is made only then.
    fn context(&self) -> Value {
        let names = self.names().into_iter().filter(|name| name != "context" && name != "builtins");
        let names = names.chain(jinja::builtins::NAMES.iter().map(|&name| name.to_owned()));
        let value = |name: &str| self.lookup(name).or_else(|| jinja::builtins::lookup(name));
        Value::dict(names.filter_map(|name| value(&name).map(|value| (name, value))))
    }

    fn reference(&self) -> Value {
        let (notes, this, file) = (self.notes.clone(), self.this.clone(), self.file.clone());
        Value::function("ref", move |interpreter, args| {
            let mut notes = notes.lock().expect("no thread panics while it takes notes");
            notes.reference(args, interpreter.place(), file.as_deref())?;
            Ok(Value::object(this.clone()))
        })
    }

    fn function(&self) -> Value {
        let (notes, this) = (self.notes.clone(), self.this.clone());
        Value::function("function", move |interpreter, args| {
            let mut notes = notes.lock().expect("no thread panics while it takes notes");
            notes.function(&args, interpreter.place())?;
            Ok(Value::object(this.clone()))
        })
    }

    fn source(&self) -> Value {
        let (notes, this) = (self.notes.clone(), self.this.clone());
        Value::function("source", move |interpreter, args| {
            let mut notes = notes.lock().expect("no thread panics while it takes notes");
            notes.source(&args, interpreter.place())?;
            Ok(Value::object(this.clone()))
        })
    }
}

impl Scope for Recorder {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.shared
            .macros
            .lookup(&self.shared.package, name)
            .or_else(|| self.own(name))
            .or_else(|| self.shared.globals.lookup(name))
            .or_else(|| self.shared.macros.of_package(self.siblings.as_deref()?, name))
    }

    fn names(&self) -> Vec<String> {
        let mut names = self.shared.macros.names(&self.shared.package);
        names.extend(NAMES.iter().chain(&globals::NAMES).map(|&name| name.to_owned()));
        names
    }

    fn macro_called(&self, unique_id: &str) {
        let mut notes = self.notes.lock().expect("no thread panics while it takes notes");
        if !notes.macros.contains(unique_id) {
            notes.macros.insert(UniqueId::from(unique_id));
        }
    }

    // A macro that there is not is the error of the node that calls it, once it runs; the others run all the same.
    fn lenient(&self) -> bool {
        true
    }
}

/// Reads the arguments of `ref([package,] name, version=)`.
pub fn ref_of(mut args: Args) -> Result<Ref> {
    let version = args.take("v").or_else(|| args.take("version")).filter(|version| !version.is_none());
    let version_is_text = version.as_ref().is_some_and(|version| version.as_str().is_some());
    let version = version.map(|version| version.to_string());
    let text = |value: &Value| {
        let name = value.as_str().map(str::to_owned);
        name.ok_or_else(|| {
            compilation(format!("`ref()` takes names as text, not a `{}`", value.type_name()))
                .hint("put quotes around the name: ref('model')")
        })
    };
    match args.positional.as_slice() {
        [name] => Ok(Ref { package: None, name: text(name)?, version, version_is_text, span: 0..0 }),
        [package, name] => {
            Ok(Ref { package: Some(text(package)?), name: text(name)?, version, version_is_text, span: 0..0 })
        }
        _ => Err(compilation("`ref()` takes the name of a model, perhaps after that of its package")
            .hint("write ref('model') or ref('package', 'model')")),
    }
}

fn compilation(message: impl Into<String>) -> Error {
    Error::new(Kind::Compilation, message)
}

// The byte range of a place, when it stands in the node's own file.
fn span_in(file: Option<&SourceFile>, place: Option<&Place>) -> std::ops::Range<usize> {
    let (Some(file), Some(place)) = (file, place) else { return 0..0 };
    if place.file != file.path || place.line == 0 {
        return 0..0;
    }
    let from = |start: usize, characters: u32| {
        let rest = file.text.get(start..).unwrap_or_default();
        start + rest.chars().take(characters as usize).map(char::len_utf8).sum::<usize>()
    };
    let start = from(line_start(&file.text, place.line), place.column.saturating_sub(1));
    start..from(start, place.length)
}

fn render(interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([text], []) = args.bind("render", ["sql"], [])?;
    let template = jinja::parse(SourceFile::new("render()", text.text()?))?;
    Ok(Value::str(interpreter.render(&template)?.text))
}

/// `config` while parsing: a call is noted; questions have no answer yet.
struct ConfigCalls(Arc<Mutex<Notes>>);

impl ConfigCalls {
    fn note(&self, args: &Args) -> Result<Value> {
        self.0.lock().expect("no thread panics while it takes notes").config(args)?;
        Ok(Value::str(""))
    }
}

impl Object for ConfigCalls {
    fn type_name(&self) -> &'static str {
        "config"
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, _: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(self.note(&args))
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(
            name,
            "get" | "require" | "meta_get" | "meta_require" | "set" | "persist_relation_docs" | "persist_column_docs"
        )
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        Some(match name {
            "get" | "require" | "meta_get" | "meta_require" => Ok(Value::str("")),
            "persist_relation_docs" | "persist_column_docs" => Ok(Value::Bool(false)),
            "set" => args.bind("set", ["name", "value"], []).and_then(|([name, value], [])| {
                let name = name.text()?;
                self.note(&Args::default().with(&name, value))
            }),
            _ => return None,
        })
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

struct Api;

impl Object for Api {
    fn type_name(&self) -> &'static str {
        "api"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "Relation" => Some(Value::object(RelationClass)),
            "Column" => Some(Value::object(ColumnClass)),
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

pub(super) struct RelationClass;

impl Object for RelationClass {
    fn type_name(&self) -> &'static str {
        "Relation"
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "add_ephemeral_prefix" | "create" | "create_from_source" | "create_from_node" | "create_from")
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        if name == "add_ephemeral_prefix" {
            return Some(placeholder::add_ephemeral_prefix(args));
        }
        self.has_method(name).then(|| {
            let text = |name: &str| args.named.get(name).map(ToString::to_string).unwrap_or_default();
            Ok(Value::object(Placeholder::new(&text("database"), &text("schema"), &text("identifier"))))
        })
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
