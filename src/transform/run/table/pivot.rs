//! `table.pivot(key, pivot)`: how many rows there are of each value, or another number of them.

use super::aggregate::{self, Aggregation};
use super::arguments::{given, is_true, items_of, key_of, table_of, wrong};
use super::{Table, shape, turn};
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value, methods};

/// `table.pivot(key=None, pivot=None, aggregation=None, computation=None, default_value=..., key_name=None)`
pub(super) fn pivot(interpreter: &mut Interpreter<'_>, table: &Table, args: Args) -> Result<Value> {
    let options = ["key", "pivot", "aggregation", "computation", "default_value", "key_name"];
    let ([], [key, across, aggregation, computation, default, key_name]) = args.bind("pivot", [], options)?;
    let key = given(key);
    let keys = match &key {
        None => Vec::new(),
        Some(key) => match items_of(key) {
            Some(_) if is_true(key_name.as_ref()) => {
                return Err(wrong("`key_name` is for one key, not for a list of them"));
            }
            Some(keys) => keys,
            None => vec![key.clone()],
        },
    };
    let aggregation = given(aggregation).map_or(Aggregation::Count, Aggregation::Given);
    let name = match &aggregation {
        Aggregation::Count => Value::str("Count"),
        Aggregation::Given(aggregation) => Value::Str(aggregation.text()?),
    };
    let mut groups = Value::object(table.clone());
    for key in &keys {
        let args = Args::positional([key.clone()]).with("key_name", key_name.clone().unwrap_or(Value::None));
        groups = methods::call(interpreter, &groups, "group_by", args)?;
    }
    let asked = [(name.clone(), aggregation.clone())];
    let computed = |interpreter: &mut Interpreter<'_>, found: &Value, computation: &Value| {
        let pair = Value::list([Value::tuple([Value::Str(computation.text()?), computation.clone()])]);
        let more = aggregate::computed(interpreter, table_of(found)?, &pair, false)?;
        shape::without(interpreter, &more, &Value::list([name.clone()]))
    };
    let computation = given(computation);
    let Some(across) = given(across) else {
        let found = aggregate::of_any(interpreter, &groups, &asked)?;
        return match computation.filter(Value::truth) {
            Some(computation) => computed(interpreter, &found, &computation).map(Value::object),
            None => Ok(found),
        };
    };
    let groups = methods::call(interpreter, &groups, "group_by", Args::positional([across.clone()]))?;
    let column_type = aggregation.data_type(interpreter, &Value::object(table.clone()))?;
    let mut found = aggregate::of_any(interpreter, &groups, &asked)?;
    let place = table_of(&found)?.0.place(&across)?;
    let values = table_of(&found)?.0.column(place).cloned().map(key_of).collect::<Result<indexmap::IndexSet<_>>>()?;
    let mut shown = name.clone();
    if let Some(computation) = &computation {
        found = Value::object(computed(interpreter, &found, computation)?);
        shown = Value::Str(computation.text()?);
    }
    let wide = turn::Wide {
        key: key.filter(|key| items_of(key).is_some()).unwrap_or_else(|| Value::list(keys)),
        property: across,
        value: shown,
        default,
        types: Some(Value::list(values.iter().map(|_| Value::object(column_type)))),
    };
    turn::wide(interpreter, table_of(&found)?, wide).map(Value::object)
}
