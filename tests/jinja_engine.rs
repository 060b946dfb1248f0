//! What the interpreter promises beyond the text it renders: budgets, places, blocks, macros called from Rust.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use gristmill::transform::jinja::blocks::{BlockKind, blocks, snapshots};
use gristmill::transform::jinja::{
    Args, Budget, EmptyScope, Interpreter, Rendered, Scope, SourceFile, Value, parse, parse_range, render,
};
use gristmill::{Kind, Result};
use proptest::prelude::*;

/// The macros of one file, and a note of those that a template called itself.
#[derive(Default)]
struct Macros {
    names: BTreeMap<String, Value>,
    called: Mutex<Vec<String>>,
}

impl Macros {
    fn of(text: &str) -> Self {
        let file = SourceFile::new("macros/m.sql", text);
        let blocks = blocks(&file).unwrap();
        let names = blocks
            .iter()
            .map(|block| (block.macro_name.to_string(), block.as_macro(format!("macro.p.{}", block.macro_name))));
        Self { names: names.collect(), called: Mutex::default() }
    }
}

impl Scope for Macros {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.names.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.names.keys().cloned().collect()
    }

    fn macro_called(&self, unique_id: &str) {
        self.called.lock().unwrap().push(unique_id.to_owned());
    }
}

fn rendered(text: &str, scope: &dyn Scope, budget: Budget) -> Result<Rendered> {
    render(&parse(SourceFile::new("models/a.sql", text))?, scope, budget)
}

fn kind(text: &str, budget: Budget) -> Option<Kind> {
    rendered(text, &EmptyScope, budget).err().map(|error| error.kind())
}

#[test]
fn a_deadline_stops_what_steps_would_allow() {
    let deadline = Some(std::time::Instant::now());
    let template = "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}";
    assert_eq!(kind(template, Budget { deadline, ..Budget::default() }), Some(Kind::Budget));
}

#[test]
fn depth_is_bounded_everywhere() {
    let deep = |open: &str, middle: &str, close: &str| format!("{}{middle}{}", open.repeat(5000), close.repeat(5000));
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "", "]"),
        ("{1:", "1", "}"),
        ("not ", "1", ""),
        ("-", "1", ""),
        ("x(", "", ")"),
        ("x[", "1", "]"),
        ("1 if ", "1", " else 2"),
        ("1 + ", "1", ""),
        ("x", "", ".y"),
        ("x", "", "|abs"),
        ("x", "", "()"),
        ("1 if 1 else ", "1", ""),
        ("1 ** ", "1", ""),
        ("1 < ", "1", ""),
        ("1 ~ ", "1", ""),
    ] {
        let _ = rendered(&format!("{{{{ {} }}}}", deep(open, middle, close)), &EmptyScope, Budget::default());
    }
    for (open, close) in
        [("{% if 1 %}", "{% endif %}"), ("{% for x in [1] %}", "{% endfor %}"), ("{% set x %}", "{% endset %}")]
    {
        let error = rendered(&deep(open, "", close), &EmptyScope, Budget::default()).unwrap_err();
        assert_eq!(error.kind(), Kind::JinjaSyntax);
    }
    let nested = "{% set xs = [[]] %}{% for i in range(90000) %}{% do xs.append([xs.pop()]) %}{% endfor %}";
    rendered(nested, &EmptyScope, Budget::default()).unwrap();
}

