//! What a profile wants done with a database once it is open.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::engine::dialect::{literal, quote};
use crate::engine::{Engine, Session};
use crate::error::Result;
use crate::transform::project::Profile;

/// DuckDB's settings for opening the file: `config_options` of the target.
pub fn open_settings(profile: &Profile) -> Vec<(String, String)> {
    let options = profile.options.get("config_options").and_then(Json::as_object);
    options.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// The engine with extensions loaded, secrets made and databases attached; each session gets the target's `settings`.
pub fn prepared(engine: Arc<dyn Engine>, profile: &Profile) -> Result<Arc<dyn Engine>> {
    let once = once(profile);
    if !once.is_empty() {
        let mut session = engine.session()?;
        for statement in once {
            session.execute(&statement)?;
        }
    }
    let settings = profile.options.get("settings").and_then(Json::as_object);
    let each: Vec<String> =
        settings.into_iter().flatten().map(|(name, value)| format!("set {name} = {}", literal(&text(value)))).collect();
    if each.is_empty() { Ok(engine) } else { Ok(Arc::new(Prepared { engine, each })) }
}

fn once(profile: &Profile) -> Vec<String> {
    let list = |key: &str| profile.options.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let mut statements = Vec::new();
    for extension in list("extensions") {
        let name = extension.get("name").map_or_else(|| text(&extension), text);
        match extension.get("repo").map(text) {
            Some(repository) => statements.push(format!("install {name} from {repository}")),
            None => statements.push(format!("install {name}")),
        }
        statements.push(format!("load {name}"));
    }
    for secret in list("secrets") {
        statements.extend(secret.as_object().map(create_secret));
    }
    for attached in list("attach") {
        statements.extend(attach(&attached));
    }
    statements
}

fn create_secret(secret: &serde_json::Map<String, Json>) -> String {
    let name = secret.get("name").map(text).unwrap_or_default();
    let entries: Vec<String> =
        secret
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "name" | "persistent"))
            .map(|(key, value)| {
                if key == "type" { format!("type {}", text(value)) } else { format!("{key} {}", literal(&text(value))) }
            })
            .collect();
    format!("create or replace secret {} ({})", if name.is_empty() { name } else { quote(&name) }, entries.join(", "))
}

fn attach(attached: &Json) -> Option<String> {
    let path = attached.get("path").map(text)?;
    let alias = attached.get("alias").map(|alias| format!(" as {}", quote(&text(alias)))).unwrap_or_default();
    let mut options = Vec::new();
    if let Some(kind) = attached.get("type").map(text) {
        options.push(format!("type {kind}"));
    }
    if attached.get("read_only").and_then(Json::as_bool) == Some(true) {
        options.push("read_only".to_owned());
    }
    for (name, value) in attached.get("options").and_then(Json::as_object).into_iter().flatten() {
        options.push(format!("{name} {}", literal(&text(value))));
    }
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(", ")) };
    Some(format!("attach if not exists {}{alias}{options}", literal(&path)))
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

struct Prepared {
    engine: Arc<dyn Engine>,
    each: Vec<String>,
}

impl Engine for Prepared {
    fn session(&self) -> Result<Box<dyn Session>> {
        let mut session = self.engine.session()?;
        for statement in &self.each {
            session.execute(statement)?;
        }
        Ok(session)
    }

    fn location(&self) -> String {
        self.engine.location()
    }
}
