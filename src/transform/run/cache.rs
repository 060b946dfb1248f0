//! What stands in the database, read once per schema and kept up to date by what a run does to it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Mutex;

use super::cells;
use crate::engine::Session;
use crate::engine::catalog::{Relation, RelationKind};
use crate::engine::dialect::{literal, quote};
use crate::error::Result;

type Key = (String, String);
// By the name in lower case.
type Relations = BTreeMap<String, (Relation, RelationKind)>;

/// Relations by schema; names compare without regard to case, as DuckDB's do.
#[derive(Default)]
pub struct Cache {
    schemas: Mutex<HashMap<Key, Relations>>,
    made: Mutex<HashSet<Relation>>,
    // The schemas that dbt would not list again, whether or not what was read of them is still kept here.
    listed: Mutex<HashSet<Key>>,
}

impl Cache {
    /// The relation of that name, under the name that the database gives it.
    pub fn find(&self, session: &mut dyn Session, wanted: &Relation) -> Result<Option<(Relation, RelationKind)>> {
        self.fill(session, &wanted.database, &wanted.schema)?;
        let schemas = self.schemas.lock().expect("no thread panics while it holds the cache");
        Ok(schemas.get(&key(wanted)).and_then(|relations| relations.get(&wanted.identifier.to_lowercase())).cloned())
    }

    /// All relations of a schema.
    pub fn list(
        &self,
        session: &mut dyn Session,
        database: &str,
        schema: &str,
    ) -> Result<Vec<(Relation, RelationKind)>> {
        self.fill(session, database, schema)?;
        let schemas = self.schemas.lock().expect("no thread panics while it holds the cache");
        let relations = schemas.get(&key(&Relation::new(database, schema, "")));
        Ok(relations.into_iter().flat_map(BTreeMap::values).cloned().collect())
    }

    /// Whether this run made it: dbt keeps such a one as its node names it, and what was there as the database does.
    pub fn is_made(&self, relation: &Relation) -> bool {
        self.made.lock().expect("no thread panics while it holds the names").contains(&lower(relation))
    }

    /// A relation that somebody else made, and of which nothing is known yet but its name.
    pub fn note(&self, relation: &Relation) {
        let schemas = self.schemas.lock().expect("no thread panics while it holds the cache");
        let is_known = schemas
            .get(&key(relation))
            .is_some_and(|relations| relations.contains_key(&relation.identifier.to_lowercase()));
        drop(schemas);
        if !is_known {
            self.made.lock().expect("no thread panics while it holds the names").insert(lower(relation));
        }
    }

    /// A relation came to be, or is of another kind now.
    pub fn put(&self, relation: &Relation, kind: RelationKind) {
        self.made.lock().expect("no thread panics while it holds the names").insert(lower(relation));
        let mut schemas = self.schemas.lock().expect("no thread panics while it holds the cache");
        // A schema that nobody read yet is read whole when someone asks.
        if let Some(relations) = schemas.get_mut(&key(relation)) {
            relations.insert(relation.identifier.to_lowercase(), (relation.clone(), kind));
        }
    }

    pub fn remove(&self, relation: &Relation) {
        self.made.lock().expect("no thread panics while it holds the names").remove(&lower(relation));
        let mut schemas = self.schemas.lock().expect("no thread panics while it holds the cache");
        if let Some(relations) = schemas.get_mut(&key(relation)) {
            relations.remove(&relation.identifier.to_lowercase());
        }
    }

    /// Forgets a schema: code that we do not know may have changed it.
    pub fn forget(&self, database: &str, schema: &str) {
        self.schemas
            .lock()
            .expect("no thread panics while it holds the cache")
            .remove(&key(&Relation::new(database, schema, "")));
    }

    /// Notes that dbt knows the relations of a schema from here on; `true` when it did not before.
    pub fn note_listed(&self, database: &str, schema: &str) -> bool {
        let mut listed = self.listed.lock().expect("no thread panics while it holds the cache");
        listed.insert(key(&Relation::new(database, schema, "")))
    }

