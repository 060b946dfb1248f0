//! What a project holds once it is parsed: nodes and how they hang together.
//!
//! These are our own types; dbt's published JSON shapes are written from them in `transform/artifacts`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::engine::catalog::Relation;
use crate::error::Place;
use crate::transform::jinja::{LazyTemplate, SourceFile};

mod assemble;
pub mod cache;
mod checks;
pub mod column;
mod configure;
pub mod constraint;
pub mod contract;
mod docs;
mod exposures;
mod files;
mod functions;
mod generic;
pub mod inline;
pub mod lifetimes;
mod literal;
mod macros;
pub mod merge;
pub mod microbatch;
pub mod namespace;
mod naming;
mod nodes;
mod overrides;
mod parallel;
pub mod parse;
pub mod parse_adapter;
pub mod placeholder;
mod properties_file;
mod python;
pub mod recorder;
pub mod resolve;
mod semantics;
mod snapshot_config;
mod source_checks;
mod sources;
mod time_spine;
mod unit_test_text;
mod unit_tests;
pub mod validation;

pub use checks::place_of_setting;
pub use namespace::{BUILTIN_PACKAGE, DISPATCH_PREFIXES, Macros};
use parse::Parsing;
pub use parse::{ParsedProject, parse_project};
pub use time_spine::LEGACY_TIME_SPINE;

/// `model.amazon.stg_products`
pub type UniqueId = Arc<str>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResourceType {
    Model,
    Seed,
    Snapshot,
    Test,
    Analysis,
    Operation,
    Source,
    Exposure,
    UnitTest,
    SqlOperation,
    /// A function of the database that the project defines.
    Function,
    Metric,
    SemanticModel,
    SavedQuery,
}

impl ResourceType {
    /// dbt's word, as in unique ids and `--resource-type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Seed => "seed",
            Self::Snapshot => "snapshot",
            Self::Test => "test",
            Self::Analysis => "analysis",
            Self::Operation => "operation",
            Self::Source => "source",
            Self::Exposure => "exposure",
            Self::UnitTest => "unit_test",
            Self::SqlOperation => "sql_operation",
            Self::Function => "function",
            Self::Metric => "metric",
            Self::SemanticModel => "semantic_model",
            Self::SavedQuery => "saved_query",
        }
    }
}

/// Everything that a project defines, resolved: every `ref` has become an edge.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    pub project_name: String,
    /// A name is looked for in the package that says it before the root project, as `flags:` may ask for.
    pub own_package_first: bool,
    /// Models, seeds, tests, snapshots, analyses, operations (hooks), by unique id, in dbt's parse order.
    pub nodes: IndexMap<UniqueId, Node>,
    pub sources: IndexMap<UniqueId, Source>,
    pub exposures: IndexMap<UniqueId, Exposure>,
    pub macros: IndexMap<UniqueId, MacroEntry>,
    pub docs: IndexMap<UniqueId, Doc>,
    /// Nodes with `enabled: false`, by unique id.
    pub disabled: IndexMap<UniqueId, Vec<Node>>,
    pub disabled_sources: IndexMap<UniqueId, Vec<Source>>,
    pub disabled_exposures: IndexMap<UniqueId, Vec<Exposure>>,
    /// Groups as written, by unique id.
    pub groups: IndexMap<UniqueId, Json>,
    pub selectors: Json,
    /// Unit tests, by unique id. They stand apart from the nodes: nothing may depend on one.
    pub unit_tests: IndexMap<UniqueId, UnitTest>,
    pub disabled_unit_tests: IndexMap<UniqueId, Vec<Json>>,
    /// Metrics, semantic models and saved queries as they are written, by unique id.
    pub metrics: IndexMap<UniqueId, Json>,
    pub semantic_models: IndexMap<UniqueId, Json>,
    pub saved_queries: IndexMap<UniqueId, Json>,
}

#[derive(Clone, Debug)]
pub struct Node {
    pub unique_id: UniqueId,
    pub resource_type: ResourceType,
    pub name: String,
    pub package_name: String,
    /// Relative to the first of the paths it was found under: `staging/stg_products.sql`.
    pub path: PathBuf,
    /// Relative to the project: `models/staging/stg_products.sql`.
    pub original_file_path: PathBuf,
    pub root_path: PathBuf,
    pub fqn: Vec<String>,
    pub alias: String,
    pub database: String,
    pub schema: String,
    /// Whether database, schema and identifier are quoted, as `quoting` of the root project says.
    pub quoted: [bool; 3],
    /// `sql` or `python`.
    pub language: String,
    pub raw_code: Arc<str>,
    /// The file whose spans the parsed template carries.
    pub file: Arc<SourceFile>,
    /// sha256 of the contents, as dbt writes it.
    pub checksum: String,
    /// The merged config, with dbt's defaults: `materialized`, `enabled`, `tags`, `pre-hook`, ...
    pub config: serde_json::Map<String, Json>,
    /// What was written in files, before rendering.
    pub unrendered_config: serde_json::Map<String, Json>,
    pub tags: Vec<String>,
    pub description: String,
    pub columns: IndexMap<String, Column>,
    pub meta: Json,
    pub docs: Json,
    pub group: Option<String>,
    /// `dbt_project://models/staging/schema.yml`-like: `<package>://<path>`.
    pub patch_path: Option<String>,
    /// What the code asks for, in the order of appearance.
    pub refs: Vec<Ref>,
    pub sources: Vec<(String, String)>,
    pub depends_on: DependsOn,
    pub test: Option<TestInfo>,
    pub created_at: f64,
    pub extra_ctes: Vec<UniqueId>,
    /// The parsed `raw_code`; `None` for what is not a template (seeds, Python models).
    pub template: Option<Arc<LazyTemplate>>,
    /// dbt's other fields of this node, as the manifest shows them: `access`, `version`, `latest_version`,
    /// `constraints`, `contract`, `deprecation_date`, `index`, ...
    pub extra: serde_json::Map<String, Json>,
}

