//! Runs one case of `tests/fixtures/normalize` from JSON bytes and tells the tables as text.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::TimestampMicrosecondType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use gristmill::Result;
use gristmill::ingest::json::{self, Lines};
use gristmill::ingest::normalize::{Normalizer, Options};
use gristmill::schema::stock::ROW_MARK;
use gristmill::schema::{Column, Schema};
use serde_json::{Map, Value, json};

pub(crate) fn run(path: &Path) -> String {
    let case: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    match flatten(&case) {
        Ok(text) => text,
        Err(error) => error.to_string(),
    }
}

fn flatten(case: &Value) -> Result<String> {
    let mut schema = schema_of(case)?;
    let mut text = String::new();
    let loads =
        case.get("loads").map_or_else(|| vec![case["items"].clone()], |loads| loads.as_array().unwrap().clone());
    for (number, items) in loads.iter().enumerate() {
        if loads.len() > 1 {
            writeln!(text, "load {}", number + 1).unwrap();
        }
        let mut normalizer = Normalizer::new(schema, Options::new("1700000000.5"));
        let root = normalizer.register(&hints(case))?;
        let lines = items.as_array().unwrap().iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        let place = Lines { file: "items.jsonl".into(), first_line: 1 };
        json::lines(&mut normalizer, root, lines.as_bytes(), &place)?;
        normalizer.finish()?;
        let batches = normalizer.drain(0)?;
        tell(normalizer.schema(), &batches, &mut text);
        for warning in normalizer.take_warnings() {
            writeln!(text, "warning: {warning}").unwrap();
        }
        schema = normalizer.into_schema();
    }
    Ok(text)
}

pub(crate) fn schema_of(case: &Value) -> Result<Schema> {
    let naming = case.get("naming").and_then(Value::as_str).unwrap_or("snake_case");
    let mut schema = Schema::new("parity", naming)?;
    if let Some(more) = case.get("detections").and_then(Value::as_array) {
        schema.settings.get_mut("detections").and_then(Value::as_array_mut).unwrap().extend(more.iter().cloned());
    }
    for setting in ["preferred_types", "schema_contract"] {
        if let Some(value) = case.get(setting) {
            schema.settings.insert(setting.to_owned(), value.clone());
        }
    }
    if let Some(depth) = case.get("max_nesting").and_then(Value::as_i64) {
        schema.set_max_nesting(None, Some(depth));
    }
    Ok(schema)
}

pub(crate) fn hints(case: &Value) -> Map<String, Value> {
    let table = case.get("table").cloned().unwrap_or_else(|| json!({}));
    let name = table.get("name").cloned().unwrap_or_else(|| "items".into());
    let mut hints = json!({"columns": {}, "write_disposition": "append", "name": name, "resource": name});
    for key in ["columns", "write_disposition", "x-merge-strategy", "schema_contract"] {
        if let Some(value) = table.get(key) {
            hints[key] = value.clone();
        }
    }
    if let Some(depth) = table.get("max_nesting") {
        hints["x-normalizer"] = json!({ "max_nesting": depth });
    }
    hints.as_object().unwrap().clone()
}

fn tell(schema: &Schema, batches: &[(String, RecordBatch)], text: &mut String) {
    let ids = ids(batches);
    for (name, table) in schema.tables.iter().filter(|(name, _)| !schema.is_dlt_name(name)) {
        let parent = table.parent.as_ref().map(|parent| format!(" in {parent}")).unwrap_or_default();
        writeln!(text, "{name}{parent}").unwrap();
        for column in table.columns.values() {
            writeln!(text, "  {}", column_line(column)).unwrap();
        }
        for (_, batch) in batches.iter().filter(|(of, _)| of == name) {
            assert!(
                table.complete_columns().map(|c| c.name.as_str()).eq(batch
                    .schema()
                    .fields()
                    .iter()
                    .map(|f| f.name().as_str())
                    .filter(|name| *name != ROW_MARK)),
                "columns are in schema order"
            );
            for row in 0..batch.num_rows() {
                let cells: Vec<String> = batch
                    .schema()
                    .fields()
                    .iter()
                    .zip(batch.columns())
                    .filter(|(field, array)| {
                        !array.is_null(row) && !["_dlt_load_id", ROW_MARK].contains(&field.name().as_str())
                    })
                    .map(|(field, array)| format!("{}={}", field.name(), cell(array.as_ref(), row, &ids)))
                    .collect();
                writeln!(text, "  | {}", cells.join(" ")).unwrap();
            }
        }
    }
}

fn column_line(column: &Column) -> String {
    let mut line = format!("{} {}", column.name, column.data_type.map_or("(no type)", |data_type| data_type.name()));
    for (name, number) in [("precision", column.precision), ("scale", column.scale)] {
        if let Some(number) = number {
            write!(line, " {name}={number}").unwrap();
        }
    }
    if column.timezone == Some(false) {
        line.push_str(" naive");
    }
    if !column.nullable {
        line.push_str(" not null");
    }
    for hint in column.hints.keys().filter(|hint| *hint != "description") {
        write!(line, " {hint}").unwrap();
    }
    line
}

// Ids are told by their table and row, because they are made by chance.
fn ids(batches: &[(String, RecordBatch)]) -> HashMap<String, String> {
    let mut ids = HashMap::new();
    for (table, batch) in batches {
        let Some(column) = batch.column_by_name("_dlt_id").or_else(|| batch.column_by_name("_dlt_Id")) else {
            continue;
        };
        let offset =
            ids.values().filter(|name: &&String| name.rsplit_once('#').is_some_and(|(of, _)| of == table)).count();
        for row in 0..column.len() {
            ids.insert(display(column.as_ref(), row), format!("{table}#{}", offset + row));
        }
    }
    ids
}

fn cell(array: &dyn Array, row: usize, ids: &HashMap<String, String>) -> String {
    let value = display(array, row);
    ids.get(&value).cloned().unwrap_or(value)
}

fn display(array: &dyn Array, row: usize) -> String {
    let options = FormatOptions::default();
    // Arrow needs a time zone database to write `UTC`; the values are in it already.
    let naive = array
        .as_primitive_opt::<TimestampMicrosecondType>()
        .map(|stamps| stamps.clone().with_timezone_opt(None::<&str>));
    let array = naive.as_ref().map_or(array, |naive| naive as &dyn Array);
    ArrayFormatter::try_new(array, &options).unwrap().value(row).to_string().replace('\n', "\\n")
}
