//! The names every template knows: Jinja's own globals, and those of dbt that need no project.

mod collections;
mod cycle;
mod json;
mod namespace;
mod range;

use std::fmt::Write as _;
use std::sync::LazyLock;

use md5::{Digest, Md5};

use super::{Args, Value, methods, modules};
use crate::error::Result;

pub(super) use range::Range;

/// All built-in names, in order.
pub const NAMES: &[&str] = &[
    "cycler",
    "dict",
    "diff_of_two_dicts",
    "fromjson",
    "joiner",
    "local_md5",
    "modules",
    "namespace",
    "range",
    "set",
    "set_strict",
    "tojson",
    "zip",
    "zip_strict",
];

/// The value of a built-in name.
pub fn lookup(name: &str) -> Option<Value> {
    macro_rules! shared {
        ($make:expr) => {{
            static SHARED: LazyLock<Value> = LazyLock::new(|| $make);
            Some(SHARED.clone())
        }};
    }
    match name {
        "cycler" => shared!(Value::function("cycler", |_, args| cycle::cycler(args))),
        "dict" => shared!(collections::dict_type()),
        "diff_of_two_dicts" => shared!(Value::function("diff_of_two_dicts", |_, args| collections::difference(args))),
        "fromjson" => shared!(Value::function("fromjson", |_, args| json::from_json(args))),
        "joiner" => shared!(Value::function("joiner", |_, args| cycle::joiner(args))),
        "local_md5" => shared!(Value::function("local_md5", |_, args| local_md5(args))),
        // Each render gets a dict of its own, as a template may change it.
        "modules" => Some(modules::modules()),
        "namespace" => shared!(Value::function("namespace", |_, args| namespace::namespace(args))),
        "range" => shared!(range::function()),
        "set" => shared!(Value::function("set", |_, args| collections::set(args, true))),
        "set_strict" => shared!(Value::function("set_strict", |_, args| collections::set(args, false))),
        "tojson" => shared!(Value::function("tojson", |_, args| json::to_json(args))),
        "zip" => shared!(Value::function("zip", |_, args| collections::zip(args, true))),
        "zip_strict" => shared!(Value::function("zip_strict", |_, args| collections::zip(args, false))),
        _ => None,
    }
}

fn local_md5(args: Args) -> Result<Value> {
    let ([value], []) = args.bind("local_md5", ["value"], [])?;
    let digest = Md5::digest(methods::expect_text(&value)?.as_bytes());
    let mut text = String::with_capacity(2 * digest.len());
    for byte in digest {
        write!(text, "{byte:02x}").expect("writing to a string does not fail");
    }
    Ok(Value::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_has_a_value() {
        assert!(NAMES.is_sorted());
        assert!(NAMES.iter().all(|name| lookup(name).is_some()));
    }
}
