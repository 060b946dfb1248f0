//! A relation as templates hold it: what `ref`, `source`, `this` and `api.Relation.create` give.

use std::any::Any;

use crate::engine::catalog::Relation;
use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value};
use crate::transform::manifest::placeholder;

mod fields;
mod parts;

use parts::Parts;

/// One yes or no for each of the three parts of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub database: bool,
    pub schema: bool,
    pub identifier: bool,
}

impl Policy {
    pub const ALL: Self = Self { database: true, schema: true, identifier: true };

    /// Of database, schema and identifier, in this order.
    pub const fn of([database, schema, identifier]: [bool; 3]) -> Self {
        Self { database, schema, identifier }
    }
}

/// dbt's `Relation`: immutable; every change gives a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationObject {
    pub database: Option<String>,
    pub schema: Option<String>,
    pub identifier: Option<String>,
    /// `table`, `view`, `cte`, `external`; `None` when nobody asked the database.
    pub kind: Option<String>,
    pub quoting: Policy,
    pub include: Policy,
    /// Rows at most, for `--empty` and `--sample`.
    pub limit: Option<u64>,
    /// A condition on the rows, for `--sample` and for batches.
    pub filter: Option<String>,
    /// What to read in place of a table: a quoted path, or a call of a table function.
    pub external: Option<String>,
}

const METHODS: &[&str] = &[
    "create",
    "create_from",
    "get",
    "include",
    "incorporate",
    "information_schema",
    "information_schema_only",
    "matches",
    "quote",
    "quoted",
    "render",
    "render_limited",
    "replace_path",
    "without_identifier",
];

