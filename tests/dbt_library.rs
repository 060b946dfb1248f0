//! The built-in macros beside the names that dbt 1.11 with dbt-duckdb has: each is there, under the same parameters.
//!
//! The lists in `tests/fixtures/dbt_library` are recorded by `tests/parity/dbt_library/record.py`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gristmill::transform::jinja::blocks::{BlockKind, blocks};
use gristmill::transform::jinja::{SourceFile, builtin_macros};
use gristmill::transform::run::stand_ins::STAND_INS;

/// dbt's macros that are not built in, each with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("build_config_dict", SCRIPT),
    ("build_ref_function", SCRIPT),
    ("build_source_function", SCRIPT),
    ("py_script_postfix", SCRIPT),
    ("default__flight_name", MOTHERDUCK),
    ("duckdb__flight_name", MOTHERDUCK),
    ("flight_name", MOTHERDUCK),
    ("materialization_materialized_view_default", RUNNER),
];

const SCRIPT: &str = "a Python model is called with its `dbt` object, and no script is written around it";
const MOTHERDUCK: &str = "Python models run in this process, not in MotherDuck";
const RUNNER: &str = "there is no macro of that name to call";

/// Every built-in macro of dbt's packages: its name, and its parameters as the record spells them.
fn built_in() -> BTreeMap<String, String> {
    let files = builtin_macros::FILES.iter().filter(|file| matches!(file.package, "dbt" | "dbt_duckdb"));
    files
        .flat_map(|file| {
            let source = SourceFile::new(file.path, file.text);
            let found = blocks(&source).expect("built-in macros parse");
            found.into_iter().map(|block| {
                let parameters = block.arguments.iter().map(|argument| match &argument.default {
                    None => argument.name.to_string(),
                    Some(default) => format!("{}={}", argument.name, spelt(default)),
                });
                let parameters = parameters.collect::<Vec<_>>().join(", ");
                // Those of a materialization are those of its tag.
                let is_plain = !matches!(block.kind, BlockKind::Materialization { .. });
                (block.macro_name.to_string(), if is_plain { parameters } else { String::new() })
            })
        })
        .collect()
}

// `none` and `None` are one value, `"x"` and `'x'` one text.
fn spelt(default: &str) -> String {
    match default {
        "none" => "None".to_owned(),
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        "api.Column.translate_type('integer')" => "call".to_owned(),
        text if text.len() > 1 && text.starts_with(['\'', '"']) => {
            let inner = &text[1..text.len() - 1];
            if inner.contains('\'') { format!("\"{inner}\"") } else { format!("'{inner}'") }
        }
        other => other.to_owned(),
    }
}

#[test]
fn every_macro_of_dbt_is_there_with_its_parameters() {
    let ours = built_in();
    let recorded = std::fs::read_to_string("tests/fixtures/dbt_library/macros.txt").expect("the record can be read");
    let mut wrong = String::new();
    for line in recorded.lines() {
        let (name, parameters) = line.trim_end_matches(')').split_once('(').expect("a line is `package.name(...)`");
        let (_, name) = name.split_once('.').expect("a line names the package");
        let left_out = LEFT_OUT.iter().any(|(known, _)| *known == name);
        match ours.get(name) {
            None if left_out => {}
            None => writeln!(wrong, "{line} is not there").expect("a string takes all text"),
            Some(_) if left_out => {
                writeln!(wrong, "{name} is there, and listed as left out").expect("a string takes all text");
            }
            Some(own) if own != parameters => {
                writeln!(wrong, "{name}({own}) has the parameters ({parameters}) in dbt")
                    .expect("a string takes all text");
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What dbt's materialization asks, the native path that stands for it is ready to ask.
#[test]
fn native_paths_stand_for_what_dbt_asks() {
    let recorded = std::fs::read_to_string("tests/fixtures/dbt_library/asked.txt").expect("the record can be read");
    for path in STAND_INS {
        let line = recorded.lines().find_map(|line| line.strip_prefix(path.materialization)?.strip_prefix(": "));
        let asked = line.expect("dbt has the materialization").split(' ');
        // A macro that is only dispatched has no name without its prefix.
        let plain = asked.map(|name| name.strip_prefix("default__").unwrap_or(name));
        let missing: Vec<&str> = plain.filter(|name| !path.asks().any(|known| known == *name)).collect();
        assert!(missing.is_empty(), "{} does not know {missing:?}", path.path);
    }
}

/// A macro of ours that dbt does not have could be shadowed by a project's macro of the same name.
#[test]
fn own_names_are_marked_as_own() {
    let recorded = std::fs::read_to_string("tests/fixtures/dbt_library/macros.txt").expect("the record can be read");
    let known: Vec<&str> =
        recorded.lines().filter_map(|line| Some(line.split_once('(')?.0.split_once('.')?.1)).collect();
    // What a name of dbt's means for DuckDB is found by dispatch, and a project's macro is meant to go before it.
    let is_for_duckdb = |name: &str| {
        name.strip_prefix("duckdb__").is_some_and(|name| known.contains(&format!("default__{name}").as_str()))
    };
    let is_own = |name: &String| !known.contains(&name.as_str()) && !is_for_duckdb(name);
    let own: Vec<String> = built_in().into_keys().filter(is_own).collect();
    assert!(own.iter().all(|name| name.starts_with("gristmill__")), "{own:#?}");
}
