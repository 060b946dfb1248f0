//! A column as templates hold it: what `adapter.get_columns_in_relation` and `api.Column` give.

use std::any::Any;

use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// dbt's `Column`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnObject {
    pub name: String,
    pub dtype: String,
    pub char_size: Option<i64>,
    pub precision: Option<i64>,
    pub scale: Option<i64>,
}

const METHODS: &[&str] = &[
    "can_expand_to",
    "flatten",
    "is_float",
    "is_integer",
    "is_number",
    "is_numeric",
    "is_string",
    "is_struct",
    "literal",
    "string_size",
];
const CLASS_METHODS: &[&str] = &["create", "from_description", "numeric_type", "string_type", "translate_type"];

impl ColumnObject {
    pub fn new(name: &str, dtype: &str) -> Self {
        Self { name: name.to_owned(), dtype: dtype.to_owned(), char_size: None, precision: None, scale: None }
    }

    fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.dtype.eq_ignore_ascii_case(name))
    }

    fn is_string(&self) -> bool {
        self.is_one_of(&["text", "character varying", "character", "varchar"])
    }

    fn is_float(&self) -> bool {
        self.is_one_of(&["real", "float", "float4", "float8", "double"])
    }

    fn is_integer(&self) -> bool {
        self.is_one_of(&[
            "tinyint",
            "smallint",
            "integer",
            "bigint",
            "hugeint",
            "utinyint",
            "usmallint",
            "uinteger",
            "ubigint",
            "int1",
            "int2",
            "int4",
            "int8",
            "short",
            "int",
            "signed",
            "long",
        ])
    }

    fn is_numeric(&self) -> bool {
        self.is_one_of(&["numeric", "decimal"])
    }

    fn is_struct(&self) -> bool {
        self.dtype.to_ascii_lowercase().starts_with("struct")
    }

    fn string_size(&self) -> i64 {
        if self.dtype == "text" { 256 } else { self.char_size.unwrap_or(256) }
    }

    /// The type as DDL takes it.
    pub fn data_type(&self) -> String {
        if self.is_string() {
            format!("character varying({})", self.string_size())
        } else if self.is_numeric() {
            numeric_type(&self.dtype, self.precision, self.scale)
        } else {
            self.dtype.clone()
        }
    }

    fn method(&self, name: &str, args: Args) -> Result<Value> {
        Ok(match name {
            "is_string" => Value::Bool(self.is_string()),
            "is_float" => Value::Bool(self.is_float()),
            "is_integer" => Value::Bool(self.is_integer()),
            "is_numeric" => Value::Bool(self.is_numeric()),
            "is_number" => Value::Bool(self.is_integer() || self.is_numeric() || self.is_float()),
            "is_struct" => Value::Bool(self.is_struct()),
            "string_size" if self.is_string() => Value::Int(self.string_size()),
            "string_size" => {
                return Err(Error::new(
                    Kind::Compilation,
                    format!("column `{}` is no text and has no string size", self.name),
                ));
            }
            "literal" => {
                let ([value], []) = args.bind(name, ["value"], [])?;
                Value::str(format!("{value}::{}", self.data_type()))
            }
            "can_expand_to" => {
                let ([other], []) = args.bind(name, ["other_column"], [])?;
                let other = other.downcast::<Self>();
                Value::Bool(other.is_some_and(|other| {
                    self.is_string() && other.is_string() && other.string_size() > self.string_size()
                }))
            }
            _ => Value::list(self.flattened().into_iter().map(Value::object)),
        })
    }

    // The columns of `STRUCT(a INTEGER, b STRUCT(c TEXT))`; none of any other type.
    fn fields(&self) -> Vec<Self> {
        let inner =
            self.dtype.find('(').zip(self.dtype.rfind(')')).and_then(|(open, end)| self.dtype.get(open + 1..end));
        let Some(inner) = inner.filter(|_| self.is_struct()) else { return Vec::new() };
        split_fields(inner)
            .into_iter()
            .filter_map(|field| field.trim().split_once(' '))
            .map(|(name, dtype)| Self::new(name.trim_matches('"'), dtype.trim()))
            .collect()
    }

    // `STRUCT(a INTEGER, b STRUCT(c TEXT))` gives `name.a` and `name.b.c`.
    fn flattened(&self) -> Vec<Self> {
        if !self.is_struct() {
            return vec![self.clone()];
        }
        let within = self.fields().into_iter();
        within.flat_map(|field| Self { name: format!("{}.{}", self.name, field.name), ..field }.flattened()).collect()
    }
}

fn split_fields(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut fields) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                fields.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    fields.push(&text[start..]);
    fields
}

fn numeric_type(dtype: &str, precision: Option<i64>, scale: Option<i64>) -> String {
    match (precision, scale) {
        (Some(precision), Some(scale)) => format!("{dtype}({precision},{scale})"),
        _ => dtype.to_owned(),
    }
}