/// What a model makes of given rows.
#[derive(Clone, Debug)]
pub struct UnitTest {
    /// The tested model's code and names, under the test's own id, files and config.
    pub node: Node,
    /// dbt's shape of it: `given`, `expect`, `overrides` and the rest.
    pub shape: serde_json::Map<String, Json>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    pub package: Option<String>,
    pub name: String,
    pub version: Option<String>,
    /// The version is written in quotes: `v='2'`.
    pub version_is_text: bool,
    /// Byte range of the call in `Node::file`.
    pub span: std::ops::Range<usize>,
}

#[derive(Clone, Debug, Default)]
pub struct DependsOn {
    pub nodes: Vec<UniqueId>,
    pub macros: Vec<UniqueId>,
}

#[derive(Clone, Debug, Default)]
pub struct Column {
    pub name: String,
    pub description: String,
    pub data_type: Option<String>,
    /// `day`, `month`: of a column of time.
    pub granularity: Option<String>,
    pub tags: Vec<String>,
    pub meta: Json,
    pub quote: Option<bool>,
    pub constraints: Vec<Json>,
    pub config: Json,
    /// The docs blocks that its description shows, by unique id.
    pub doc_blocks: Vec<String>,
    /// What else its entry says, such as `policy_tags`.
    pub extra: serde_json::Map<String, Json>,
}

/// What a data test adds to a node. Singular tests have `metadata: None`.
#[derive(Clone, Debug, Default)]
pub struct TestInfo {
    /// Generic tests: name, namespace and arguments as in dbt's `test_metadata`.
    pub metadata: Option<TestMetadata>,
    pub column_name: Option<String>,
    pub attached_node: Option<UniqueId>,
    pub file_key_name: Option<String>,
    /// Generic tests: where the properties file asks for it; the text of the line is not kept.
    pub written_at: Option<crate::error::Place>,
    /// Generic tests: the macro that narrows their rows. dbt lists it once it has compiled the test.
    pub where_macro: Option<UniqueId>,
}

#[derive(Clone, Debug, Default)]
pub struct TestMetadata {
    pub name: String,
    pub namespace: Option<String>,
    pub kwargs: serde_json::Map<String, Json>,
}

#[derive(Clone, Debug)]
pub struct Source {
    pub unique_id: UniqueId,
    pub source_name: String,
    pub name: String,
    pub identifier: String,
    /// Whether database, schema and identifier are quoted.
    pub quoted: [bool; 3],
    pub package_name: String,
    pub path: PathBuf,
    pub original_file_path: PathBuf,
    pub fqn: Vec<String>,
    pub database: String,
    pub schema: String,
    pub description: String,
    pub source_description: String,
    pub loader: String,
    pub tags: Vec<String>,
    pub meta: Json,
    pub source_meta: Json,
    pub columns: IndexMap<String, Column>,
    pub config: serde_json::Map<String, Json>,
    /// Everything else of dbt's shape that has no field here yet: freshness, quoting, external, ...
    pub extra: serde_json::Map<String, Json>,
    /// Where it is described.
    pub place: crate::error::Place,
    pub created_at: f64,
}

#[derive(Clone, Debug)]
pub struct Exposure {
    pub unique_id: UniqueId,
    pub name: String,
    pub package_name: String,
    pub path: PathBuf,
    pub original_file_path: PathBuf,
    pub fqn: Vec<String>,
    pub depends_on: DependsOn,
    /// dbt's other fields as written: type, owner, maturity, url, ...
    pub extra: serde_json::Map<String, Json>,
    pub created_at: f64,
}

/// A metric, a semantic model or a saved query. Nothing runs them, so they are dbt's JSON from the start.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    pub id: &'a UniqueId,
    pub kind: ResourceType,
    pub shape: &'a Json,
}

