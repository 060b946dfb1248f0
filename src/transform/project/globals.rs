//! What every template can name, whatever kind of file it stands in: `env_var`, `var`, `target`, `flags`, `log`, ...
//!
//! Parsing and running both embed [`Globals`] in their scopes; YAML files see nothing beyond it.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::context::{DBT_VERSION, Invocation, SECRET_PREFIX};
use super::profile::{self, Profile};
use super::yaml::Data;
use super::{PackageConfig, exceptions, render, yaml};
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Sink};
use crate::transform::jinja::{self, Args, Budget, Interpreter, Object, Scope, SourceFile, Value};

/// Variables from all places that may set them, seen by one package.
#[derive(Clone, Debug, Default)]
pub struct Vars {
    // An earlier one wins: command line, the root project for the package, the root project, the package itself.
    layers: Vec<Map<String, Json>>,
}

impl Vars {
    pub fn new(invocation: &Invocation, root: &PackageConfig, package: &PackageConfig) -> Self {
        let scoped = |owner: &PackageConfig| {
            owner.vars.get(&package.name).and_then(Json::as_object).cloned().unwrap_or_default()
        };
        let mut layers = vec![invocation.vars.clone(), scoped(root), root.vars.clone()];
        if package.name != root.name {
            layers.extend([scoped(package), package.vars.clone()]);
        }
        Self { layers }
    }

    /// Only what the command line says.
    pub fn of_command_line(invocation: &Invocation) -> Self {
        Self { layers: vec![invocation.vars.clone()] }
    }

    pub fn get(&self, name: &str) -> Option<&Json> {
        self.layers.iter().find_map(|layer| layer.get(name))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.layers.iter().flat_map(|layer| layer.keys()).map(String::as_str)
    }
}

/// The names that templates of one package share.
pub struct Globals {
    invocation: Arc<Invocation>,
    /// The root project's name; none while its file is read.
    project_name: Option<Arc<str>>,
    target: Option<Value>,
    vars: Arc<Vars>,
    sink: Arc<dyn Sink>,
    /// A missing variable is `None` instead of an error, as dbt has it while it parses.
    lenient_vars: bool,
    secrets: bool,
}

/// The names that [`Globals::lookup`] answers.
pub const NAMES: [&str; 17] = [
    "dbt_version",
    "diff_of_two_dicts",
    "dbt_metadata_envs",
    "env_var",
    "exceptions",
    "flags",
    "fromyaml",
    "invocation_id",
    "log",
    "print",
    "project_name",
    "run_started_at",
    "target",
    "thread_id",
    "toyaml",
    "var",
    "invocation_args_dict",
];

impl Globals {
    pub fn new(invocation: Arc<Invocation>, vars: Arc<Vars>, sink: Arc<dyn Sink>) -> Self {
        Self { invocation, project_name: None, target: None, vars, sink, lenient_vars: false, secrets: false }
    }

    /// Adds what is known once the project and its profile are.
    #[must_use]
    pub fn of_project(mut self, project_name: &str, profile: &Profile) -> Self {
        self.project_name = Some(Arc::from(project_name));
        self.target = Some(Value::from_json(&Json::Object(profile.target())));
        self
    }

    #[must_use]
    pub fn with_lenient_vars(mut self) -> Self {
        self.lenient_vars = true;
        self
    }

    pub fn invocation(&self) -> &Arc<Invocation> {
        &self.invocation
    }

    pub fn vars(&self) -> &Arc<Vars> {
        &self.vars
    }