    /// Forgets a schema that is gone.
    pub fn drop_schema(&self, database: &str, schema: &str) {
        self.forget(database, schema);
        let mut listed = self.listed.lock().expect("no thread panics while it holds the cache");
        listed.remove(&key(&Relation::new(database, schema, "")));
    }

    fn fill(&self, session: &mut dyn Session, database: &str, schema: &str) -> Result<()> {
        let key = key(&Relation::new(database, schema, ""));
        if self.schemas.lock().expect("no thread panics while it holds the cache").contains_key(&key) {
            return Ok(());
        }
        let read = read(session, database, schema)?;
        self.schemas.lock().expect("no thread panics while it holds the cache").entry(key).or_insert(read);
        Ok(())
    }
}

fn lower(relation: &Relation) -> Relation {
    let Relation { database, schema, identifier } = relation;
    Relation::new(database.to_lowercase(), schema.to_lowercase(), identifier.to_lowercase())
}

fn key(relation: &Relation) -> Key {
    (relation.database.to_lowercase(), relation.schema.to_lowercase())
}

fn read(session: &mut dyn Session, database: &str, schema: &str) -> Result<Relations> {
    let database_is = if database.is_empty() { "current_database()".to_owned() } else { literal(database) };
    let rows = session.query(&format!(
        "select table_name, table_type from system.information_schema.tables \
         where lower(table_catalog) = lower({database_is}) and lower(table_schema) = lower({})",
        literal(schema)
    ))?;
    let mut relations = BTreeMap::new();
    for batch in &rows.batches {
        for row in 0..batch.num_rows() {
            let name = cells::formatted(batch.column(0), row)?;
            let kind = if cells::formatted(batch.column(1), row)? == "VIEW" {
                RelationKind::View
            } else {
                RelationKind::Table
            };
            relations.insert(name.to_lowercase(), (Relation::new(database, schema, &name), kind));
        }
    }
    Ok(relations)
}

/// Makes the schemas that are not there yet, each once.
pub fn create_schemas(session: &mut dyn Session, wanted: impl IntoIterator<Item = (String, String)>) -> Result<()> {
    let mut wanted: Vec<(String, String)> = wanted.into_iter().collect();
    wanted.sort();
    wanted.dedup();
    for (database, schema) in wanted {
        let name =
            if database.is_empty() { quote(&schema) } else { format!("{}.{}", quote(&database), quote(&schema)) };
        session.execute(&format!("create schema if not exists {name}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::run::sample::Listening;

    #[test]
    fn a_schema_is_read_once_and_then_kept_up_to_date() {
        let engine = Listening::default();
        let (mut session, cache) = (engine.clone(), Cache::default());
        let orders = Relation::new("db", "main", "Orders");
        assert_eq!(cache.find(&mut session, &orders).unwrap(), None);
        cache.put(&orders, RelationKind::View);
        let asked = Relation::new("DB", "Main", "orders");
        assert_eq!(cache.find(&mut session, &asked).unwrap(), Some((orders.clone(), RelationKind::View)));
        cache.remove(&orders);
        assert_eq!(cache.list(&mut session, "db", "main").unwrap(), []);
        assert_eq!(engine.heard().len(), 1, "{:?}", engine.heard());
    }

    #[test]
    fn each_schema_is_made_once() {
        let engine = Listening::default();
        let wanted = [("db", "b"), ("db", "a"), ("db", "b"), ("", "c")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        create_schemas(&mut engine.clone(), wanted).unwrap();
        assert_eq!(
            engine.heard(),
            [
                r#"create schema if not exists "c""#,
                r#"create schema if not exists "db"."a""#,
                r#"create schema if not exists "db"."b""#
            ]
        );
    }

    #[test]
    fn a_refusal_is_passed_on() {
        let mut session = Listening { failing: Some("create schema"), ..Listening::default() };
        assert!(create_schemas(&mut session, [(String::new(), "a".to_owned())]).is_err());
    }
}
