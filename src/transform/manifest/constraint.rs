//! One constraint of a column or a model, as a properties file says it.

use serde_json::{Map, Value as Json, json};

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{self, Value};

/// What a constraint demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    Check,
    NotNull,
    Unique,
    PrimaryKey,
    ForeignKey,
    /// The user's own words, which stand in the table's definition as they are.
    Custom,
}

impl ConstraintKind {
    const ALL: [Self; 6] = [Self::Check, Self::NotNull, Self::Unique, Self::PrimaryKey, Self::ForeignKey, Self::Custom];

    /// As properties files spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::NotNull => "not_null",
            Self::Unique => "unique",
            Self::PrimaryKey => "primary_key",
            Self::ForeignKey => "foreign_key",
            Self::Custom => "custom",
        }
    }
}

/// A constraint, with dbt's defaults where nothing is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    pub kind: ConstraintKind,
    pub name: Option<String>,
    /// A condition of a check, words behind a key, or what a foreign key refers to.
    pub expression: Option<String>,
    pub warn_unenforced: bool,
    pub warn_unsupported: bool,
    /// Of a foreign key: a call of `ref` or `source`.
    pub to: Option<String>,
    pub to_columns: Vec<String>,
    /// Of a constraint of a model; one of a column has none.
    pub columns: Option<Vec<String>>,
}

impl Constraint {
    /// Reads a constraint of a column, or of a model.
    ///
    /// ```
    /// # use gristmill::transform::manifest::constraint::Constraint;
    /// let key = Constraint::read(&serde_json::json!({"type": "primary_key"}), false).unwrap();
    /// assert_eq!((key.kind.name(), key.warn_unenforced), ("primary_key", true));
    /// assert!(Constraint::read(&serde_json::json!({"type": "primary"}), false).is_err());
    /// ```
    pub fn read(said: &Json, of_model: bool) -> Result<Self> {
        let text = |key: &str| said.get(key).and_then(Json::as_str).map(str::to_owned);
        let list = |key: &str| crate::transform::project::properties::texts(said.get(key));
        let flag = |key: &str| said.get(key).and_then(Json::as_bool).unwrap_or(true);
        Ok(Self {
            kind: kind(said.get("type"))?,
            name: text("name"),
            expression: text("expression"),
            warn_unenforced: flag("warn_unenforced"),
            warn_unsupported: flag("warn_unsupported"),
            to: text("to"),
            to_columns: list("to_columns"),
            columns: of_model.then(|| list("columns")),
        })
    }

    /// In dbt's shape, with every field.
    pub fn to_json(&self) -> Json {
        let mut shape = json!({
            "type": self.kind.name(),
            "name": self.name,
            "expression": self.expression,
            "warn_unenforced": self.warn_unenforced,
            "warn_unsupported": self.warn_unsupported,
            "to": self.to,
            "to_columns": self.to_columns,
        });
        if let (Some(columns), Some(shape)) = (&self.columns, shape.as_object_mut()) {
            shape.insert("columns".into(), json!(columns));
        }
        shape
    }

    // As Python prints dbt's object: the fingerprint of a contract is made of such texts.
    fn printed(&self) -> String {
        let text =
            |text: &Option<String>| text.as_deref().map_or_else(|| "None".to_owned(), |text| Value::str(text).repr());
        let list = |list: &[String]| Value::list(list.iter().map(Value::str)).repr();
        let flag = |flag: bool| if flag { "True" } else { "False" };
        let kind = self.kind.name();
        let (class, columns) = match &self.columns {
            None => ("ColumnLevelConstraint", String::new()),
            Some(columns) => ("ModelLevelConstraint", format!(", columns={}", list(columns))),
        };
        format!(
            "{class}(type=<ConstraintType.{kind}: '{kind}'>, name={}, expression={}, warn_unenforced={}, warn_unsupported={}, to={}, to_columns={}{columns})",
            text(&self.name),
            text(&self.expression),
            flag(self.warn_unenforced),
            flag(self.warn_unsupported),
            text(&self.to),
            list(&self.to_columns)
        )
    }
}

/// A list of constraints as Python prints it.
pub(super) fn printed(constraints: &[Constraint]) -> String {
    format!("[{}]", constraints.iter().map(Constraint::printed).collect::<Vec<_>>().join(", "))
}

/// Reads a list of constraints in dbt's shape or as it is written.
pub fn read_all(said: &[Json], of_model: bool) -> Result<Vec<Constraint>> {
    said.iter().map(|said| Constraint::read(said, of_model)).collect()
}

fn kind(said: Option<&Json>) -> Result<ConstraintKind> {
    let names = ConstraintKind::ALL.map(ConstraintKind::name);
    let Some(said) = said.and_then(Json::as_str) else {
        return Err(Error::new(Kind::Project, "a constraint has no `type`")
            .hint(format!("give it one of {}", names.join(", "))));
    };
    ConstraintKind::ALL.into_iter().find(|kind| kind.name() == said).ok_or_else(|| {
        let error = Error::new(Kind::Project, format!("there is no constraint of the type `{said}`"));
        match jinja::nearest(said, names) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("it is one of {}", names.join(", "))),
        }
    })
}

/// The constraints of a model's node, without those of its columns.
pub fn of_model(extra: &Map<String, Json>) -> Result<Vec<Constraint>> {
    let said = extra.get("constraints").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    read_all(said, true)
}