#[test]
fn macros_may_call_each_other_to_the_bound_on_any_thread() {
    let macros = Macros::of(
        "{% macro f(n) %}{% if n %}{% for i in [1] %}{{ [[f(n - 1)]][0][0] }}{% endfor %}{% endif %}{% endmacro %}",
    );
    std::thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(move || {
            rendered("{{ f(198) }}", &macros, Budget::default()).unwrap();
            let error = rendered("{{ f(300) }}", &macros, Budget::default()).unwrap_err();
            assert_eq!(error.kind(), Kind::Budget);
        })
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn rendered_text_maps_to_what_wrote_it() {
    let macros = Macros::of(
        "{% macro cents(c) %}\n  {{ c }} / 100{% endmacro %}\n{% macro via(c) %}{{ return(cents(c)) }}{% endmacro %}",
    );
    let rendered =
        rendered("select a,\n  {{ via('x') }} as b\nfrom {{ 'orders' }}", &macros, Budget::default()).unwrap();
    assert_eq!(rendered.text, "select a,\n  \n  x / 100 as b\nfrom orders");
    let place = |needle: &str| {
        let place = rendered.source_of(rendered.text.find(needle).unwrap()).unwrap();
        format!("{place}")
    };
    assert_eq!(place("a,"), "models/a.sql:1:8");
    assert_eq!(place("x /"), "macros/m.sql:2:3");
    assert_eq!(place("100"), "macros/m.sql:2:13");
    assert_eq!(place("as b"), "models/a.sql:2:18");
    assert_eq!(place("orders"), "models/a.sql:3:6");
    assert_eq!(rendered.source_of(rendered.text.len() + 1), None);
}

#[test]
fn a_place_holds_after_carriage_returns() {
    let rendered = rendered("one\r\ntwo\r\nthree {{ 1 }}", &EmptyScope, Budget::default()).unwrap();
    assert_eq!(rendered.text, "one\ntwo\nthree 1");
    let place = rendered.source_of(rendered.text.find("three").unwrap()).unwrap();
    assert_eq!((place.line, place.column), (3, 1));
}

#[test]
fn the_scope_hears_of_the_macros_that_the_template_calls_itself() {
    let macros = Macros::of("{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{% endmacro %}");
    rendered("{{ a() }}{{ a() }}", &macros, Budget::default()).unwrap();
    assert_eq!(*macros.called.lock().unwrap(), ["macro.p.a", "macro.p.a"]);
}

#[test]
fn rust_calls_macros_by_name() {
    let macros = Macros::of("{% macro add(a, b=1) %}{{ return(a + b) }}{% endmacro %}");
    let mut interpreter = Interpreter::new(&macros, Budget::default());
    let three = interpreter.call_named("add", Args::positional([Value::Int(2)])).unwrap();
    assert_eq!(three.as_int(), Some(3));
    let error = interpreter.call_named("ad", Args::default()).unwrap_err();
    assert_eq!(error.message(), "`ad` is undefined");
    assert_eq!(interpreter.place(), None);
}

#[test]
fn one_template_serves_many_threads() {
    let template = parse(SourceFile::new("a.sql", "{% for i in range(100) %}{{ i }}{% endfor %}")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(render(&template, &EmptyScope, Budget::default()).unwrap().text.len(), 190));
        }
    });
}

#[test]
fn blocks_are_found_as_in_dbt() {
    let text = "ignored {{ 'text {% macro no() %}' }} {# {% macro no() %} #}\n\
        {%- macro one(a, b: list[string] = [1, 2]) -%} x {%- endmacro -%}\n\n\
        {% test two(model) %}{% if 1 %}{% endif %}{% endtest %}\n\
        {% materialization three, adapter='duckdb', supported_languages=['sql', 'python'] %}{% endmaterialization %}\n\
        {% materialization four, default %}{% endmaterialization %}\n\
        {% raw %}{% macro no() %}{% endraw %}\n\
        {% snapshot five %}select '{{ 1 }}'\n{% endsnapshot %}\n{% docs six %}not here{% enddocs %}";
    let file = SourceFile::new("macros/m.sql", text);
    let blocks = blocks(&file).unwrap();
    let names: Vec<_> = blocks.iter().map(|block| &*block.macro_name).collect();
    assert_eq!(names, ["one", "test_two", "materialization_three_duckdb", "materialization_four_default"]);
    assert_eq!(blocks[0].raw_text(), "x");
    assert_eq!(blocks[0].arguments[1].annotation.as_deref(), Some("list[string]"));
    assert_eq!(blocks[0].arguments[1].default.as_deref(), Some("[1, 2]"));
    assert_eq!(blocks[1].kind, BlockKind::Test);
    let BlockKind::Materialization { adapter, supported_languages } = &blocks[2].kind else {
        panic!("{:?}", blocks[2])
    };
    assert_eq!((&**adapter, supported_languages.len()), ("duckdb", 2));
    let found = snapshots(&file).unwrap();
    assert_eq!((found.len(), &*found[0].name), (1, "five"));
    let snapshot = render(found[0].template().unwrap(), &EmptyScope, Budget::default()).unwrap();
    assert_eq!(snapshot.text, "select '1'");
    assert_eq!(snapshot.source_of(0).unwrap().line, 8);
}

