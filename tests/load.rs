//! What a load says to the database, and what a package on disk keeps. The database here is one that writes down what it is asked.

#![allow(clippy::unwrap_used)] // A test may.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchReader, StringArray};
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use chrono::{DateTime, Utc};
use gristmill::engine::{Interrupt, Rows, Session};
use gristmill::ingest::load::package::{Package, PackageWriter, pending};
use gristmill::ingest::load::{LoadOptions, load};
use gristmill::{Kind, Result};
use serde::Deserialize;
use serde_json::{Value, json};

/// A load in one file: the tables of the schema, the rows that came, the columns that are there.
#[derive(Deserialize)]
struct Case {
    tables: Value,
    rows: BTreeMap<String, usize>,
    #[serde(default)]
    present: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    loaded: bool,
    #[serde(default)]
    state: Option<Value>,
}

#[test]
fn every_case_says_what_its_snapshot_says() {
    insta::glob!("fixtures/load/*.json", |path| {
        let case: Case = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let package = package_of(&case, folder.path());
        let mut session = Recording { case: &case, log: Vec::new() };
        let outcome = load(&package, &mut session, "shop", &options());
        let mut text = session.log.join("\n");
        match outcome {
            Ok(report) => write!(text, "\n-- already loaded: {}", report.already_loaded).unwrap(),
            Err(error) => write!(text, "\n-- {error}").unwrap(),
        }
        insta::assert_snapshot!(text);
    });
}

#[test]
fn a_failing_statement_rolls_everything_back() {
    let case = Case {
        tables: json!({"t": {"name": "t", "columns": {"a": {"name": "a", "data_type": "bigint"}}, "write_disposition": "append"}}),
        rows: BTreeMap::from([("t".to_owned(), 1)]),
        present: BTreeMap::from([(
            "fails_on".to_owned(),
            vec!["insert into \"db\".\"shop\".\"_dlt_loads\"".to_owned()],
        )]),
        loaded: false,
        state: None,
    };
    let folder = tempfile::tempdir().unwrap();
    let package = package_of(&case, folder.path());
    let mut session = Recording { case: &case, log: Vec::new() };
    let error = load(&package, &mut session, "shop", &options()).unwrap_err();
    assert_eq!(error.kind(), Kind::Database);
    assert_eq!(session.log.last().map(String::as_str), Some("rollback"));
    assert!(!session.log.iter().any(|line| line == "commit"));
}

#[test]
fn rows_come_back_as_they_went_in_and_late_columns_are_null_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = PackageWriter::create(folder.path(), "1.5").unwrap();
    writer.write("t", &batch(&[("a", 2)])).unwrap();
    writer.write("t", &batch(&[("a", 1), ("b", 1)])).unwrap();
    writer.touch("nothing_came");
    let written = writer.commit(&json!({"name": "shop"}), Some(&json!({"x": 1}))).unwrap();
    let package = Package::open(written.path()).unwrap();
    assert_eq!(package.tables().collect::<Vec<_>>(), [("t", 3), ("nothing_came", 0)]);
    assert_eq!(package.state(), Some(&json!({"x": 1})));
    let batches: Vec<RecordBatch> =
        package.segments("t", false).unwrap().unwrap().map(|batch| batch.unwrap()).collect();
    assert_eq!(batches.iter().map(|batch| batch.column_by_name("b").unwrap().null_count()).collect::<Vec<_>>(), [2, 0]);
    assert!(package.segments("nothing_came", false).unwrap().is_none());
}

#[test]
fn every_damage_is_refused_by_the_name_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = PackageWriter::create(folder.path(), "1.5").unwrap();
    writer.write("t", &batch(&[("a", 2)])).unwrap();
    let package = writer.commit(&json!({"name": "shop"}), Some(&json!({}))).unwrap();
    let names: Vec<String> =
        fs::read_dir(package.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 5);
    for name in names {
        let file = package.path().join(&name);
        let whole = fs::read(&file).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for damage in [Some(Vec::new()), Some(whole[..whole.len() / 2].to_vec()), Some(flipped), None] {
            match &damage {
                Some(bytes) => fs::write(&file, bytes).unwrap(),
                None => fs::remove_file(&file).unwrap(),
            }
            let error = Package::open(package.path()).unwrap_err();
            let named = if name == "manifest.sha256" && damage.is_some() { "manifest.json" } else { &name };
            assert!(error.message().contains(named), "{name}: {error}");
            assert!(error.hint_text().is_some());
        }
        fs::write(&file, &whole).unwrap();
        Package::open(package.path()).unwrap();
    }
}

#[test]
fn an_unfinished_package_is_never_seen_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = PackageWriter::create(folder.path(), "1.5").unwrap();
    writer.write("t", &batch(&[("a", 1)])).unwrap();
    assert!(pending(folder.path()).unwrap().is_empty());
    drop(writer);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    // What a killed writer left is swept by the next one; what a living one holds is not.
    fs::create_dir(folder.path().join(".0.9.part")).unwrap();
    let living = PackageWriter::create(folder.path(), "2.0").unwrap();
    assert!(!folder.path().join(".0.9.part").exists());
    let other = PackageWriter::create(folder.path(), "3.0").unwrap();
    assert!(folder.path().join(".2.0.part").exists());
    drop((living, other));
}

