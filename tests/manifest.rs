//! Projects parsed whole: each folder of `tests/fixtures/projects` against its snapshot, each of
//! `tests/fixtures/broken` against the screen that its user sees, selectors against the nodes they name.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by its panic")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gristmill::Result;
use gristmill::event::{Event, Recording, Silent};
use gristmill::transform::graph::Graph;
use gristmill::transform::graph::plan::plan;
use gristmill::transform::graph::select::{Request, select};
use gristmill::transform::graph::selector::Indirect;
use gristmill::transform::manifest::{Manifest, ParsedProject, ResourceType, parse_project};
use gristmill::transform::project::{Environment, Project, ProjectOptions, load_project};

fn fixtures(room: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(room)
}

fn load(folder: &Path) -> Result<Project> {
    let options = ProjectOptions {
        environment: Environment::of([]),
        working_dir: Some(folder.to_owned()),
        ..ProjectOptions::default()
    };
    load_project(&options, &Silent)
}

fn parsed(folder: &Path) -> Result<(Manifest, Vec<String>)> {
    let sink = Recording::default();
    let ParsedProject { manifest, .. } = parse_project(&load(folder)?, &sink)?;
    let warnings = sink.events().into_iter().filter_map(|event| match event {
        Event::Warning { message } | Event::Named { message, .. } => Some(message),
        _ => None,
    });
    Ok((manifest, warnings.collect()))
}