#[test]
fn a_macro_in_a_snapshot_is_no_block() {
    let text = "{% snapshot s %}{% macro inner() %}{% endmacro %}select 1{% endsnapshot %}";
    assert_eq!(snapshots(&SourceFile::new("snapshots/s.sql", text)).unwrap().len(), 1);
    let text = "{% macro outer() %}{% snapshot s %}{% endsnapshot %}{% endmacro %}";
    let error = blocks(&SourceFile::new("macros/m.sql", text)).unwrap_err();
    assert_eq!(error.kind(), Kind::JinjaSyntax);
}

#[test]
fn docs_live_in_markdown() {
    let file = SourceFile::new("docs/a.md", "# {% macro x() %}\n{% docs orders %}\nOne {{ 1 + 1 }}\n{% enddocs %}");
    let blocks = blocks(&file).unwrap();
    assert_eq!((blocks.len(), &*blocks[0].name, &blocks[0].kind), (1, "orders", &BlockKind::Docs));
    let text = render(blocks[0].template().unwrap(), &EmptyScope, Budget::default()).unwrap().text;
    assert_eq!(text.trim(), "One 2");
}

#[test]
fn a_part_of_a_file_keeps_its_places() {
    let file = SourceFile::new("a.yml", "x: 1\ny: \"{{ 1 / 0 }}\"");
    let template = parse_range(file.clone(), 9..20).unwrap();
    let error = render(&template, &EmptyScope, Budget::default()).unwrap_err();
    assert_eq!(error.place().map(ToString::to_string).as_deref(), Some("a.yml:2:8"));
}

proptest! {
    #[test]
    fn no_text_panics_or_hangs(parts in proptest::collection::vec(prop_oneof![
        Just("{{ "), Just(" }}"), Just("{% "), Just(" %}"), Just("{%- "), Just(" -%}"), Just("{# "), Just(" #}"),
        Just("if "), Just("else"), Just("elif "), Just("endif"), Just("for "), Just("x"), Just(" in "), Just("endfor"),
        Just("set "), Just("="), Just("endset"), Just("macro m(a, b=1)"), Just("endmacro"), Just("call m(1)"), Just("endcall"),
        Just("do "), Just("with "), Just("endwith"), Just("filter upper"), Just("endfilter"), Just("raw"), Just("endraw"),
        Just("loop"), Just(".index"), Just("[1:]"), Just("("), Just(")"), Just("["), Just("]"), Just("{"), Just("}"), Just(","),
        Just(":"), Just("|"), Just("join"), Just(" is "), Just("defined"), Just("not "), Just("+"), Just("-"), Just("**"),
        Just("~"), Just("%"), Just("1"), Just("2.5"), Just("1e9"), Just("'a'"), Just("\"b"), Just("'"), Just("\\"), Just("\n"),
        Just("\r"), Just("é"), Just("caller()"), Just("return(1)"), Just("range(9)"), Just("recursive"), Just("break"),
        Just("continue"), Just("true"), Just("none"), Just(" text "), Just("block b"), Just("endblock"), Just("self.b()"),
    ], 0..40)) {
        let text = parts.concat();
        let budget = Budget { steps: 20_000, bytes: 1 << 20, ..Budget::default() };
        let file = SourceFile::new("a.sql", &text);
        if let Ok(blocks) = blocks(&file) {
            for block in blocks {
                let _ = Interpreter::new(&EmptyScope, budget).call(&block.as_macro("macro.p.m".to_owned()), Args::default());
            }
        }
        if let Ok(template) = parse(file) {
            if let Ok(rendered) = render(&template, &EmptyScope, budget) {
                for offset in 0..=rendered.text.len() {
                    let _ = rendered.source_of(offset);
                }
            }
            let _ = Interpreter::new(&EmptyScope, budget).evaluate(&template);
        }
    }
}

// Trees are shared between threads, and so must be safe to share.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Arc<gristmill::transform::jinja::Template>>();
};

#[test]
fn nothing_is_escaped_whatever_autoescape_says() {
    let file = SourceFile::new("a.sql", "{% autoescape true %}{{ '<' }}{% endautoescape %}{{ ['>' | escape] }}");
    let rendered = render(&parse(file).unwrap(), &EmptyScope, Budget::default()).unwrap();
    assert_eq!(rendered.text, "<['&gt;']");
}
