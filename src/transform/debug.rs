//! `debug`: what a project is read from, what it connects to, and whether each step works, one line each.

use std::process::Command as Process;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::jinja::Value;
use super::project::context::DBT_VERSION;
use super::project::profile::SHOWN;
use super::project::{Profile, Project, ProjectOptions, load_in_parts, profile};
use super::{ADAPTER_VERSION, Debug, Host, Outcome};
use crate::error::{Error, Kind, Result};
use crate::event::Event;

/// Looks at everything that a run would need. What does not work is counted in the outcome.
pub(super) fn run(options: &ProjectOptions, ask: Debug, host: &Host, outcome: &mut Outcome) -> Result<()> {
    let tell = |message: String| host.sink.tell(Event::Info { message });
    if ask.config_dir {
        let folder = profile::folder(options)?;
        tell(format!("To view your profiles.yml file, run:\n\n{} {}", opener(), folder.display()));
        return Ok(());
    }
    tell(format!("gristmill version: {}", env!("CARGO_PKG_VERSION")));
    tell(format!("dbt version: {DBT_VERSION}"));
    tell(format!("os info: {}-{}", std::env::consts::OS, std::env::consts::ARCH));
    let (profile, project) = load_in_parts(options, &*host.sink);
    if let Ok(folder) = profile::folder(options) {
        tell(format!("Using profiles dir at {}", folder.display()));
        tell(format!("Using profiles.yml file at {}", folder.join("profiles.yml").display()));
    }
    if let Ok(project) = &project {
        tell(format!("Using dbt_project.yml file at {}", project.root.join("dbt_project.yml").display()));
    }
    tell("adapter type: duckdb".to_owned());
    tell(format!("adapter version: {ADAPTER_VERSION}"));
    let mut failed: Vec<Error> = Vec::new();
    let mut state = |ended: std::result::Result<(), &Error>, well: &str| match ended {
        Ok(()) => format!("[OK {well}]"),
        Err(error) => {
            // What stops both is told once.
            if !failed.iter().any(|known| known.message() == error.message()) {
                failed.push(error.clone());
            }
            let is_absent = error.message().starts_with("there is no `") && error.message().contains(".yml`");
            format!("[ERROR {}]", if is_absent { "not found" } else { "invalid" })
        }
    };
    let mut of_profile = state(profile.as_ref().map(drop), "found and valid");
    let mut of_project = state(project.as_ref().map(drop), "found and valid");
    // The one cannot be read without the other.
    if let (Err(of_one), Err(of_other)) = (&profile, &project)
        && of_one.message() == of_other.message()
    {
        let skipped = if of_one.kind() == Kind::Profile { &mut of_project } else { &mut of_profile };
        "[skipped]".clone_into(skipped);
    }
    if ask.connection {
        tell("Skipping steps before connection verification".to_owned());
    } else {
        tell("Configuration:".to_owned());
        tell(format!("  profiles.yml file {of_profile}"));
        tell(format!("  dbt_project.yml file {of_project}"));
        tell("Required dependencies:".to_owned());
        let git = Process::new("git").arg("--version").output().is_ok_and(|ended| ended.status.success());
        // Only packages in git repositories need it.
        tell(format!(" - git [{}]\n", if git { "OK found" } else { "not found: packages from git cannot be fetched" }));
    }
    match (&profile, &project) {
        (Ok(profile), Ok(project)) => {
            tell("Connection:".to_owned());
            connection(profile).into_iter().for_each(&tell);
            host.sink.tell(Event::Adapter { name: "duckdb", version: ADAPTER_VERSION });
            let connected = connect(host, project);
            let told = state(connected.as_ref().map(drop), "connection ok");
            tell(format!("  Connection test: {}\n", if connected.is_ok() { told.as_str() } else { "[ERROR]" }));
        }
        (_, _) => tell("Connection test skipped since the project could not be read".to_owned()),
    }
    outcome.project = project.ok();
    outcome.findings = failed.len();
    if failed.is_empty() {
        tell("All checks passed!".to_owned());
        return Ok(());
    }
    tell(format!("{} check{} failed:", failed.len(), if failed.len() == 1 { "" } else { "s" }));
    for error in &failed {
        tell(format!("{error}\n"));
    }
    Ok(())
}

fn connect(host: &Host, project: &Arc<Project>) -> Result<()> {
    // The engine owns the connection: it has to outlive its session.
    let engine = (host.open)(project)?;
    let mut session = engine.session()?;
    session.query("select 1").map(drop)
}

// As dbt prints it, but for what may be a credential.
fn connection(profile: &Profile) -> Vec<String> {
    let target = profile.target();
    let line = |key: &str| {
        let value = masked(key, target.get(key).unwrap_or(&Json::Null));
        let value = Value::from_json(&value);
        format!("  {key}: {value}")
    };
    ["database", "schema", "path"].into_iter().chain(SHOWN).map(line).collect()
}

fn masked(key: &str, value: &Json) -> Json {
    let key = key.to_lowercase();
    let is_secret =
        ["secret", "token", "password", "passwd", "key", "credential", "auth"].iter().any(|word| key.contains(word));
    match value {
        Json::Object(entries) => {
            let entries = entries.iter().map(|(name, value)| (name.clone(), masked(name, value)));
            Json::Object(entries.collect::<Map<String, Json>>())
        }
        Json::Array(items) => items.iter().map(|item| masked(&key, item)).collect(),
        Json::String(text) if is_secret && key != "use_credential_provider" && !text.is_empty() => Json::from("***"),
        Json::Number(_) if is_secret => Json::from("***"),
        Json::String(text) => Json::from(without_password(text)),
        Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
    }
}

// `postgres:host=... password=...` and `scheme://user:password@host` are paths of attached databases.
fn without_password(text: &str) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| match word.split_once('=') {
            Some((name, _)) if name.to_lowercase().ends_with("password") => format!("{name}=***"),
            _ => word.to_owned(),
        })
        .collect();
    let text = words.join(" ");
    let Some((scheme, rest)) = text.split_once("://") else { return text };
    match rest.split_once('@') {
        Some((user, host)) if !user.contains('/') => {
            format!("{scheme}://{}:***@{host}", user.split(':').next().unwrap_or_default())
        }
        _ => text,
    }
}

// How people open a folder.
fn opener() -> &'static str {
    match std::env::consts::OS {
        "macos" => "open",
        "windows" => "start",
        _ => "xdg-open",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_secret_is_shown() {
        let shown = masked("settings", &json!({"s3_secret_access_key": "x", "threads": 2, "motherduck_token": "y"}));
        assert_eq!(shown, json!({"s3_secret_access_key": "***", "threads": 2, "motherduck_token": "***"}));
        let shown =
            masked("attach", &json!([{"path": "postgres:host=h password=p", "secret": "s"}, {"path": "pg://u:p@h/d"}]));
        assert_eq!(
            shown,
            json!([{"path": "postgres:host=h password=***", "secret": "***"}, {"path": "pg://u:***@h/d"}])
        );
    }
}
