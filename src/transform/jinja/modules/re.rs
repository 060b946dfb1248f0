//! `modules.re`: Python's regular expressions, by way of `fancy-regex`.
//!
//! What a search looks at is counted (`search`), so a pattern that backtracks without end uses up the budget.

mod matched;
mod pattern;
mod replacement;
mod search;
mod translate;

use crate::error::Result;
use crate::transform::jinja::methods::expect_text;
use crate::transform::jinja::{Args, Interpreter, Value, limits, operators};

use pattern::Pattern;

/// The flags, by the names and numbers that Python gives them.
const FLAGS: [(&str, i64); 14] = [
    ("NOFLAG", 0),
    ("I", 2),
    ("IGNORECASE", 2),
    ("L", 4),
    ("LOCALE", 4),
    ("M", 8),
    ("MULTILINE", 8),
    ("S", 16),
    ("DOTALL", 16),
    ("U", 32),
    ("UNICODE", 32),
    ("X", 64),
    ("VERBOSE", 64),
    ("A", 256),
];

/// The functions that take a pattern first and then what the pattern's own method takes.
const METHODS: [&str; 8] = ["search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn"];

pub(super) fn module() -> Value {
    let flags = FLAGS.into_iter().chain([("ASCII", 256)]).map(|(name, number)| (name, Value::Int(number)));
    let methods = METHODS
        .into_iter()
        .map(|name| (name, Value::function(name, move |interpreter, args| function(interpreter, name, args))));
    let others = [
        ("compile", Value::function("compile", |_, args| compile(args))),
        ("escape", Value::function("escape", |_, args| escape(args))),
        ("purge", Value::function("purge", |_, args| args.bind_nothing("purge").map(|()| Value::None))),
    ];
    Value::dict(methods.chain(others).chain(flags))
}

fn compile(args: Args) -> Result<Value> {
    let ([pattern], [flags]) = args.bind("compile", ["pattern"], ["flags"])?;
    if pattern.downcast::<Pattern>().is_some() {
        return Ok(pattern);
    }
    Pattern::new(expect_text(&pattern)?, flags_of(flags.as_ref())?).map(Value::object)
}

fn flags_of(flags: Option<&Value>) -> Result<i64> {
    flags.map_or(Ok(0), operators::integer_index)
}

fn function(interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Result<Value> {
    let (pattern, flags, rest) = match name {
        "sub" | "subn" => {
            let ([pattern, replacement, string], [count, flags]) =
                args.bind(name, ["pattern", "repl", "string"], ["count", "flags"])?;
            (pattern, flags, Args::positional([replacement, string].into_iter().chain(count)))
        }
        "split" => {
            let ([pattern, string], [most, flags]) = args.bind(name, ["pattern", "string"], ["maxsplit", "flags"])?;
            (pattern, flags, Args::positional([string].into_iter().chain(most)))
        }
        _ => {
            let ([pattern, string], [flags]) = args.bind(name, ["pattern", "string"], ["flags"])?;
            (pattern, flags, Args::positional([string]))
        }
    };
    if let Some(pattern) = pattern.downcast::<Pattern>() {
        return pattern.method(interpreter, name, rest);
    }
    Pattern::new(expect_text(&pattern)?, flags_of(flags.as_ref())?)?.method(interpreter, name, rest)
}

fn escape(args: Args) -> Result<Value> {
    let ([text], []) = args.bind("escape", ["pattern"], [])?;
    let text = expect_text(&text)?;
    limits::text(text.len().saturating_mul(2))?;
    let mut out = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if "()[]{}?*+-|^$\\.&~# \t\n\r\x0b\x0c".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    Ok(Value::from(out))
}
