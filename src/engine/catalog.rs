//! Relations and columns, as the database has them.

use super::dialect::quote;

/// A table or view by its three names. `database` may be empty: then the session's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Relation {
    pub database: String,
    pub schema: String,
    pub identifier: String,
}

impl Relation {
    pub fn new(database: impl Into<String>, schema: impl Into<String>, identifier: impl Into<String>) -> Self {
        Self { database: database.into(), schema: schema.into(), identifier: identifier.into() }
    }

    /// `"db"."schema"."table"`, leaving out what is empty.
    ///
    /// ```
    /// # use gristmill::engine::catalog::Relation;
    /// assert_eq!(Relation::new("", "main", "a b").quoted(), r#""main"."a b""#);
    /// ```
    pub fn quoted(&self) -> String {
        self.named([true; 3])
    }

    /// The same, where not each of the three parts is quoted.
    ///
    /// ```
    /// # use gristmill::engine::catalog::Relation;
    /// assert_eq!(Relation::new("db", "main", "t").named([true, true, false]), r#""db"."main".t"#);
    /// ```
    pub fn named(&self, quoted: [bool; 3]) -> String {
        quoted
            .into_iter()
            .zip([&self.database, &self.schema, &self.identifier])
            .filter(|(_, part)| !part.is_empty())
            .map(|(quoted, part)| if quoted { quote(part) } else { part.clone() })
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// What stands under a relation's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelationKind {
    Table,
    View,
}

/// A column as the database reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseColumn {
    pub name: String,
    /// In the database's words: `DECIMAL(10,2)`.
    pub data_type: String,
}
