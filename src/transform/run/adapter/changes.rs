//! Orders of `adapter` that change what stands in the database: schemas and relations that come, go and change names.
//!
//! Each of them has a macro of the same name in dbt's library. Where a project or a package has its own version, that is
//! what `adapter` carries out.

use super::{Adapter, relation_argument, relation_of};
use crate::engine::catalog::{Relation, RelationKind};
use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Value};
use crate::transform::run::materialize::transaction;
use crate::transform::run::relation::RelationObject;

impl Adapter {
    /// `create_schema`, `drop_schema`, `drop_relation` and `truncate_relation`.
    pub(super) fn change(&self, interpreter: &mut Interpreter<'_>, what: &str, args: Args) -> Result<Value> {
        let relation = relation_argument(what, args)?;
        let target = relation.relation();
        if what == "drop_relation" {
            kind_of(&relation)?;
        }
        if let Some(callable) = self.0.run.macros.for_adapter(what) {
            interpreter.call_unnoted(&callable, Args::positional([Value::object(relation)]))?;
            match what {
                "create_schema" => self.0.commit()?,
                "drop_schema" => {
                    self.0.commit()?;
                    self.0.run.cache.drop_schema(&target.database, &target.schema);
                }
                _ => self.0.run.cache.forget(&target.database, &target.schema),
            }
            return Ok(Value::str(""));
        }
        let schema = Relation::new(&target.database, "", &target.schema).quoted();
        match what {
            "create_schema" => self.committed(&format!("create schema if not exists {schema}"))?,
            "drop_schema" => {
                self.committed(&format!("drop schema if exists {schema} cascade"))?;
                self.0.run.cache.drop_schema(&target.database, &target.schema);
            }
            "truncate_relation" => {
                self.0.begin_for_statement(true)?;
                self.0.execute(&format!("truncate {}", relation.render()))?;
            }
            _ => self.drop_relation(&relation, &target)?,
        }
        Ok(Value::str(""))
    }

    // What waited before it is committed with it, as in dbt.
    fn committed(&self, sql: &str) -> Result<()> {
        transaction(&self.0, || {
            self.0.begin_for_statement(true)?;
            self.0.execute(sql).map(drop)
        })
    }

    fn drop_relation(&self, relation: &RelationObject, target: &Relation) -> Result<()> {
        let kind = kind_of(relation)?;
        self.0.begin_for_statement(false)?;
        self.0.execute(&format!("drop {kind} if exists {} cascade", relation.render()))?;
        self.0.run.cache.remove(target);
        Ok(())
    }

    /// `rename_relation`.
    pub(super) fn rename(&self, interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
        let ([from, to], []) = args.bind("rename_relation", ["from_relation", "to_relation"], [])?;
        let (from, to) = (relation_of(&from)?.clone(), relation_of(&to)?.clone());
        let old = from.relation();
        if let Some(callable) = self.0.run.macros.for_adapter("rename_relation") {
            interpreter.call_unnoted(&callable, Args::positional([Value::object(from), Value::object(to)]))?;
            self.0.run.cache.forget(&old.database, &old.schema);
            return Ok(Value::str(""));
        }
        let kind = to.kind.as_deref().or(from.kind.as_deref()).unwrap_or("table");
        let name = quote(to.identifier.as_deref().unwrap_or_default());
        self.0.begin_for_statement(true)?;
        self.0.execute(&format!("alter {kind} {} rename to {name}", from.render()))?;
        self.0.run.cache.remove(&old);
        let kind = if kind == "view" { RelationKind::View } else { RelationKind::Table };
        self.0.run.cache.put(&to.relation(), kind);
        // dbt's cache takes a schema for listed that holds a relation it knows by its new name.
        self.0.run.cache.note_listed(&old.database, &old.schema);
        Ok(Value::str(""))
    }
}

// What a relation that is to be dropped is.
fn kind_of(relation: &RelationObject) -> Result<&str> {
    relation.kind.as_deref().ok_or_else(|| {
        let message = format!("{} cannot be dropped: nobody said whether it is a table or a view", relation.render());
        Error::new(Kind::Compilation, message)
            .hint("take the relation from `load_relation(..)` or `adapter.get_relation(..)`, or give its `type`")
    })
}
