//! `secrets` of a profile: DuckDB's `create secret`, and nothing of what they hold in any message.

use serde_json::{Map, Value as Json, json};

use super::connect::text;
use crate::engine::dialect::literal;
use crate::error::{Error, Kind, Result};

/// The statements that make the secrets of a target, the one of `use_credential_provider` among them.
pub(super) fn statements(options: &Map<String, Json>) -> Result<Vec<String>> {
    let mut secrets = options.get("secrets").and_then(Json::as_array).cloned().unwrap_or_default();
    match options.get("use_credential_provider") {
        None | Some(Json::Null) => {}
        Some(Json::String(provider)) if provider == "aws" => {
            secrets.push(json!({"type": "s3", "provider": "credential_chain"}));
        }
        Some(other) => {
            return Err(Error::new(Kind::Profile, format!("`use_credential_provider` knows no `{}`", text(other)))
                .hint("write `aws`, or list the secret under `secrets:`"));
        }
    }
    let described = secrets.iter().enumerate().filter_map(|(at, secret)| Some((at, secret.as_object()?)));
    Ok(described.map(|(at, secret)| statement(secret, at)).collect())
}

fn statement(secret: &Map<String, Json>, at: usize) -> String {
    let name =
        secret.get("name").filter(|name| !name.is_null()).map_or_else(|| format!("_dbt_secret_{}", at + 1), text);
    let persistent = if secret.get("persistent") == Some(&Json::Bool(true)) { "persistent " } else { "" };
    let mut entries = Vec::with_capacity(secret.len());
    // The kind of a secret decides what else it may hold, so DuckDB wants it first.
    let kind = secret.iter().filter(|(key, _)| *key == "type");
    let others = secret.iter().filter(|(key, _)| !matches!(key.as_str(), "name" | "persistent" | "type" | "scope"));
    for (key, value) in kind.chain(others).filter(|(_, value)| !value.is_null()) {
        entries.push(entry(key, value));
    }
    match secret.get("scope") {
        Some(Json::Array(scopes)) => {
            entries.extend(scopes.iter().map(|scope| format!("scope {}", literal(&text(scope)))));
        }
        Some(Json::String(scope)) => entries.push(format!("scope {}", literal(scope))),
        None | Some(_) => {}
    }
    format!("create or replace {persistent}secret {name} ({})", entries.join(", "))
}

fn entry(key: &str, value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let entries: Vec<String> =
                map.iter().map(|(name, value)| format!("{}: {}", literal(name), literal(&text(value)))).collect();
            format!("{key} map {{{}}}", entries.join(", "))
        }
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| literal(&text(item))).collect();
            format!("{key} array [{}]", items.join(", "))
        }
        plain if matches!(key, "type" | "provider" | "extra_http_headers") => format!("{key} {}", text(plain)),
        plain => format!("{key} {}", literal(&text(plain))),
    }
}

/// What DuckDB said about the statement of a secret, without the statement and without any of its values.
pub(super) fn refused(statement: &str, error: &Error) -> Error {
    let name = statement.split(" secret ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let mut said = error.message().to_owned();
    for value in values(statement) {
        said = said.replace(&value, "***");
    }
    Error::new(error.kind(), format!("the secret `{name}` of the profile was not made: {said}"))
        .hint("compare its keys with those that DuckDB's `create secret` takes for its `type`")
}

// Everything between quotes, the longest first, as one value may be a part of another.
fn values(statement: &str) -> Vec<String> {
    let mut values: Vec<String> =
        statement.split('\'').skip(1).step_by(2).filter(|value| value.len() > 2).map(str::to_owned).collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(secrets: Json) -> Vec<String> {
        statements(&Map::from_iter([("secrets".to_owned(), secrets)])).unwrap()
    }

    #[test]
    fn every_kind_of_value_has_its_form() {
        let made = of(json!([
            {"key_id": "A'B", "type": "s3", "provider": "config", "persistent": false, "region": null},
            {"name": "web", "type": "http", "persistent": true, "extra_http_headers": {"X-A": "b"}, "scope": ["s3://a", "s3://b"]},
        ]));
        assert_eq!(made[0], "create or replace secret _dbt_secret_1 (type s3, key_id 'A''B', provider config)");
        assert_eq!(
            made[1],
            "create or replace persistent secret web (type http, extra_http_headers map {'X-A': 'b'}, scope 's3://a', scope 's3://b')"
        );
    }

    #[test]
    fn the_chain_of_credentials_is_a_secret() {
        let asked = |provider: &str| Map::from_iter([("use_credential_provider".to_owned(), json!(provider))]);
        assert_eq!(
            statements(&asked("aws")).unwrap(),
            ["create or replace secret _dbt_secret_1 (type s3, provider credential_chain)"]
        );
        assert!(statements(&asked("gcp")).is_err());
    }

    #[test]
    fn no_value_is_told() {
        let statement = &of(json!([{"type": "s3", "key_id": "hunter2", "secret": "hunter2-long"}]))[0];
        let error = Error::new(Kind::Database, "Binder Error: bad value hunter2-long and hunter2");
        let told = refused(statement, &error).to_string();
        assert!(!told.contains("hunter"), "{told}");
        assert!(told.contains("`_dbt_secret_1`"), "{told}");
    }
}
