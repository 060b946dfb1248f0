//! One file in place of another. A reader sees the old file or the new one, never half of one.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Writes a file beside its place and moves it there, making folders as needed.
pub(in crate::transform) fn replace(file: &Path, bytes: &[u8]) -> Result<()> {
    let parent = file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(parent).map_err(|error| Error::io(parent, &error))?;
    // A name of its own, so that runs side by side do not write into one file.
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let beside = parent.join(format!(
        ".{}.{}.{number}",
        file.file_name().unwrap_or_default().to_string_lossy(),
        std::process::id()
    ));
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, file));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        Error::io(file, &error)
    })
}
