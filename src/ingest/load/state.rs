//! dlt's own tables: which loads are done, under which schema, and where the pipeline stands.
//!
//! Their rows are written in the transaction of the load that they speak of. Which state is the newest is told by the order
//! in which states were committed, never by a clock.

use std::io::{Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde_json::{Map, Value};
use sha3::{Digest, Sha3_256};

use super::chain::Dataset;
use super::package::Follows;
use crate::engine::Session;
use crate::engine::dialect::literal;
use crate::error::{Error, Kind, Result};
use crate::schema::Schema;
use crate::schema::stock::{ENGINE_VERSION, LOADS_TABLE, STATE_TABLE, VERSION_TABLE, state_table};

/// Parts of a state that its hash leaves out: what versions it, and what never leaves this machine.
const NOT_HASHED: [&str; 4] = ["_local", "_state_version", "_state_engine_version", "_version_hash"];

/// Puts the table that holds states into a schema, as dlt's schemas have it once a state was stored.
pub fn add_state_table(schema: &mut Schema) {
    let table = state_table(schema.naming);
    if !schema.tables.contains_key(&table.name) {
        schema.tables.insert(table.name.clone(), table);
    }
}

/// Whether the destination has this load already.
pub fn is_loaded(session: &mut dyn Session, dataset: &Dataset, schema: &Schema, load_id: &str) -> Result<bool> {
    if !has_table(session, dataset, &table(schema, LOADS_TABLE))? {
        return Ok(false);
    }
    let loads = dataset.relation(&table(schema, LOADS_TABLE));
    let sql = format!("select 1 from {loads} where {} = {} limit 1", name(schema, "load_id"), literal(load_id));
    Ok(session.query(&sql)?.count() > 0)
}

/// The statement that notes the schema, unless a schema with this hash is noted already.
pub fn note_schema(
    session: &mut dyn Session,
    dataset: &Dataset,
    schema: &Schema,
    stored: &Value,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let relation = dataset.relation(&table(schema, VERSION_TABLE));
    let hash = stored.get("version_hash").and_then(Value::as_str).unwrap_or_default();
    let known = format!("select 1 from {relation} where {} = {} limit 1", name(schema, "version_hash"), literal(hash));
    if session.query(&known)?.count() > 0 {
        return Ok(None);
    }
    let columns = names(schema, &["version", "engine_version", "inserted_at", "schema_name", "version_hash", "schema"]);
    Ok(Some(format!(
        "insert into {relation} ({columns}) values ({}, {ENGINE_VERSION}, {}, {}, {}, {})",
        stored.get("version").and_then(Value::as_i64).unwrap_or(1),
        timestamp(now),
        literal(&schema.name),
        literal(hash),
        literal(&stored.to_string()),
    )))
}

/// The statement that forgets all versions of a schema.
pub fn forget_schema(dataset: &Dataset, schema: &Schema) -> String {
    let relation = dataset.relation(&table(schema, VERSION_TABLE));
    format!("delete from {relation} where {} = {}", name(schema, "schema_name"), literal(&schema.name))
}

/// Fails when the pipeline ran elsewhere since the rows were read: they may be there already, and the state would not tell.
pub fn check_follows(
    session: &mut dyn Session,
    dataset: &Dataset,
    schema: &Schema,
    state: &Value,
    follows: &Follows,
) -> Result<()> {
    let pipeline = state.get("pipeline_name").and_then(Value::as_str).unwrap_or_default();
    if follows.dataset != dataset.name || !has_table(session, dataset, &table(schema, STATE_TABLE))? {
        return Ok(());
    }
    let sql = newest_state(dataset, schema, pipeline, &names(schema, &["version_hash", "_dlt_load_id"]));
    let rows = session.query(&sql)?.texts()?;
    let [Some(hash), Some(load_id)] = rows.first().map_or(&[][..], Vec::as_slice) else { return Ok(()) };
    if *hash == follows.state {
        return Ok(());
    }
    Err(Error::new(
        Kind::Data,
        format!("pipeline `{pipeline}` ran elsewhere while this run read its rows: load `{load_id}` is newer than what this run began with"),
    )
    .hint("run again: the rows that are not there yet are read once more; let only one of several working directories run at a time"))
}

fn newest_state(dataset: &Dataset, schema: &Schema, pipeline: &str, columns: &str) -> String {
    format!(
        "select {columns} from {} where {} = {} order by rowid desc limit 1",
        dataset.relation(&table(schema, STATE_TABLE)),
        name(schema, "pipeline_name"),
        literal(pipeline)
    )
}

/// The version hash of a state; made from its content when it does not tell.
pub fn hash_of(state: &Value) -> Option<String> {
    let state = state.as_object()?;
    let told = state.get("_version_hash").and_then(Value::as_str).map(str::to_owned);
    Some(told.unwrap_or_else(|| state_hash(state)))
}

/// The statement that notes the pipeline's state, unless the newest one of this pipeline has the same content.
pub fn note_state(
    session: &mut dyn Session,
    dataset: &Dataset,
    schema: &Schema,
    state: &Value,
    load_id: &str,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let hash = hash_of(state).ok_or_else(|| Error::internal("a pipeline state is not an object"))?;
    let state = state.as_object().ok_or_else(|| Error::internal("a pipeline state is not an object"))?;
    let pipeline = state.get("pipeline_name").and_then(Value::as_str).unwrap_or_default();
    let relation = dataset.relation(&table(schema, STATE_TABLE));
    let newest = newest_state(dataset, schema, pipeline, &name(schema, "version_hash"));
    let known = session.query(&newest)?.texts()?;
    if known.first().and_then(|row| row.first()).is_some_and(|known| known.as_deref() == Some(hash.as_str())) {
        return Ok(None);
    }
    let columns = names(
        schema,
        &[
            "version",
            "engine_version",
            "pipeline_name",
            "state",
            "created_at",
            "version_hash",
            "_dlt_load_id",
            "_dlt_id",
        ],
    );
    let number = |key: &str, default: i64| state.get(key).and_then(Value::as_i64).unwrap_or(default);
    Ok(Some(format!(
        "insert into {relation} ({columns}) values ({}, {}, {}, {}, {}, {}, {}, {})",
        number("_state_version", 0),
        number("_state_engine_version", 4),
        literal(pipeline),
        literal(&compress(state)?),
        timestamp(now),
        literal(&hash),
        literal(load_id),
        literal(&random_id()?),
    )))
}

/// The statement that closes a load: once this row is committed, the load has happened.
pub fn note_load(dataset: &Dataset, schema: &Schema, stored: &Value, load_id: &str, now: DateTime<Utc>) -> String {
    let hash = stored.get("version_hash").and_then(Value::as_str).unwrap_or_default();
    format!(
        "insert into {} ({}) values ({}, {}, 0, {}, {})",
        dataset.relation(&table(schema, LOADS_TABLE)),
        names(schema, &["load_id", "schema_name", "status", "inserted_at", "schema_version_hash"]),
        literal(load_id),
        literal(&schema.name),
        timestamp(now),
        literal(hash),
    )
}

/// What the destination knows of a pipeline: its newest state, and the newest version of each schema. None when it knows nothing.
pub fn restore(session: &mut dyn Session, dataset: &Dataset, pipeline: &str) -> Result<Option<Value>> {
    if !has_table(session, dataset, VERSION_TABLE)? {
        return Ok(None);
    }
    let loads = dataset.relation(LOADS_TABLE);
    let (mut state, mut hash) = (Value::Null, Value::Null);
    if has_table(session, dataset, STATE_TABLE)? && has_table(session, dataset, LOADS_TABLE)? {
        let newest = format!(
            "select s.state, s.version_hash from {} as s where s.pipeline_name = {} and s._dlt_load_id in (select load_id from {loads} where status = 0) order by s.rowid desc limit 1",
            dataset.relation(STATE_TABLE),
            literal(pipeline)
        );
        if let Some([Some(text), version]) = session.query(&newest)?.texts()?.first().map(Vec::as_slice) {
            state = decompress(text, "a pipeline state")?;
            hash = version.clone().into();
        }
    }
    let schemas = format!(
        "select schema from (select schema, schema_name, row_number() over (partition by schema_name order by rowid desc) as age from {}) where age = 1 order by schema_name",
        dataset.relation(VERSION_TABLE)
    );
    let mut found = Vec::new();
    for text in session.query(&schemas)?.texts()?.into_iter().flatten().flatten() {
        found.push(decompress(&text, "a schema")?);
    }
    let mut restored = Map::new();
    restored.insert("state".to_owned(), state);
    restored.insert("state_hash".to_owned(), hash);
    if has_table(session, dataset, LOADS_TABLE)? {
        restored.insert("last_load_id".to_owned(), last_load(session, &loads)?);
    }
    restored.insert("schemas".to_owned(), Value::Array(found));
    Ok(Some(Value::Object(restored)))
}

// The load that calls itself the latest: later ones must be later still, whatever the clock says by then.
fn last_load(session: &mut dyn Session, loads: &str) -> Result<Value> {
    let sql = format!("select load_id from {loads} order by try_cast(load_id as double) desc nulls last limit 1");
    let rows = session.query(&sql)?.texts()?;
    Ok(rows.into_iter().flatten().flatten().next().into())
}

/// dlt's hash of a state's content.
///
/// ```
/// # use gristmill::ingest::load::state::state_hash;
/// # use serde_json::json;
/// let mut state = json!({"pipeline_name": "p", "sources": {}, "_state_version": 3});
/// let before = state_hash(state.as_object().unwrap());
/// state["_state_version"] = json!(4);
/// assert_eq!(state_hash(state.as_object().unwrap()), before);
/// ```
pub fn state_hash(state: &Map<String, Value>) -> String {
    let content: Map<String, Value> = state
        .iter()
        .filter(|(key, _)| !NOT_HASHED.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    STANDARD.encode(Sha3_256::digest(crate::schema::stored::sorted(Value::Object(content)).to_string()))
}

fn compress(state: &Map<String, Value>) -> Result<String> {
    let shared: Map<String, Value> = state
        .iter()
        .filter(|(key, _)| key.as_str() != "_local")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(Value::Object(shared).to_string().as_bytes())
        .and_then(|()| encoder.finish())
        .map(|bytes| STANDARD.encode(bytes))
        .map_err(|error| Error::internal(format!("a state cannot be compressed: {error}")))
}

// Old releases of dlt wrote plain JSON, and long schemas are compressed like states.
fn decompress(text: &str, what: &str) -> Result<Value> {
    let mut json = String::new();
    let plain = match STANDARD.decode(text.trim()) {
        Ok(bytes) if ZlibDecoder::new(bytes.as_slice()).read_to_string(&mut json).is_ok() => json.as_str(),
        Ok(_) | Err(_) => text,
    };
    serde_json::from_str(plain).map_err(|error| {
        Error::new(Kind::Data, format!("{what} stored in the destination does not parse: {error}"))
            .hint(format!("look at the newest rows of `{STATE_TABLE}` and `{VERSION_TABLE}`"))
    })
}

fn has_table(session: &mut dyn Session, dataset: &Dataset, table: &str) -> Result<bool> {
    let sql = format!(
        "select 1 from duckdb_tables() where database_name = {} and schema_name = {} and lower(table_name) = lower({})",
        literal(&dataset.database),
        literal(&dataset.name),
        literal(table)
    );
    Ok(session.query(&sql)?.count() > 0)
}

fn timestamp(now: DateTime<Utc>) -> String {
    format!("timestamptz '{}'", now.format("%Y-%m-%d %H:%M:%S%.6f+00"))
}

fn table(schema: &Schema, plain: &str) -> String {
    schema.naming.path(plain)
}

fn name(schema: &Schema, plain: &str) -> String {
    crate::engine::dialect::quote(&schema.naming.path(plain))
}

fn names(schema: &Schema, plain: &[&str]) -> String {
    plain.iter().map(|column| name(schema, column)).collect::<Vec<_>>().join(", ")
}

// Ten random bytes, as every row key of a root table has them.
fn random_id() -> Result<String> {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::internal(format!("the system gives no random bytes: {error}")))?;
    Ok(base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes))
}