    /// The value of a name; `None` when it is none of [`NAMES`] or not known yet.
    pub fn lookup(&self, name: &str) -> Option<Value> {
        Some(match name {
            "dbt_version" => Value::str(DBT_VERSION),
            "invocation_id" => Value::str(&self.invocation.id),
            "thread_id" => Value::str(std::thread::current().name().unwrap_or("MainThread")),
            "project_name" => Value::Str(self.project_name.clone()?),
            "target" => self.target.clone()?,
            "run_started_at" => started_at(&self.invocation),
            "flags" => Value::object(Flags(self.invocation.clone())),
            "invocation_args_dict" => Value::dict([("which", flag(&self.invocation, "WHICH"))]),
            "dbt_metadata_envs" => {
                Value::dict(self.invocation.environment.metadata().map(|(name, value)| (name, Value::str(value))))
            }
            "env_var" => self.env_var(),
            "var" => self.var(),
            "log" => self.log(),
            "print" => self.print(),
            "exceptions" => {
                Value::object(exceptions::Exceptions { sink: self.sink.clone(), warnings: self.invocation.warnings() })
            }
            "fromyaml" => Value::function("fromyaml", |_, args| from_yaml(args)),
            "toyaml" => Value::function("toyaml", |_, args| to_yaml(args)),
            "diff_of_two_dicts" => Value::function("diff_of_two_dicts", |_, args| diff_of_two_dicts(args)),
            _ => return None,
        })
    }

    fn env_var(&self) -> Value {
        let (invocation, secrets) = (self.invocation.clone(), self.secrets);
        Value::function("env_var", move |_, args| {
            let ([name], [default]) = args.bind("env_var", ["var"], ["default"])?;
            let name = text(&name, "env_var")?;
            if name.starts_with(SECRET_PREFIX) {
                if !secrets {
                    return Err(Error::new(
                        Kind::Compilation,
                        format!("the secret `{name}` may be read in profiles and packages only"),
                    )
                    .hint(format!("rename the variable without `{SECRET_PREFIX}` if it is no secret")));
                }
                if invocation.environment.get(&name).is_some() {
                    return Ok(Value::str(profile::secret_placeholder(&name)));
                }
            }
            match (invocation.env_var(&name), default) {
                (Some(found), _) => Ok(Value::str(found)),
                (None, Some(default)) if !default.is_none() => Ok(default),
                (None, _) => Err(Error::new(Kind::Config, format!("the environment variable `{name}` is not set"))
                    .hint(format!("set it, or give a default: env_var('{name}', 'default')"))),
            }
        })
    }

    fn var(&self) -> Value {
        Value::object(VarFunction { vars: self.vars.clone(), lenient: self.lenient_vars })
    }

    fn log(&self) -> Value {
        let sink = self.sink.clone();
        Value::function("log", move |_, args| {
            let ([message], [info]) = args.bind("log", ["msg"], ["info"])?;
            let info = info.is_some_and(|info| info.truth());
            sink.tell(Event::Log { message: message.text()?.to_string(), info });
            Ok(Value::str(""))
        })
    }

    fn print(&self) -> Value {
        let sink = self.sink.clone();
        let shown = self.invocation.flag("PRINT") != Some(Json::Bool(false));
        Value::function("print", move |_, args| {
            let ([message], []) = args.bind("print", ["msg"], [])?;
            if shown {
                sink.tell(Event::Print { message: message.text()?.to_string() });
            }
            Ok(Value::str(""))
        })
    }
}

/// `var`: called for a value, or asked with `has_var`.
struct VarFunction {
    vars: Arc<Vars>,
    lenient: bool,
}

