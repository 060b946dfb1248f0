//! What every template can name, whatever kind of file it stands in.

use std::sync::Arc;

use super::context::Invocation;
use super::profile::Profile;
use crate::transform::jinja::{Scope, Value};

pub struct YamlScope {
    invocation: Arc<Invocation>,
    secrets: bool,
}

impl YamlScope {
    pub fn new(invocation: Arc<Invocation>, _project: Option<&str>, _profile: Option<&Profile>) -> Self {
        Self { invocation, secrets: false }
    }

    #[must_use]
    pub fn with_secrets(mut self) -> Self {
        self.secrets = true;
        self
    }
}

impl Scope for YamlScope {
    fn lookup(&self, _name: &str) -> Option<Value> {
        let _ = &self.invocation;
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}
