//! Filters on texts; a value of another type is turned into its text first.

use super::attributes::Path;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::methods::{self, Side};
use crate::transform::jinja::{Args, Dict, Interpreter, Key, Value, format as printing, limits, operators, unicode};

pub(super) fn capitalize(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("capitalize")?;
    Ok(Value::from(methods::capitalize(&value.text()?)))
}

pub(super) fn lower(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("lower")?;
    Ok(Value::from(value.text()?.to_lowercase()))
}

pub(super) fn upper(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("upper")?;
    Ok(Value::from(value.text()?.to_uppercase()))
}

pub(super) fn string(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("string")?;
    Ok(Value::Str(value.text()?))
}

/// Words begin after white space, a dash or an opening bracket; the method `title` splits at more.
pub(super) fn title(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("title")?;
    let text = value.text()?;
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        let separates = matches!(character, '-' | '(' | '{' | '[' | '<') || unicode::is_space(character);
        match (separates, inside) {
            (true, _) => out.push(character),
            (false, false) => out.extend(character.to_uppercase()),
            (false, true) => out.extend(character.to_lowercase()),
        }
        inside = !separates;
    }
    Ok(Value::from(out))
}

pub(super) fn center(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [width]) = args.bind("center", [], ["width"])?;
    let width = width.as_ref().map_or(Ok(80), operators::integer_index)?;
    methods::pad(&value.text()?, width, ' ', Side::Center).map(Value::from)
}

pub(super) fn trim(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [characters]) = args.bind("trim", [], ["chars"])?;
    let characters = characters.filter(|characters| !characters.is_none());
    let characters = characters.as_ref().map(methods::expect_text).transpose()?;
    Ok(Value::str(methods::strip(&value.text()?, characters, true, true)))
}

pub(super) fn replace(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([old, new], [count]) = args.bind("replace", ["old", "new"], ["count"])?;
    let count = match count {
        None | Some(Value::None) => -1,
        Some(count) => operators::integer_index(&count)?,
    };
    methods::replace(&value.text()?, &old.text()?, &new.text()?, count)
}

pub(super) fn join(interpreter: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let ([], [separator, attribute]) = args.bind("join", [], ["d", "attribute"])?;
    let separator = separator.map_or(Ok("".into()), |separator| separator.text())?;
    let path = Path::new(interpreter, attribute.as_ref());
    let mut joined = String::new();
    for (index, item) in operators::iterate(&value)?.iter().enumerate() {
        if index > 0 {
            joined.push_str(&separator);
        }
        joined.push_str(&path.get(item)?.text()?);
        limits::text(joined.len())?;
    }
    Ok(Value::from(joined))
}

/// `"%s, %s" | format(a, b)`.
pub(super) fn format(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    let Args { positional, named } = args;
    if !positional.is_empty() && !named.is_empty() {
        let message = "`format` takes values by place or by name, not both at the same time";
        return Err(Error::new(Kind::Compilation, message));
    }
    let values = if named.is_empty() {
        Value::tuple(positional)
    } else {
        Value::Dict(Dict::new(named.into_iter().map(|(name, value)| (Key::str(name), value)).collect()))
    };
    printing::percent::format(&value.text()?, &values).map(Value::from)
}

pub(super) fn wordcount(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("wordcount")?;
    let text = value.text()?;
    Ok(Value::Int(text.split(|character| !unicode::is_word(character)).filter(|word| !word.is_empty()).count() as i64))
}