impl<'a> Described<'a> {
    /// A text that all of them have: `name`, `package_name`, `original_file_path`.
    pub fn text(self, key: &str) -> &'a str {
        self.shape.get(key).and_then(Json::as_str).unwrap_or_default()
    }

    pub fn texts(self, key: &str) -> Vec<&'a str> {
        let found = self.shape.get(key).and_then(Json::as_array);
        found.into_iter().flatten().filter_map(Json::as_str).collect()
    }

    /// The ids of what it is made of.
    pub fn parents(self) -> Vec<&'a str> {
        let nodes = self.shape.pointer("/depends_on/nodes").and_then(Json::as_array);
        nodes.into_iter().flatten().filter_map(Json::as_str).collect()
    }
}

#[derive(Clone, Debug)]
pub struct MacroEntry {
    pub unique_id: UniqueId,
    pub name: String,
    pub package_name: String,
    pub path: PathBuf,
    pub original_file_path: PathBuf,
    pub macro_sql: Arc<str>,
    pub description: String,
    pub arguments: Json,
    pub meta: Json,
    /// Whether and how the documents show it: `show`, `node_color`.
    pub docs: Json,
    pub patch_path: Option<String>,
    pub supported_languages: Option<Vec<String>>,
    pub depends_on_macros: Vec<UniqueId>,
    /// The callable object that the interpreter runs.
    pub callable: crate::transform::jinja::Value,
    pub created_at: f64,
}

#[derive(Clone, Debug)]
pub struct Doc {
    pub unique_id: UniqueId,
    pub name: String,
    pub package_name: String,
    pub path: PathBuf,
    pub original_file_path: PathBuf,
    pub contents: String,
}

impl Manifest {
    fn described_by_kind(&self) -> [(ResourceType, &IndexMap<UniqueId, Json>); 3] {
        [
            (ResourceType::Metric, &self.metrics),
            (ResourceType::SemanticModel, &self.semantic_models),
            (ResourceType::SavedQuery, &self.saved_queries),
        ]
    }

    /// Metrics, semantic models and saved queries.
    pub fn described(&self) -> impl Iterator<Item = Described<'_>> {
        let kinds = self.described_by_kind().into_iter();
        kinds.flat_map(|(kind, found)| found.iter().map(move |(id, shape)| Described { id, kind, shape }))
    }

    /// The metric, semantic model or saved query of this id.
    pub fn find_described(&self, id: &str) -> Option<Described<'_>> {
        self.described_by_kind()
            .into_iter()
            .find_map(|(kind, found)| found.get_key_value(id).map(|(id, shape)| Described { id, kind, shape }))
    }

    /// What a name that `package` says without a package means: of the root project or of the own package, in the order
    /// of the project's flags.
    pub fn at_home<T>(&self, package: &str, of: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (first, second) =
            if self.own_package_first { (package, &*self.project_name) } else { (&*self.project_name, package) };
        of(first).or_else(|| of(second))
    }

    /// A node or a unit test.
    pub fn find(&self, id: &str) -> Option<&Node> {
        self.nodes.get(id).or_else(|| self.unit_tests.get(id).map(|test| &test.node))
    }
}

impl Node {
    /// Where it is written: the line of a properties file that asks for it, else its file.
    pub fn written_at(&self) -> Place {
        let asked_for = self.test.as_ref().and_then(|test| test.written_at.clone());
        asked_for.or_else(|| self.file.made_of.clone()).unwrap_or_else(|| Place::file(&self.original_file_path))
    }

    pub fn config_str(&self, key: &str) -> Option<&str> {
        self.config.get(key).and_then(Json::as_str)
    }

    pub fn config_bool(&self, key: &str) -> Option<bool> {
        self.config.get(key).and_then(Json::as_bool)
    }

    pub fn materialized(&self) -> &str {
        self.config_str("materialized").unwrap_or("view")
    }

    /// Its file has no text. dbt leaves such nodes out of what runs; a seed without rows is not one.
    pub fn is_empty(&self) -> bool {
        self.resource_type != ResourceType::Seed && self.raw_code.trim().is_empty()
    }

    pub fn is_ephemeral(&self) -> bool {
        self.resource_type == ResourceType::Model && self.materialized() == "ephemeral"
    }

    pub fn relation(&self) -> Relation {
        Relation::new(&self.database, &self.schema, &self.alias)
    }

    /// Its relation as SQL, quoted as the project wants it: what `ref` gives.
    pub fn relation_name(&self) -> String {
        self.relation().named(self.quoted)
    }
}

/// Children of each node, by unique id, over nodes, sources and exposures.
pub fn children(manifest: &Manifest) -> BTreeMap<UniqueId, Vec<UniqueId>> {
    let mut map: BTreeMap<UniqueId, Vec<UniqueId>> = BTreeMap::new();
    let edges = manifest
        .nodes
        .values()
        .map(|node| (&node.unique_id, &node.depends_on.nodes))
        .chain(manifest.exposures.values().map(|exposure| (&exposure.unique_id, &exposure.depends_on.nodes)));
    for (child, parents) in edges {
        for parent in parents {
            map.entry(parent.clone()).or_default().push(child.clone());
        }
    }
    map
}
