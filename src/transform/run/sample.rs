//! Small manifests and an engine that only listens, for the tests of this room.

use std::sync::{Arc, Mutex};

use arrow::array::RecordBatchReader;
use arrow::datatypes::{Schema, SchemaRef};

use crate::engine::{Engine, Interrupt, Rows, Session};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::SourceFile;
use crate::transform::manifest::{DependsOn, Manifest, Node, ResourceType, TestInfo, UniqueId};

pub(crate) fn manifest(nodes: &[(&str, &[&str])]) -> Manifest {
    let mut manifest = Manifest { project_name: "p".to_owned(), ..Manifest::default() };
    for (id, parents) in nodes {
        let node = node(id, parents);
        manifest.nodes.insert(node.unique_id.clone(), node);
    }
    manifest
}

pub(crate) fn node(id: &str, parents: &[&str]) -> Node {
    let mut parts = id.split('.');
    let resource_type = match parts.next() {
        Some("test") => ResourceType::Test,
        Some("seed") => ResourceType::Seed,
        _ => ResourceType::Model,
    };
    let name = id.rsplit('.').next().unwrap_or_default().to_owned();
    let path = format!("models/{name}.sql");
    Node {
        unique_id: Arc::from(id),
        resource_type,
        name: name.clone(),
        package_name: "p".to_owned(),
        path: format!("{name}.sql").into(),
        original_file_path: path.clone().into(),
        root_path: ".".into(),
        fqn: vec!["p".to_owned(), name.clone()],
        alias: name,
        database: "db".to_owned(),
        schema: "main".to_owned(),
        quoted: [true; 3],
        language: "sql".to_owned(),
        raw_code: Arc::from("select 1"),
        file: SourceFile::new(path, "select 1"),
        checksum: String::new(),
        config: serde_json::Map::new(),
        unrendered_config: serde_json::Map::new(),
        tags: Vec::new(),
        description: String::new(),
        columns: indexmap::IndexMap::new(),
        meta: serde_json::json!({}),
        docs: serde_json::json!({}),
        group: None,
        patch_path: None,
        refs: Vec::new(),
        sources: Vec::new(),
        depends_on: DependsOn { nodes: parents.iter().map(|id| UniqueId::from(*id)).collect(), macros: Vec::new() },
        test: (resource_type == ResourceType::Test).then(TestInfo::default),
        created_at: 0.0,
        extra_ctes: Vec::new(),
        template: None,
        extra: serde_json::Map::new(),
    }
}

/// Notes every statement; fails those that hold `failing`.
#[derive(Clone, Default)]
pub(crate) struct Listening {
    pub(crate) heard: Arc<Mutex<Vec<String>>>,
    pub(crate) failing: Option<&'static str>,
}

impl Listening {
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn hear(&self, sql: &str) -> Result<()> {
        self.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(sql.to_owned());
        match self.failing {
            Some(text) if sql.contains(text) => Err(Error::new(Kind::Database, "refused")),
            _ => Ok(()),
        }
    }
}

impl Engine for Listening {
    fn session(&self) -> Result<Box<dyn Session>> {
        Ok(Box::new(self.clone()))
    }

    fn location(&self) -> String {
        ":memory:".to_owned()
    }
}

impl Session for Listening {
    fn execute(&mut self, sql: &str) -> Result<Option<u64>> {
        self.hear(sql).map(|()| None)
    }

    fn query(&mut self, sql: &str) -> Result<Rows> {
        self.hear(sql)?;
        Ok(Rows { schema: SchemaRef::new(Schema::empty()), batches: Vec::new() })
    }

    fn ingest(&mut self, _: &str, _: Box<dyn RecordBatchReader + Send>, sql: &str) -> Result<Option<u64>> {
        self.hear(sql).map(|()| None)
    }

    fn interrupter(&self) -> Arc<dyn Interrupt> {
        struct Nothing;
        impl Interrupt for Nothing {
            fn interrupt(&self) {}
        }
        Arc::new(Nothing)
    }
}
