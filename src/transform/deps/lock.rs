//! `package-lock.yml`: which versions were decided on, and for which `packages.yml`. Byte for byte as dbt writes it.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use sha1::{Digest, Sha1};

use super::package::Package;
use super::spec::{self, Spec};
use super::{Deps, Path};
use crate::error::{Error, Result};
use crate::transform::jinja::Value;
use crate::transform::jinja::json::{Layout, dumps};
use crate::transform::project::{read_text, yaml};

pub(super) const FILE_NAME: &str = "package-lock.yml";
const HASH: &str = "sha1_hash";

/// Whether there is a lock file for just these packages.
pub(super) fn is_of(root: &Path, wanted: &[Spec]) -> Result<bool> {
    let path = root.join(FILE_NAME);
    if !path.is_file() {
        return Ok(false);
    }
    let document = yaml::parse(FILE_NAME, read_text(&path, Path::new(FILE_NAME))?)?;
    Ok(document.root.given(HASH).and_then(yaml::Yaml::as_str) == Some(hash(wanted)?.as_str()))
}

/// Writes what was decided.
pub(super) fn write(deps: &Deps<'_>, wanted: &[Spec], resolved: &[Package]) -> Result<()> {
    let packages: Vec<Json> = resolved.iter().map(|package| package.pinned.locked(&package.name)).collect();
    let text = yaml::write_indented(&json!({"packages": packages, HASH: hash(wanted)?}));
    let path = deps.root.join(FILE_NAME);
    std::fs::write(&path, text).map_err(|error| Error::io(&path, &error))?;
    deps.info(format!("Updated {FILE_NAME}"));
    Ok(())
}

/// The packages that the lock file names.
pub(super) fn read(deps: &Deps<'_>) -> Result<Vec<Spec>> {
    let document = yaml::parse(FILE_NAME, read_text(&deps.root.join(FILE_NAME), Path::new(FILE_NAME))?)?;
    spec::of_document(&document, &deps.scope)
}

// The entries as JSON texts with sorted keys, sorted, as dbt hashes them.
fn hash(wanted: &[Spec]) -> Result<String> {
    let layout = Layout { sort_keys: true, ..Layout::default() };
    let mut texts =
        wanted.iter().map(|spec| dumps(&Value::from_json(&spec.stored), layout)).collect::<Result<Vec<String>>>()?;
    texts.sort();
    Ok(Sha1::digest(texts.join("\n")).iter().fold(String::with_capacity(40), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::transform::project::{Environment, Invocation};

    #[test]
    fn the_hash_is_dbts() {
        let text = "packages:\n  - local: ../x\n  - {local: ../y, name: y}\n  - git: \"https://e.com/a.git\"\n    revision: 1.0\n    warn-unpinned: false\n    subdirectory: s\n  - git: \"https://e.com/b.git\"\n  - package: dbt-labs/dbt_utils\n    version: [\">=1.0.0\", \"<2.0.0\"]\n  - package: dbt-labs/dbt_y\n    version: 1.3.0\n    install_prerelease: true\n  - tarball: http://x/\u{e9}.tgz\n    name: z\n";
        let document = yaml::parse("packages.yml", text).unwrap();
        let invocation = Invocation::new(Environment::of([]), serde_json::Map::new(), serde_json::Map::new());
        let specs = spec::of_document(&document, &spec::Renderer::new(Arc::new(invocation))).unwrap();
        // What dbt-core 1.11.16 writes for the same file.
        assert_eq!(hash(&specs).unwrap(), "e1f60262f652a718c12d51cbf3f3099aa7a88877");
    }
}
