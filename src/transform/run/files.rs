//! Files under the target folder. A reader sees the old file or the new one, never half of one.

use std::path::Path;

use crate::error::Result;
use crate::transform::project::replace::replace;

/// Writes `text` to `path` under `folder`, making folders as needed. A file that holds the text already is left alone.
pub fn write(folder: &Path, path: &Path, text: &str) -> Result<()> {
    let file = folder.join(path);
    if std::fs::read(&file).is_ok_and(|known| known == text.as_bytes()) {
        return Ok(());
    }
    replace(&file, text.as_bytes())
}
