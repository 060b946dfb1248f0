//! `dbt.log`, where each command goes on writing, and what happens when it has grown too large.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::report::{Format, Line};
use crate::error::{Error, Result};

/// Opens `dbt.log` in `folder` and gives what writes lines into it. A file that would be larger than `bytes_max` makes
/// room: it becomes `dbt.log.1`, up to five of them. 0 lets it grow.
pub(super) fn open(folder: &Path, format: Format, bytes_max: u64, invocation_id: &str) -> Result<Line> {
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, &error))?;
    let path = folder.join("dbt.log");
    let mut log = append(&path).map_err(|error| Error::io(&path, &error))?;
    if format != Format::Json {
        let time = chrono::Local::now().format("%H:%M:%S%.6f");
        let line = "=".repeat(30);
        let _ = write!(log, "\n\n{line} {time} | {invocation_id} {line}\n");
    }
    let mut size = log.metadata().map_or(0, |about| about.len());
    Ok(Box::new(move |line| {
        size += line.len() as u64 + 1;
        if bytes_max > 0 && size > bytes_max {
            if let Ok(fresh) = rotate(&path) {
                log = fresh;
            }
            size = line.len() as u64 + 1;
        }
        // One write for a line, so that commands side by side do not mix theirs. A full disk must not end a run that only
        // wanted to tell of itself.
        let _ = log.write_all(format!("{line}\n").as_bytes());
    }))
}

fn append(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

const KEPT: usize = 5;

fn rotate(path: &Path) -> std::io::Result<File> {
    let numbered = |number: usize| PathBuf::from(format!("{}.{number}", path.display()));
    for number in (1..KEPT).rev() {
        if numbered(number).exists() {
            std::fs::rename(numbered(number), numbered(number + 1))?;
        }
    }
    std::fs::rename(path, numbered(1))?;
    append(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_is_full_makes_room() {
        let folder = tempfile::tempdir().unwrap();
        let mut line = open(folder.path(), Format::Json, 10, "id").unwrap();
        for text in ["one", "two", "three", "four"] {
            line(text);
        }
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!((read("dbt.log"), read("dbt.log.1")), ("four\n".to_owned(), "three\n".to_owned()));
        assert_eq!(read("dbt.log.2"), "one\ntwo\n");
    }
}