#[test]
fn packages_wait_in_the_order_they_were_written_whatever_the_clock_says() {
    let folder = tempfile::tempdir().unwrap();
    for load_id in ["9.0", "1.0", "5.0"] {
        PackageWriter::create(folder.path(), load_id).unwrap().commit(&json!({"name": "shop"}), None).unwrap();
    }
    let order: Vec<String> = pending(folder.path()).unwrap().into_iter().map(|package| package.load_id).collect();
    assert_eq!(order, ["9.0", "1.0", "5.0"]);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_a_package() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let mut writer = PackageWriter::create(&folder.path().join("packages"), "1.5").unwrap();
    writer.write("t", &batch(&[("a", 1)])).unwrap();
    let package = writer.commit(&json!({"name": "shop"}), None).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(package.path()), 0o700);
    for entry in fs::read_dir(package.path()).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

fn options() -> LoadOptions {
    LoadOptions { now: || DateTime::<Utc>::UNIX_EPOCH, ..LoadOptions::default() }
}

fn package_of(case: &Case, folder: &Path) -> Package {
    let mut writer = PackageWriter::create(folder, "1700000000.5").unwrap();
    for (table, rows) in &case.rows {
        writer.touch(table);
        let columns = case.tables[table]["columns"].as_object().unwrap();
        let columns: Vec<(&str, usize)> = columns.keys().map(|name| (name.as_str(), *rows)).collect();
        writer.write(table, &batch(&columns)).unwrap();
    }
    let schema =
        json!({"name": "shop", "version": 2, "version_hash": "hash=", "engine_version": 11, "tables": case.tables});
    writer.commit(&schema, case.state.as_ref()).unwrap()
}

fn batch(columns: &[(&str, usize)]) -> RecordBatch {
    let fields: Vec<Field> = columns.iter().map(|(name, _)| Field::new(*name, DataType::Int64, true)).collect();
    let arrays =
        columns.iter().map(|(_, rows)| Arc::new(Int64Array::from_iter_values(0..*rows as i64)) as ArrayRef).collect();
    RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), arrays).unwrap()
}

struct Recording<'a> {
    case: &'a Case,
    log: Vec<String>,
}

impl Recording<'_> {
    fn hear(&mut self, sql: &str) -> Result<Option<u64>> {
        let fails =
            self.case.present.get("fails_on").is_some_and(|parts| parts.iter().any(|part| sql.contains(part.as_str())));
        if fails {
            return Err(gristmill::Error::new(Kind::Database, "refused"));
        }
        // The schema's JSON is long and tested elsewhere.
        let shown = match sql.find("{\"name\"") {
            Some(at) => format!("{}{{...}}')", &sql[..at]),
            None => sql.to_owned(),
        };
        self.log.push(without_random_id(&shown));
        Ok(None)
    }
}

// The state's row ends with a random row key.
fn without_random_id(sql: &str) -> String {
    if sql.contains("_dlt_pipeline_state\" (") {
        let (head, _) = sql.rsplit_once(", ").unwrap();
        return format!("{head}, '<random>')");
    }
    sql.to_owned()
}

impl Session for Recording<'_> {
    fn execute(&mut self, sql: &str) -> Result<Option<u64>> {
        self.hear(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Rows> {
        if sql == "select current_database()" {
            return Ok(texts(&[("name", vec!["db"])]));
        }
        if sql.contains("duckdb_columns()") {
            let pairs: Vec<(&str, &str)> = self
                .case
                .present
                .iter()
                .filter(|(table, _)| *table != "fails_on")
                .flat_map(|(table, columns)| columns.iter().map(move |column| (table.as_str(), column.as_str())))
                .collect();
            return Ok(texts(&[
                ("table_name", pairs.iter().map(|pair| pair.0).collect()),
                ("column_name", pairs.iter().map(|pair| pair.1).collect()),
            ]));
        }
        self.log.push(format!("? {sql}"));
        let there = sql.contains("duckdb_tables()") || sql.contains("\"_dlt_loads\" where") && self.case.loaded;
        Ok(texts(&[("one", if there { vec!["1"] } else { vec![] })]))
    }

    fn ingest(&mut self, name: &str, batches: Box<dyn RecordBatchReader + Send>, sql: &str) -> Result<Option<u64>> {
        let rows: usize = batches.map(|batch| batch.unwrap().num_rows()).sum();
        self.hear(&format!("{sql} -- {rows} rows as {name}"))
    }

    fn interrupter(&self) -> Arc<dyn Interrupt> {
        Arc::new(Never(Mutex::new(())))
    }
}

struct Never(#[allow(dead_code)] Mutex<()>);

impl Interrupt for Never {
    fn interrupt(&self) {}
}

fn texts(columns: &[(&str, Vec<&str>)]) -> Rows {
    let schema = Arc::new(ArrowSchema::new(
        columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect::<Vec<_>>(),
    ));
    let arrays = columns.iter().map(|(_, values)| Arc::new(StringArray::from(values.clone())) as ArrayRef).collect();
    Rows { batches: vec![RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap()], schema }
}