impl RelationObject {
    pub fn new(relation: &Relation, kind: Option<&str>) -> Self {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            database: part(&relation.database),
            schema: part(&relation.schema),
            identifier: part(&relation.identifier),
            kind: kind.map(str::to_owned),
            quoting: Policy::ALL,
            include: Policy::ALL,
            limit: None,
            filter: None,
            external: None,
        }
    }

    /// The relation of a node, or of what stands in for it, quoted as the project wants it.
    pub fn of_node(place: &Relation, kind: Option<&str>, quoted: [bool; 3]) -> Self {
        Self { quoting: Policy::of(quoted), ..Self::new(place, kind) }
    }

    /// An ephemeral model: a name inside the statement itself.
    pub fn cte(name: &str) -> Self {
        let include = Policy { database: false, schema: false, identifier: true };
        let quoting = Policy { database: false, schema: false, identifier: false };
        Self { quoting, include, ..Self::new(&Relation::new("", "", name), Some("cte")) }
    }

    /// The three names, without quoting.
    pub fn relation(&self) -> Relation {
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        Relation::new(part(&self.database), part(&self.schema), part(&self.identifier))
    }

    /// As SQL, quoted as its policy says, with all of its rows.
    pub fn render(&self) -> String {
        self.external.clone().unwrap_or_else(|| self.name())
    }

    /// As SQL, with the rows that this run reads of it.
    pub fn narrowed(&self) -> String {
        let limited = self.limited();
        match &self.filter {
            None => limited,
            Some(filter) => format!("(select * from {limited} where {filter})"),
        }
    }

    fn limited(&self) -> String {
        let name = self.render();
        match self.limit {
            None => name,
            Some(0) => format!("(select * from {name} where false limit 0)"),
            Some(limit) => format!("(select * from {name} limit {limit})"),
        }
    }

    fn name(&self) -> String {
        let parts = [
            (self.include.database, self.quoting.database, &self.database),
            (self.include.schema, self.quoting.schema, &self.schema),
            (self.include.identifier, self.quoting.identifier, &self.identifier),
        ];
        parts
            .into_iter()
            .filter(|(included, _, part)| *included && part.is_some())
            .filter_map(|(_, quoted, part)| {
                part.as_deref().map(|part| if quoted { quote(part) } else { part.to_owned() })
            })
            .collect::<Vec<_>>()
            .join(".")
    }

    fn is(&self, kind: &str) -> Value {
        Value::Bool(self.kind.as_deref() == Some(kind))
    }

    fn with_policy(policy: Policy, args: Args, method: &str) -> Result<Policy> {
        let ([], [database, schema, identifier]) = args.bind(method, [], ["database", "schema", "identifier"])?;
        let pick = |given: Option<Value>, now: bool| match given {
            None | Some(Value::None) => now,
            Some(value) => value.truth(),
        };
        Ok(Policy {
            database: pick(database, policy.database),
            schema: pick(schema, policy.schema),
            identifier: pick(identifier, policy.identifier),
        })
    }

    // `path` changes the names that it holds, a null removes one; `type`, `quote_policy`, `include_policy` change the rest.
    fn incorporate(&self, args: &Args) -> Result<Self> {
        let mut changed = self.clone();
        for (name, value) in &args.named {
            match &**name {
                "path" => changed.set_names(value)?,
                "type" => changed.kind = text_of(value),
                "quote_policy" => changed.quoting = policy_of(value, changed.quoting),
                "include_policy" => changed.include = policy_of(value, changed.include),
                "limit" => changed.limit = value.as_int().and_then(|limit| u64::try_from(limit).ok()),
                // dbt's other fields change nothing that a template could see here.
                _ => {}
            }
        }
        Ok(changed)
    }

    fn set_names(&mut self, names: &Value) -> Result<()> {
        let parts = names.downcast::<Parts>().map(Parts::to_dict);
        let Some(names) = parts.as_ref().unwrap_or(names).as_dict() else {
            return Err(Error::new(
                Kind::Compilation,
                format!("a relation's `path` is a dict, not {}", names.type_name()),
            ));
        };
        for (key, value) in names.entries() {
            self.set_name(&key.to_string(), &value);
        }
        Ok(())
    }

    fn set_name(&mut self, part: &str, value: &Value) {
        match part {
            "database" => self.database = text_of(value),
            "schema" => self.schema = text_of(value),
            "identifier" => self.identifier = text_of(value),
            _ => {}
        }
    }

    fn matches(&self, args: Args) -> Result<bool> {
        let ([], [database, schema, identifier]) = args.bind("matches", [], ["database", "schema", "identifier"])?;
        let same = |wanted: Option<Value>, have: &Option<String>| match wanted {
            None | Some(Value::None) => true,
            Some(wanted) => have.as_deref().is_some_and(|have| have.eq_ignore_ascii_case(&wanted.to_string())),
        };
        Ok(same(database, &self.database) && same(schema, &self.schema) && same(identifier, &self.identifier))
    }

    fn information_schema(&self, view: Option<&Value>) -> Self {
        let view = view.filter(|view| !view.is_none()).map(|view| view.to_string().to_lowercase());
        Self {
            schema: Some("INFORMATION_SCHEMA".to_owned()),
            identifier: view,
            kind: None,
            quoting: Policy { schema: false, identifier: false, ..self.quoting },
            ..self.clone()
        }
    }

    fn method(&self, name: &str, args: Args) -> Result<Value> {
        Ok(match name {
            "render" => Value::str(self.render()),
            "render_limited" => Value::str(self.limited()),
            "include" => Value::object(Self { include: Self::with_policy(self.include, args, name)?, ..self.clone() }),
            "quote" => Value::object(Self { quoting: Self::with_policy(self.quoting, args, name)?, ..self.clone() }),
            "quoted" => {
                let ([identifier], []) = args.bind(name, ["identifier"], [])?;
                Value::str(quote(&identifier.to_string()))
            }
            "without_identifier" => {
                let include = Policy { identifier: false, ..self.include };
                Value::object(Self { include, identifier: None, kind: None, ..self.clone() })
            }
            "incorporate" => Value::object(self.incorporate(&args)?),
            "replace_path" => {
                let mut changed = self.clone();
                for (part, value) in &args.named {
                    changed.set_name(part, value);
                }
                Value::object(changed)
            }
            "matches" => Value::Bool(self.matches(args)?),
            "information_schema" => {
                let ([], [view]) = args.bind(name, [], ["view_name"])?;
                Value::object(self.information_schema(view.as_ref()))
            }
            "information_schema_only" => Value::object(self.information_schema(None)),
            "get" => placeholder::get(self, args)?,
            _ => create(args, Policy::ALL)?,
        })
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::None | Value::Undefined(_) => None,
        other => Some(other.to_string()),
    }
}

// A part of a name that somebody gives: one that is undefined is a typo, and must not mean another relation.
fn given_text(value: &Value) -> Result<Option<String>> {
    match value {
        Value::Undefined(message) => Err(Error::new(Kind::Compilation, &**message)),
        other => Ok(text_of(other)),
    }
}

fn policy_of(value: &Value, now: Policy) -> Policy {
    let parts = value.downcast::<Parts>().map(Parts::to_dict);
    let Some(dict) = parts.as_ref().unwrap_or(value).as_dict() else { return now };
    let mut policy = now;
    for (key, value) in dict.entries() {
        match key.to_string().as_str() {
            "database" => policy.database = value.truth(),
            "schema" => policy.schema = value.truth(),
            "identifier" => policy.identifier = value.truth(),
            _ => {}
        }
    }
    policy
}