impl Object for VarFunction {
    fn type_name(&self) -> &'static str {
        "Var"
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(self.value(interpreter, args))
    }

    fn has_method(&self, name: &str) -> bool {
        name == "has_var"
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let has_var = || {
            let ([name], []) = args.bind("has_var", ["var_name"], [])?;
            Ok(Value::Bool(self.vars.get(&text(&name, "has_var")?).is_some()))
        };
        (name == "has_var").then(has_var)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl VarFunction {
    fn value(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
        let ([name], [default]) = args.bind("var", ["var_name"], ["default"])?;
        let asked = name;
        // As in dbt any value is asked for that could be a key; only texts are names of variables.
        let name = match asked.as_str() {
            Some(name) => name.to_owned(),
            None => jinja::Key::new(asked.clone())?.value().text()?.to_string(),
        };
        let found = asked.as_str().and_then(|name| self.vars.get(name));
        match (found, default) {
            (Some(Json::String(template)), _) if render::is_template(template) => {
                let template = jinja::parse(SourceFile::new(super::config::FILE_NAME, template))?;
                let rendered = Interpreter::new(interpreter.scope(), Budget::default()).render(&template)?;
                Ok(Value::str(rendered.text))
            }
            (Some(found), _) => Ok(Value::from_json(found)),
            (None, Some(default)) => Ok(default),
            (None, None) if self.lenient => Ok(Value::None),
            (None, None) => {
                if let Value::Undefined(why) = &asked {
                    return Err(Error::new(Kind::Compilation, format!("`var()` takes the name of a variable: {why}"))
                        .hint("put quotes around the name: var('name')"));
                }
                let error = Error::new(Kind::Compilation, format!("the variable `{name}` is not set"));
                Err(match jinja::nearest(&name, self.vars.names()) {
                    Some(near) => error.hint(format!("there is a variable named `{near}`")),
                    None if self.vars.layers.is_empty() => error.hint(format!(
                        "a package's project file sees no variables: give a default, var('{name}', 'default')"
                    )),
                    None => error.hint(format!(
                        "set it under `vars:` or with `--vars`, or give a default: var('{name}', 'default')"
                    )),
                })
            }
        }
    }
}

/// `flags.FULL_REFRESH` and its like.
struct Flags(Arc<Invocation>);

impl Object for Flags {
    fn type_name(&self) -> &'static str {
        "Flags"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        self.0.flag(name).map(|value| Value::from_json(&value))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn flag(invocation: &Invocation, name: &str) -> Value {
    invocation.flag(name).map_or(Value::None, |value| Value::from_json(&value))
}

// A timestamp that knows its zone, as templates call `strftime` and `astimezone` on it.
fn started_at(invocation: &Invocation) -> Value {
    let parts = invocation.started_at.format("%Y, %-m, %-d, %-H, %-M, %-S");
    let code = format!(
        "{{{{ modules.pytz.utc.localize(modules.datetime.datetime({parts}, {})) }}}}",
        invocation.started_at.timestamp_subsec_micros()
    );
    let made = jinja::parse(SourceFile::new("run_started_at", code))
        .and_then(|template| Interpreter::new(&jinja::EmptyScope, Budget::default()).evaluate(&template));
    made.unwrap_or_else(|_| Value::str(invocation.started_at_text()))
}

fn text(value: &Value, function: &str) -> Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| {
        Error::new(Kind::Compilation, format!("`{function}()` takes a name as text, not a `{}`", value.type_name()))
    })
}

fn from_yaml(args: Args) -> Result<Value> {
    let ([content], [default]) = args.bind("fromyaml", ["value"], ["default"])?;
    match yaml::parse("fromyaml", content.text()?.to_string()) {
        Ok(document) => Ok(of_yaml(&document.root)),
        Err(_) => Ok(default.unwrap_or(Value::None)),
    }
}

// Dates are dates, as Python reads them.
fn of_yaml(yaml: &yaml::Yaml) -> Value {
    match &yaml.data {
        Data::List(list) => Value::list(list.iter().map(of_yaml)),
        Data::Map(map) => Value::dict(map.iter().map(|(key, entry)| (key, of_yaml(&entry.value)))),
        Data::Date(text) => jinja::modules::datetime::read(text).unwrap_or_else(|| Value::str(text)),
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) => Value::from_json(&yaml.to_json()),
    }
}

fn to_yaml(args: Args) -> Result<Value> {
    let ([value], [_, sorted]) = args.bind("toyaml", ["value"], ["default", "sort_keys"])?;
    Ok(Value::str(yaml::write(&value.to_json(), sorted.is_some_and(|sorted| sorted.truth()))))
}