fn folders(room: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(fixtures(room))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn projects_become_manifests() {
    for folder in folders("projects") {
        let (manifest, warnings) = parsed(&folder).unwrap_or_else(|error| panic!("{}\n{error}", folder.display()));
        let mut out = String::new();
        for node in manifest.nodes.values() {
            let parents: Vec<&str> = node.depends_on.nodes.iter().map(AsRef::as_ref).collect();
            let macros: Vec<&str> = node.depends_on.macros.iter().map(AsRef::as_ref).collect();
            writeln!(out, "{}", node.unique_id).unwrap();
            writeln!(out, "  relation  {}", node.relation().quoted()).unwrap();
            writeln!(out, "  fqn       {}", node.fqn.join(".")).unwrap();
            writeln!(out, "  config    {}", set(node)).unwrap();
            writeln!(out, "  tags      {:?}", node.tags).unwrap();
            writeln!(out, "  needs     {parents:?}").unwrap();
            writeln!(out, "  macros    {macros:?}").unwrap();
        }
        for source in manifest.sources.values() {
            writeln!(out, "{}\n  fqn       {}\n  tags      {:?}", source.unique_id, source.fqn.join("."), source.tags)
                .unwrap();
        }
        for exposure in manifest.exposures.values() {
            writeln!(out, "{}\n  needs     {:?}", exposure.unique_id, exposure.depends_on.nodes).unwrap();
        }
        let disabled = manifest.disabled.keys().chain(manifest.disabled_sources.keys());
        let disabled: Vec<_> = disabled.chain(manifest.disabled_exposures.keys()).collect();
        writeln!(out, "disabled {disabled:?}").unwrap();
        for warning in &warnings {
            writeln!(out, "warning: {warning}").unwrap();
        }
        insta::with_settings!({snapshot_path => "fixtures/projects", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(name(&folder), out);
        });
    }
}

// The fields of a configuration that are not as they are by default.
fn set(node: &gristmill::transform::manifest::Node) -> String {
    let defaults = gristmill::transform::manifest::merge::defaults(node.resource_type);
    let set: serde_json::Map<String, serde_json::Value> = node
        .config
        .iter()
        .filter(|(key, value)| defaults.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    serde_json::Value::Object(set).to_string()
}

#[test]
fn broken_projects_say_what_where_and_what_to_do() {
    for folder in folders("broken") {
        let screen = match parsed(&folder).and_then(|(manifest, _)| Graph::of(&manifest)) {
            Ok(_) => panic!("{} is not refused", folder.display()),
            Err(error) => error.to_string().replace(&*folder.to_string_lossy(), "<project>"),
        };
        assert!(screen.lines().count() <= 16, "more than a screen:\n{screen}");
        insta::with_settings!({snapshot_path => "fixtures/broken", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(name(&folder), screen);
        });
    }
}

/// Each line of a case is `selector => nodes`; `--exclude`, `--indirect` and `--kind` may follow the selector.
#[test]
fn selectors_name_nodes() {
    let text = std::fs::read_to_string(fixtures("select/shop.txt")).unwrap();
    let folder = fixtures("projects/select");
    let project = load(&folder).unwrap();
    let manifest = parse_project(&project, &Silent).unwrap().manifest;
    let graph = Graph::of(&manifest).unwrap();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (selector, expected) = line.split_once("=>").unwrap_or_else(|| panic!("no `=>` in: {line}"));
        let found = match select(&request(selector), &graph, &manifest, &project.config.selectors, &|_| true, &Silent) {
            Ok(found) => {
                let mut names: Vec<&str> =
                    found.iter().map(|id| id.split('.').skip(2).collect::<Vec<_>>()[0]).collect();
                names.sort_unstable();
                names.join(" ")
            }
            Err(error) => format!("error: {}", error.message()),
        };
        assert_eq!(found, expected.trim(), "{selector}");
    }
}

fn request(line: &str) -> Request {
    let mut request = Request::default();
    let mut flag = "--select";
    for word in line.split_whitespace() {
        if word.starts_with("--") {
            flag = word;
            continue;
        }
        match flag {
            "--select" => request.select.push(word.to_owned()),
            "--exclude" => request.exclude.push(word.to_owned()),
            "--selector" => request.selector = Some(word.to_owned()),
            "--indirect" => request.indirect = Indirect::named(word).unwrap(),
            "--kind" => request.resource_types.push(match word {
                "model" => ResourceType::Model,
                "test" => ResourceType::Test,
                _ => panic!("no such kind in this test: {word}"),
            }),
            _ => panic!("no such flag in this test: {flag}"),
        }
    }
    request
}

#[test]
fn a_build_waits_for_tests() {
    let project = load(&fixtures("projects/select")).unwrap();
    let manifest = parse_project(&project, &Silent).unwrap().manifest;
    let graph = Graph::of(&manifest).unwrap();
    let all =
        select(&Request::default(), &graph, &manifest, &[], &|kind| kind != ResourceType::Source, &Silent).unwrap();
    let plan = plan(&graph, &all, true);
    let index = |name: &str| plan.nodes.iter().position(|id| id.contains(name)).unwrap();
    assert!(plan.waits_for[index("model.shop.orders")].contains(&index("unique_stg_orders_id")));
    // A test of two nodes holds back what is below both, and nothing else.
    let both = index("relationships_orders_customer_id");
    assert!(plan.waits_for[index("model.shop.report")].contains(&both));
    assert!(!plan.waits_for[index("model.shop.customers")].contains(&both));
    assert!(plan.nodes.iter().enumerate().all(|(node, _)| plan.waits_for[node].iter().all(|&before| before < node)));
    assert!(plan.weight[index("stg_orders")] > plan.weight[index("model.shop.report")]);
}

#[test]
fn a_state_tells_what_changed() {
    let project = load(&fixtures("projects/select")).unwrap();
    let manifest = parse_project(&project, &Silent).unwrap().manifest;
    let graph = Graph::of(&manifest).unwrap();
    let before = tempfile::tempdir().unwrap();
    let mut document = gristmill::transform::artifacts::manifest::document(&project, &manifest, None);
    document["nodes"]["model.shop.orders"]["raw_code"] = "another".into();
    document["nodes"].as_object_mut().unwrap().remove("model.shop.report");
    std::fs::write(before.path().join("manifest.json"), document.to_string()).unwrap();
    for (selector, expected) in [
        ("state:new", "model.shop.report"),
        ("state:modified", "model.shop.orders model.shop.report"),
        ("state:modified.configs", "model.shop.report"),
        ("state:modified,state:old", "model.shop.orders"),
    ] {
        let request = Request {
            select: vec![selector.to_owned()],
            indirect: Indirect::Empty,
            state: Some(before.path().to_owned()),
            ..Request::default()
        };
        let mut found = select(&request, &graph, &manifest, &[], &|_| true, &Silent).unwrap();
        found.sort_unstable();
        assert_eq!(found.join(" "), expected, "{selector}");
    }
    let request = Request { select: vec!["state:new".to_owned()], ..Request::default() };
    let error = select(&request, &graph, &manifest, &[], &|_| true, &Silent).unwrap_err();
    assert!(error.hint_text().unwrap().contains("--state"), "{error}");
}