impl Object for ColumnObject {
    fn type_name(&self) -> &'static str {
        "DuckDBColumn"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let number = |number: Option<i64>| number.map_or(Value::None, Value::Int);
        Some(match name {
            "name" | "column" => Value::str(&self.name),
            "quoted" => Value::str(quote(&self.name)),
            "dtype" => Value::str(&self.dtype),
            "data_type" | "expanded_data_type" => Value::str(self.data_type()),
            "char_size" => number(self.char_size),
            "numeric_precision" => number(self.precision),
            "numeric_scale" => number(self.scale),
            "fields" => Value::list(self.fields().into_iter().map(Value::object)),
            "TYPE_LABELS" => Value::dict([("STRING", Value::str("TEXT"))]),
            _ => return None,
        })
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        if METHODS.contains(&name) {
            Some(self.method(name, args))
        } else if CLASS_METHODS.contains(&name) {
            Some(class_method(name, args))
        } else {
            None
        }
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.contains(&name) || CLASS_METHODS.contains(&name)
    }

    fn truth(&self) -> bool {
        true
    }

    fn display(&self) -> String {
        let number = |number: Option<i64>| number.map_or("None".to_owned(), |number| number.to_string());
        format!(
            "DuckDBColumn(column='{}', dtype='{}', char_size={}, numeric_precision={}, numeric_scale={}, fields=[{}])",
            self.name,
            self.dtype,
            number(self.char_size),
            number(self.precision),
            number(self.scale),
            self.fields().iter().map(Object::display).collect::<Vec<_>>().join(", ")
        )
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<Self>() == Some(self))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `api.Column`.
pub struct ColumnClass;

fn new(args: Args) -> Result<Value> {
    let ([name, dtype], [size, precision, scale]) =
        args.bind("Column", ["column", "dtype"], ["char_size", "numeric_precision", "numeric_scale"])?;
    let number = |value: Option<Value>| value.and_then(|value| value.as_int());
    Ok(Value::object(ColumnObject {
        name: name.to_string(),
        dtype: dtype.to_string(),
        char_size: number(size),
        precision: number(precision),
        scale: number(scale),
    }))
}

fn translated(label: &str) -> String {
    match label.to_ascii_uppercase().as_str() {
        "STRING" => "TEXT".to_owned(),
        _ => label.to_owned(),
    }
}

fn class_method(name: &str, args: Args) -> Result<Value> {
    Ok(match name {
        "translate_type" => {
            let ([dtype], []) = args.bind(name, ["dtype"], [])?;
            Value::str(translated(&dtype.to_string()))
        }
        "string_type" => {
            let ([size], []) = args.bind(name, ["size"], [])?;
            Value::str(format!("character varying({size})"))
        }
        "numeric_type" => {
            let ([dtype, precision, scale], []) = args.bind(name, ["dtype", "precision", "scale"], [])?;
            Value::str(numeric_type(&dtype.to_string(), precision.as_int(), scale.as_int()))
        }
        "create" => {
            let ([name, dtype], []) = args.bind(name, ["name", "label_or_dtype"], [])?;
            Value::object(ColumnObject::new(&name.to_string(), &translated(&dtype.to_string())))
        }
        _ => {
            let ([name, raw], []) = args.bind(name, ["name", "raw_data_type"], [])?;
            Value::object(described(&name.to_string(), &raw.to_string()))
        }
    })
}

// `decimal(10,2)` and `varchar(5)` with their numbers taken apart.
fn described(name: &str, raw: &str) -> ColumnObject {
    let (dtype, inside) = raw.split_once('(').unwrap_or((raw, ""));
    let mut numbers = inside.trim_end_matches(')').split(',').map(|number| number.trim().parse::<i64>().ok());
    let (first, second) = (numbers.next().flatten(), numbers.next().flatten());
    let column = ColumnObject::new(name, dtype);
    match second {
        Some(_) => ColumnObject { precision: first, scale: second, ..column },
        None => ColumnObject { char_size: first, ..column },
    }
}

impl Object for ColumnClass {
    fn type_name(&self) -> &'static str {
        "type"
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| class_method(name, args))
    }

    fn has_method(&self, name: &str) -> bool {
        CLASS_METHODS.contains(&name)
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, _: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        Some(new(args))
    }

    fn display(&self) -> String {
        "<class 'DuckDBColumn'>".to_owned()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_spelt_as_ddl_takes_them() {
        assert_eq!(described("a", "decimal(10,2)").data_type(), "decimal(10,2)");
        assert_eq!(described("a", "varchar(5)").data_type(), "character varying(5)");
        assert_eq!(ColumnObject::new("a", "INTEGER").data_type(), "INTEGER");
    }

    #[test]
    fn structs_flatten_to_their_fields() {
        let names: Vec<String> = ColumnObject::new("s", "STRUCT(a INTEGER, b STRUCT(c VARCHAR, d INTEGER))")
            .flattened()
            .into_iter()
            .map(|column| column.name)
            .collect();
        assert_eq!(names, ["s.a", "s.b.c", "s.b.d"]);
    }
}