// What the first dict has, by key, that the second lacks; lists of texts are compared as sets, lower-cased.
fn diff_of_two_dicts(args: Args) -> Result<Value> {
    let ([first, second], []) = args.bind("diff_of_two_dicts", ["dict_a", "dict_b"], [])?;
    let (Json::Object(first), Json::Object(second)) = (first.to_json(), second.to_json()) else {
        return Err(Error::new(Kind::Compilation, "`diff_of_two_dicts()` takes two dicts"));
    };
    let lower = |list: &Json| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_lowercase).collect()
    };
    let theirs: Map<String, Json> = second.iter().map(|(key, list)| (key.to_lowercase(), list.clone())).collect();
    let mut out = Map::new();
    for (key, list) in &first {
        let known = theirs.get(&key.to_lowercase()).map(&lower).unwrap_or_default();
        let missing: Vec<Json> = list
            .as_array()
            .into_iter()
            .flatten()
            .filter(|item| item.as_str().is_none_or(|item| !known.contains(&item.to_lowercase())))
            .cloned()
            .collect();
        if !missing.is_empty() {
            out.insert(key.clone(), Json::Array(missing));
        }
    }
    Ok(Value::from_json(&Json::Object(out)))
}

/// What YAML files may name: [`Globals`] alone.
pub struct YamlScope {
    globals: Globals,
}

impl YamlScope {
    /// While the project itself is read: variables of the command line only.
    pub fn new(invocation: Arc<Invocation>, project: Option<&str>, profile: Option<&Profile>) -> Self {
        let vars = Arc::new(Vars::of_command_line(&invocation));
        let mut globals = Globals::new(invocation, vars, Arc::new(crate::event::Silent));
        if let Some(profile) = profile {
            globals.target = Some(Value::from_json(&Json::Object(profile.target())));
        }
        globals.project_name = project.map(Arc::from);
        Self { globals }
    }

    #[must_use]
    pub fn seeing(mut self, vars: Vars) -> Self {
        self.globals.vars = Arc::new(vars);
        self
    }

    /// For properties files, which see the variables of their package.
    pub fn of(globals: Globals) -> Self {
        Self { globals }
    }

    #[must_use]
    pub fn with_secrets(mut self) -> Self {
        self.globals.secrets = true;
        self
    }
}

impl Scope for YamlScope {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.globals.lookup(name)
    }

    fn names(&self) -> Vec<String> {
        NAMES.iter().map(|&name| name.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::*;
    use crate::transform::project::context::Environment;

    fn rendered(code: &str) -> String {
        let environment = Environment::of([("SET".to_owned(), "yes".to_owned())]);
        let vars =
            Map::from_iter([("number".to_owned(), Json::from(1)), ("made".to_owned(), Json::from("{{ 1 + 1 }}"))]);
        let mut invocation = Invocation::new(environment, vars, Map::new());
        invocation.started_at = Utc.with_ymd_and_hms(2024, 1, 2, 3, 4, 5).unwrap();
        let scope = YamlScope::new(Arc::new(invocation), Some("shop"), None);
        let template = jinja::parse(SourceFile::new("a.yml", code)).unwrap();
        match Interpreter::new(&scope, Budget::default()).render(&template) {
            Ok(rendered) => rendered.text,
            Err(error) => format!("error: {}", error.message()),
        }
    }

    #[test]
    fn names_of_every_template() {
        for (code, expected) in [
            ("{{ env_var('SET') }} {{ env_var('UNSET', 'no') }}", "yes no"),
            ("{{ env_var('UNSET') }}", "error: the environment variable `UNSET` is not set"),
            (
                "{{ var('number') + 1 }} {{ var('made') }} {{ var('other', 'x') }} {{ var.has_var('number') }}",
                "2 2 x True",
            ),
            ("{{ var('nmuber') }}", "error: the variable `nmuber` is not set"),
            ("{{ run_started_at.strftime('%Y-%m-%d') }} {{ run_started_at }}", "2024-01-02 2024-01-02 03:04:05+00:00"),
            ("{{ flags.FULL_REFRESH }} {{ flags.WHICH }} {{ project_name }}", "False parse shop"),
            ("{{ fromyaml('a: [1, yes]')['a'] }} {{ toyaml({'a': [1]}) }}", "[1, True] a:\n- 1\n"),
            ("{{ exceptions.raise_compiler_error('no') }}", "error: no"),
        ] {
            assert_eq!(rendered(code), expected, "{code}");
        }
    }
}