// `create(database=, schema=, identifier=, type=)`: what its `quote_policy` leaves open is as `quoting` says.
fn create(args: Args, quoting: Policy) -> Result<Value> {
    let ([], [database, schema, identifier, kind], _, named) =
        args.bind_open("create", [], ["database", "schema", "identifier", "type"])?;
    let text = |value: Option<Value>| value.as_ref().map_or(Ok(None), given_text);
    let mut relation = RelationObject {
        database: text(database)?,
        schema: text(schema)?,
        identifier: text(identifier)?,
        kind: text(kind)?,
        quoting,
        include: Policy::ALL,
        limit: None,
        filter: None,
        external: None,
    };
    relation = relation.incorporate(&Args { positional: Vec::new(), named })?;
    Ok(Value::object(relation))
}

impl Object for RelationObject {
    fn type_name(&self) -> &'static str {
        "DuckDBRelation"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        Some(match name {
            "database" => Value::from(self.database.clone()),
            "schema" => Value::from(self.schema.clone()),
            "identifier" | "table" | "name" => Value::from(self.identifier.clone()),
            "type" => Value::from(self.kind.clone()),
            "is_table" => self.is("table"),
            "is_view" => self.is("view"),
            "is_cte" => self.is("cte"),
            "is_materialized_view" => self.is("materialized_view"),
            "is_pointer" => self.is("pointer_table"),
            "is_function" => self.is("function"),
            // dbt-duckdb lists no kinds for which they hold.
            "can_be_renamed" | "can_be_replaced" => Value::Bool(false),
            "quote_policy" => Value::object(Parts::of_policy(self.quoting)),
            "include_policy" => Value::object(Parts::of_policy(self.include)),
            "path" => Value::object(Parts::of_path([&self.database, &self.schema, &self.identifier])),
            "limit" => self.limit.map_or(Value::None, |limit| Value::Int(limit as i64)),
            other => return type_constant(other).or_else(|| self.field(other)),
        })
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        if fields::METHODS.contains(&name) {
            return Some(self.of_fields(name, args));
        }
        self.has_method(name).then(|| self.method(name, args))
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.contains(&name) || fields::METHODS.contains(&name)
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn item(&self, key: &Value) -> Option<Value> {
        self.attribute(key.as_str()?)
    }

    fn truth(&self) -> bool {
        true
    }

    fn display(&self) -> String {
        self.narrowed()
    }

    fn repr(&self) -> String {
        format!("<DuckDBRelation {}>", self.render())
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<Self>().is_some_and(|other| other == self))
    }

    fn hash(&self) -> Option<u64> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.relation().hash(&mut hasher);
        Some(hasher.finish())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn type_constant(name: &str) -> Option<Value> {
    Some(Value::str(match name {
        "Table" => "table",
        "View" => "view",
        "CTE" => "cte",
        "External" => "external",
        "Function" => "function",
        "MaterializedView" => "materialized_view",
        "PointerTable" => "pointer_table",
        _ => return None,
    }))
}

/// `api.Relation`, which quotes what it creates as the project wants it.
pub struct RelationClass(pub [bool; 3]);

// What the id of a snapshot's row is made of: its key or keys, and when it began.
fn scd_args(args: Args) -> Result<Value> {
    let ([key, updated_at], []) = args.bind("scd_args", ["primary_key", "updated_at"], [])?;
    let mut parts = match &key {
        Value::List(list) => list.items().clone(),
        other => vec![other.clone()],
    };
    parts.push(updated_at);
    Ok(Value::list(parts))
}

impl Object for RelationClass {
    fn type_name(&self) -> &'static str {
        "type"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        type_constant(name)
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        match name {
            "create" => Some(create(args, Policy::of(self.0))),
            "scd_args" => Some(scd_args(args)),
            "add_ephemeral_prefix" => Some(placeholder::add_ephemeral_prefix(args)),
            _ => None,
        }
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "create" | "scd_args" | "add_ephemeral_prefix")
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, _: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(create(args, Policy::ALL))
    }

    fn display(&self) -> String {
        "<class 'DuckDBRelation'>".to_owned()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_decide_what_is_shown() {
        let relation = RelationObject::new(&Relation::new("d", "s", "i"), Some("view"));
        assert_eq!(relation.render(), r#""d"."s"."i""#);
        let include = Policy { database: false, ..Policy::ALL };
        assert_eq!(RelationObject { include, ..relation.clone() }.render(), r#""s"."i""#);
        let quoting = Policy { identifier: false, ..Policy::ALL };
        assert_eq!(RelationObject { quoting, ..relation.clone() }.render(), r#""d"."s".i"#);
        assert_eq!(
            RelationObject { limit: Some(0), ..relation.clone() }.narrowed(),
            r#"(select * from "d"."s"."i" where false limit 0)"#
        );
        let sampled = RelationObject { filter: Some("at > 1".to_owned()), ..relation };
        assert_eq!(sampled.narrowed(), r#"(select * from "d"."s"."i" where at > 1)"#);
        assert_eq!(sampled.render(), r#""d"."s"."i""#);
        assert_eq!(RelationObject::cte("__dbt__cte__e").render(), "__dbt__cte__e");
    }
}
