//! `pprint`: values over several lines when one is too narrow, dicts in the order of their keys.

use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Value, format, limits, methods, operators};

/// How wide a line may be.
const WIDTH: usize = 80;

pub(super) fn pprint(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [_verbose]) = args.bind("pprint", [], ["verbose"])?;
    let mut out = String::new();
    write(&ordered(&value, 0)?, 0, 0, 0, &mut out)?;
    Ok(Value::from(out))
}

// The value with its dicts sorted, so that its plain text is already in order.
fn ordered(value: &Value, depth: usize) -> Result<Value> {
    if depth > limits::DEPTH_MAX {
        return Err(limits::too_deep());
    }
    Ok(match value {
        Value::List(list) => {
            Value::list(list.items().iter().map(|item| ordered(item, depth + 1)).collect::<Result<Vec<_>>>()?)
        }
        Value::Tuple(items) => {
            Value::tuple(items.iter().map(|item| ordered(item, depth + 1)).collect::<Result<Vec<_>>>()?)
        }
        Value::Dict(dict) => {
            let entries = dict.entries();
            let keys: Vec<Value> = entries.iter().map(|(key, _)| key.clone()).collect();
            let pairs = entries.into_iter().map(|(key, value)| Value::tuple([key, value])).collect::<Vec<_>>();
            let sorted = methods::sorted(pairs.clone(), keys.clone(), false).unwrap_or_else(|_| by_kind(pairs, keys));
            let mut entries = indexmap::IndexMap::new();
            for pair in sorted {
                let (key, value) = (operators::item(&pair, &Value::Int(0)), operators::item(&pair, &Value::Int(1)));
                entries.insert(crate::transform::jinja::Key::new(key)?, ordered(&value, depth + 1)?);
            }
            Value::Dict(crate::transform::jinja::Dict::new(entries))
        }
        Value::Set(set) => {
            let items = set.items();
            Value::set(methods::sorted(items.clone(), items.clone(), false).unwrap_or(items))?
        }
        _ => value.clone(),
    })
}

// Keys that cannot be compared stand in the order of the names of their classes, as `pprint` has them.
fn by_kind(pairs: Vec<Value>, keys: Vec<Value>) -> Vec<Value> {
    let class = |key: &Value| match key {
        Value::None => "NoneType",
        // Numbers can be compared with each other.
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => "int",
        other => other.type_name(),
    };
    let mut kinds: std::collections::BTreeMap<&str, (Vec<Value>, Vec<Value>)> = std::collections::BTreeMap::new();
    for (pair, key) in pairs.into_iter().zip(keys) {
        let (pairs, keys) = kinds.entry(class(&key)).or_default();
        pairs.push(pair);
        keys.push(key.clone());
    }
    let mut sorted = Vec::new();
    for (pairs, keys) in kinds.into_values() {
        sorted.extend(methods::sorted(pairs.clone(), keys, false).unwrap_or(pairs));
    }
    sorted
}

// `column` is where the value starts, `after` how much follows it on its last line.
fn write(value: &Value, column: usize, after: usize, level: usize, out: &mut String) -> Result<()> {
    limits::text(out.len())?;
    let line = format::repr(value)?;
    if line.chars().count() + column + after <= WIDTH {
        out.push_str(&line);
        return Ok(());
    }
    match value {
        Value::Dict(dict) if !dict.is_empty() => {
            out.push('{');
            let entries = dict.entries();
            for (index, (key, value)) in entries.iter().enumerate() {
                let key = format::repr(key)? + ": ";
                separate(index, column + 1, out);
                out.push_str(&key);
                let last = index + 1 == entries.len();
                write(value, column + 1 + key.chars().count(), if last { after + 1 } else { 1 }, level + 1, out)?;
            }
            out.push('}');
        }
        Value::List(list) if !list.is_empty() => write_items(&list.items(), "[", "]", column, after, level, out)?,
        Value::Tuple(items) if !items.is_empty() => {
            let close = if items.len() == 1 { ",)" } else { ")" };
            write_items(items, "(", close, column, after, level, out)?;
        }
        Value::Set(set) if !set.is_empty() => write_items(&set.items(), "{", "}", column, after, level, out)?,
        Value::Str(text) if !text.is_empty() => write_text(text, column, after, level, out)?,
        _ => out.push_str(&line),
    }
    Ok(())
}

fn separate(index: usize, column: usize, out: &mut String) {
    if index > 0 {
        out.push_str(",\n");
        out.extend(std::iter::repeat_n(' ', column));
    }
}

fn write_items(
    items: &[Value],
    open: &str,
    close: &str,
    column: usize,
    after: usize,
    level: usize,
    out: &mut String,
) -> Result<()> {
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        separate(index, column + 1, out);
        let last = index + 1 == items.len();
        write(item, column + 1, if last { after + close.len() } else { 1 }, level + 1, out)?;
    }
    out.push_str(close);
    Ok(())
}

// A long text becomes several quoted pieces, broken after white space; inside of a container they need no brackets.
fn write_text(text: &str, column: usize, after: usize, level: usize, out: &mut String) -> Result<()> {
    let (column, after, brackets) = if level == 0 { (column + 1, after + 1, true) } else { (column, after, false) };
    let lines = methods::lines(text, true)?;
    let mut pieces: Vec<String> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let last_line = index + 1 == lines.len();
        let quoted = format::repr(&Value::str(line))?;
        let room = WIDTH.saturating_sub(column + if last_line { after } else { 0 });
        if quoted.chars().count() <= room {
            pieces.push(quoted);
            continue;
        }
        let words = words(line);
        let mut current = String::new();
        for (place, word) in words.iter().enumerate() {
            let candidate = format!("{current}{word}");
            let last_word = last_line && place + 1 == words.len();
            let room = WIDTH.saturating_sub(column + if last_word { after } else { 0 });
            if format::repr(&Value::str(&candidate))?.chars().count() > room {
                if !current.is_empty() {
                    pieces.push(format::repr(&Value::str(&current))?);
                }
                (*word).clone_into(&mut current);
            } else {
                current = candidate;
            }
        }
        if !current.is_empty() {
            pieces.push(format::repr(&Value::str(&current))?);
        }
    }
    let brackets = brackets && pieces.len() > 1;
    if brackets {
        out.push('(');
    }
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', column));
        }
        out.push_str(piece);
    }
    if brackets {
        out.push(')');
    }
    Ok(())
}

// Words, each with the white space that follows it.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut blank = false;
    for (offset, character) in line.char_indices() {
        let space = crate::transform::jinja::unicode::is_space(character);
        if blank && !space {
            words.push(&line[start..offset]);
            start = offset;
        }
        blank = space;
    }
    words.push(&line[start..]);
    words
}
