//! `catalog.json`, version 1: the relations of a project as the database has them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::metadata;
use crate::engine::Session;
use crate::engine::catalog::Relation;
use crate::engine::dialect::literal;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::Value;
use crate::transform::manifest::{Manifest, Node, ResourceType};
use crate::transform::project::Project;
use crate::transform::run::state::Run;
use crate::transform::run::table::Table;
use crate::transform::run::{asked, shape};

type Name = (String, String, String);

/// Asks the database for every relation in the schemas of the project, once, and keeps those that the project knows.
///
/// `compiled` is whether the nodes were compiled first, which decides what the project's own macros are asked.
pub fn document(project: &Project, manifest: &Manifest, run: &Arc<Run>, compiled: bool) -> Result<Json> {
    let mut wanted: BTreeMap<Name, Vec<(String, bool)>> = BTreeMap::new();
    for node in manifest.nodes.values() {
        let keeps = node.config.get("store_failures").and_then(Json::as_bool) == Some(true);
        let makes = match node.resource_type {
            ResourceType::Model | ResourceType::Seed | ResourceType::Snapshot => true,
            ResourceType::Test => keeps,
            _ => false,
        };
        if makes && !node.is_ephemeral() {
            wanted
                .entry(name(&node.database, &node.schema, &node.alias))
                .or_default()
                .push((node.unique_id.to_string(), false));
        }
    }
    for source in manifest.sources.values() {
        let name = name(&source.database, &source.schema, &source.identifier);
        wanted.entry(name).or_default().push((source.unique_id.to_string(), true));
    }
    let schemas: BTreeSet<(&str, &str)> =
        wanted.keys().map(|(database, schema, _)| (database.as_str(), schema.as_str())).collect();
    let mut nodes = Map::new();
    let mut sources = Map::new();
    if !schemas.is_empty() {
        let relations = match own(run, manifest, compiled)? {
            Some(relations) => relations,
            None => read(run.engine()?.session()?.as_mut(), &schemas)?,
        };
        for (relation, entry) in &relations {
            for (id, is_source) in wanted.get(relation).into_iter().flatten() {
                let mut entry = entry.clone();
                entry.insert("unique_id".to_owned(), json!(id));
                if *is_source { &mut sources } else { &mut nodes }.insert(id.clone(), Json::Object(entry));
            }
        }
    }
    Ok(shape(project, nodes, sources))
}

/// The document without anything in it, for who does not want the database to be asked.
pub fn empty(project: &Project) -> Json {
    shape(project, Map::new(), Map::new())
}

fn shape(project: &Project, nodes: Map<String, Json>, sources: Map<String, Json>) -> Json {
    json!({"metadata": metadata(project, "catalog/v1"), "nodes": nodes, "sources": sources, "errors": null})
}

// DuckDB's names compare without regard to case.
fn name(database: &str, schema: &str, identifier: &str) -> Name {
    (database.to_lowercase(), schema.to_lowercase(), identifier.to_lowercase())
}

// dbt asks for schemas in place of relations when there are more, and when nothing was compiled before.
const RELATIONS_MAX: usize = 100;

// By the project's own macro, which is asked for each database.
fn own(run: &Arc<Run>, manifest: &Manifest, compiled: bool) -> Result<Option<BTreeMap<Name, Map<String, Json>>>> {
    let made = manifest.nodes.values().filter(|node| shape::relation_name(node).is_some()).map(Node::relation);
    let read = manifest.sources.values().map(|of| Relation::new(&of.database, &of.schema, &of.identifier));
    let mut by_database: BTreeMap<String, Vec<Relation>> = BTreeMap::new();
    for relation in made.chain(read) {
        let known = by_database.entry(relation.database.clone()).or_default();
        if !known.contains(&relation) {
            known.push(relation);
        }
    }
    let by_relations = compiled && by_database.values().map(Vec::len).sum::<usize>() <= RELATIONS_MAX;
    let mut found = BTreeMap::new();
    for (database, relations) in by_database {
        let Some(table) = asked::catalog(run, &database, &relations, by_relations)? else { return Ok(None) };
        found.extend(shaped(&in_order(&table)?));
    }
    Ok(Some(found))
}

// dbt finds the columns of such a table by their names.
const COLUMNS: [&str; 10] = [
    "table_database",
    "table_schema",
    "table_name",
    "table_type",
    "table_comment",
    "column_name",
    "column_index",
    "column_type",
    "column_comment",
    "table_owner",
];

fn in_order(table: &Table) -> Result<Vec<Vec<Value>>> {
    let place = |name: &&str| {
        table.0.names.iter().position(|known| known.eq_ignore_ascii_case(name)).ok_or_else(|| {
            Error::new(Kind::Compilation, format!("`get_catalog_relations` of the project has no column `{name}`"))
        })
    };
    let places = COLUMNS.iter().map(place).collect::<Result<Vec<_>>>()?;
    Ok(table.0.rows.iter().map(|row| places.iter().map(|&place| row[place].clone()).collect()).collect())
}

fn read(session: &mut dyn Session, schemas: &BTreeSet<(&str, &str)>) -> Result<BTreeMap<Name, Map<String, Json>>> {
    let wanted: Vec<String> =
        schemas.iter().map(|(database, schema)| format!("({}, {})", literal(database), literal(schema))).collect();
    let rows = session.query(&format!(
        "with relations as (\
            select database_name, schema_name, table_name, 'BASE TABLE' as kind, comment from duckdb_tables() \
            union all \
            select database_name, schema_name, view_name, 'VIEW', comment from duckdb_views() where not internal\
        ) \
        select r.database_name, r.schema_name, r.table_name, r.kind, r.comment, c.column_name, c.column_index, c.data_type, c.comment, null \
        from relations r \
        join duckdb_columns() c on c.database_name = r.database_name and c.schema_name = r.schema_name and c.table_name = r.table_name \
        where (lower(r.database_name), lower(r.schema_name)) in ({}) \
        order by 1, 2, 3, 7",
        wanted.join(", ")
    ))?;
    let table = Table::of(&rows)?;
    Ok(shaped(&table.0.rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>()))
}

fn shaped(rows: &[Vec<Value>]) -> BTreeMap<Name, Map<String, Json>> {
    let mut relations: BTreeMap<Name, Map<String, Json>> = BTreeMap::new();
    for row in rows {
        let text = |place: usize| row[place].to_string();
        let entry = relations.entry(name(&text(0), &text(1), &text(2))).or_insert_with(|| {
            let metadata = json!({
                "type": text(3), "schema": text(1), "name": text(2), "database": text(0),
                "comment": row[4].to_json(), "owner": row[9].to_json(),
            });
            let stats = json!({"has_stats": {
                "id": "has_stats", "label": "Has Stats?", "value": false, "include": false,
                "description": "Whether the table has statistics",
            }});
            Map::from_iter([
                ("metadata".to_owned(), metadata),
                ("columns".to_owned(), json!({})),
                ("stats".to_owned(), stats),
            ])
        });
        if let Some(columns) = entry.get_mut("columns").and_then(Json::as_object_mut) {
            let column =
                json!({"type": text(7), "index": row[6].to_json(), "name": text(5), "comment": row[8].to_json()});
            columns.insert(text(5), column);
        }
    }
    relations
}
