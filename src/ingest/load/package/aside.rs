//! Packages that can never load, kept by name with the reason, out of the way of those behind them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::error::{Error, Kind, Result};

/// The folder beside the packages that wait.
pub const FAILED: &str = "failed";
const REASON: &str = "error.json";

/// What DuckDB says first when it refuses the statement or a value for good; anything else may be mended by waiting.
const REFUSALS: [&str; 11] = [
    "Binder Error",
    "Catalog Error",
    "Constraint Error",
    "Conversion Error",
    "Decimal Error",
    "Invalid Error",
    "Invalid Input Error",
    "Invalid Type Error",
    "Mismatch Type Error",
    "Out of Range Error",
    "Parser Error",
];

/// Whether loading the package again would end the same way: the data or the schema is refused, not the moment.
pub fn can_never_load(error: &Error) -> bool {
    match error.kind() {
        Kind::Data | Kind::Contract | Kind::Config | Kind::Usage | Kind::Internal => true,
        Kind::Database => {
            // A database that is open for reading only is opened otherwise the next time.
            let is_refused = REFUSALS.iter().any(|refusal| error.message().starts_with(refusal));
            is_refused && !error.message().contains("read-only mode")
        }
        Kind::Profile
        | Kind::Project
        | Kind::FileNotFound
        | Kind::JinjaSyntax
        | Kind::Compilation
        | Kind::RefNotFound
        | Kind::SourceNotFound
        | Kind::Cycle
        | Kind::Selection
        | Kind::DatabaseLocked
        | Kind::Io
        | Kind::Interrupted
        | Kind::Budget
        | Kind::UserCode => false,
    }
}

/// Moves the package to `failed/<its name>`, with `error.json` that says why. The reason is written first, so that a package
/// that stands aside always has one.
pub fn set_aside(package: &Path, error: &Error) -> Result<PathBuf> {
    let reason = json!({
        "kind": error.kind().slug(),
        "message": error.message(),
        "hint": error.hint_text(),
        "set_aside_at": chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    });
    let file = package.join(REASON);
    fs::write(&file, format!("{reason:#}\n")).map_err(|error| Error::io(&file, &error))?;
    let folder = package.with_file_name(FAILED);
    fs::create_dir_all(&folder).map_err(|error| Error::io(&folder, &error))?;
    let target = folder.join(package.file_name().unwrap_or_default());
    fs::rename(package, &target).map_err(|error| Error::io(&target, &error))?;
    Ok(target)
}
