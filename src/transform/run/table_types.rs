//! The types of a table's columns, as agate names them: what packages ask that write the rows of a query as JSON.

use std::any::Any;

use super::table::Data;
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// The types of all columns, in their order.
pub(super) fn of(table: &Data) -> Value {
    Value::tuple((0..table.names.len()).map(|column| of_column(table, column)))
}

/// The type of a column: that of its first value.
pub(super) fn of_column(table: &Data, column: usize) -> Value {
    let first = table.rows.iter().map(|row| &row[column]).find(|cell| !cell.is_none());
    Value::object(match first.map(Value::type_name) {
        Some("bool") => Type::Boolean,
        // agate guesses so where there is nothing to go by.
        Some("int") | None => Type::Integer,
        Some("float" | "Decimal") => Type::Number,
        Some("date") => Type::Date,
        Some("datetime") => Type::DateTime,
        Some("timedelta") => Type::TimeDelta,
        Some(_) => Type::Text,
    })
}

#[derive(Clone, Copy, Debug)]
enum Type {
    Boolean,
    Integer,
    Number,
    Date,
    DateTime,
    TimeDelta,
    Text,
}

impl Type {
    // A value as JSON has it: numbers are floats, times are texts in ISO form.
    fn plain(self, interpreter: &mut Interpreter<'_>, value: Value) -> Result<Value> {
        match self {
            _ if value.is_none() => Ok(Value::None),
            Self::Boolean | Self::Integer => Ok(value),
            Self::Number => Ok(value.to_string().parse().map_or(value, Value::Float)),
            Self::Date | Self::DateTime => {
                let written = match &value {
                    Value::Object(object) => object.call_method(interpreter, "isoformat", Args::default()),
                    _ => None,
                };
                written.unwrap_or(Ok(value))
            }
            Self::TimeDelta | Self::Text => Ok(Value::str(value.to_string())),
        }
    }
}

impl Object for Type {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::Integer => "Integer",
            Self::Number => "Number",
            Self::Date => "Date",
            Self::DateTime => "DateTime",
            Self::TimeDelta => "TimeDelta",
            Self::Text => "Text",
        }
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let plain = |interpreter: &mut Interpreter<'_>, args: Args| {
            let ([value], []) = args.bind(name, ["d"], [])?;
            self.plain(interpreter, value)
        };
        match name {
            "jsonify" => Some(plain(interpreter, args)),
            _ => None,
        }
    }

    fn has_method(&self, name: &str) -> bool {
        name == "jsonify"
    }

    fn display(&self) -> String {
        format!("<agate {}>", self.type_name())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
