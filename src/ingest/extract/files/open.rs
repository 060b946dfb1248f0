//! Opening a file, and saying plainly why it cannot be.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::error::{Error, Kind, Place, Result};

/// The bytes of a file, unpacked when it is gzipped.
pub fn open(path: &Path, gzip: bool) -> Result<Box<dyn Read + Send>> {
    let about = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::new(Kind::FileNotFound, format!("there is no file `{}`", path.display()))
                .at(Place::file(path))
                .hint(nearest(path))
        }
        _ => Error::io(path, &error),
    })?;
    if about.is_dir() {
        return Err(Error::new(Kind::Io, format!("`{}` is a folder, not a file", path.display()))
            .at(Place::file(path))
            .hint("name a file in it, or use the `filesystem` source for many files"));
    }
    let file = File::open(path).map_err(|error| Error::io(path, &error))?;
    Ok(unpacked(file, gzip))
}

/// The bytes of a stream, unpacked when they are gzipped.
pub fn unpacked(bytes: impl Read + Send + 'static, gzip: bool) -> Box<dyn Read + Send> {
    if gzip { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) }
}

/// An error while reading: a gzip stream that is cut or damaged is a matter of the data.
pub fn reading(path: &Path, error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            Error::new(Kind::Data, format!("`{}` ends in the middle of its gzip stream", path.display()))
                .at(Place::file(path))
                .hint("the file was cut: get it again; nothing of it was loaded")
        }
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData => {
            Error::new(Kind::Data, format!("`{}` cannot be unpacked: {error}", path.display()))
                .at(Place::file(path))
                .hint("its name ends in `.gz`: rename the file when it is not gzipped; nothing of it was loaded")
        }
        _ => Error::io(path, error),
    }
}

// The part of the path that is there, and the name in it that looks most like the one that is not.
fn nearest(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else { return format!("folder `{}` is not there either", folder.display()) };
    let wanted = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .map(|name| (strsim::jaro_winkler(&name, &wanted), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(
            || "check the path; it is relative to the folder the program runs in".to_owned(),
            |(_, name)| format!("there is `{name}` in that folder"),
        )
}
