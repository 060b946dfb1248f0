//! Files under the target folder. A reader sees the old file or the new one, never half of one.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Writes `text` to `path` under `folder`, making folders as needed. A file that holds the text already is left alone.
pub fn write(folder: &Path, path: &Path, text: &str) -> Result<()> {
    let file = folder.join(path);
    if std::fs::read(&file).is_ok_and(|known| known == text.as_bytes()) {
        return Ok(());
    }
    let parent = file.parent().unwrap_or(folder);
    std::fs::create_dir_all(parent).map_err(|error| Error::io(parent, &error))?;
    // A name of its own, so that runs side by side do not write into one file.
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let beside = parent.join(format!(
        ".{}.{}.{number}",
        file.file_name().unwrap_or_default().to_string_lossy(),
        std::process::id()
    ));
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, &file));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        Error::io(&file, &error)
    })
}
