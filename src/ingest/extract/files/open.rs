//! Opening a file, unpacking it, and saying plainly why it cannot be.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::Compression;
use crate::error::{Error, Kind, Place, Result};

const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// A file of this machine.
pub fn open(path: &Path) -> Result<File> {
    let about = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(Kind::FileNotFound, format!("there is no file `{}`", path.display()))
            .at(Place::file(path))
            .hint(nearest(path)),
        _ => Error::io(path, &error),
    })?;
    if about.is_dir() {
        return Err(Error::new(Kind::Io, format!("`{}` is a folder, not a file", path.display()))
            .at(Place::file(path))
            .hint("name a file in it, or use the `filesystem` source for many files"));
    }
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => {
            Error::new(Kind::Io, format!("`{}` may not be read by this user", path.display()))
                .at(Place::file(path))
                .hint("let the user of this process read the file, or leave it out by `file_glob`")
        }
        _ => Error::io(path, &error),
    })
}

/// The bytes of a stream, unpacked; an empty one is empty however its name ends.
pub fn unpacked(mut bytes: Box<dyn Read + Send>, compression: Compression) -> io::Result<Box<dyn Read + Send>> {
    if compression == Compression::None {
        return Ok(bytes);
    }
    let mut first = Vec::with_capacity(ZSTD.len());
    (&mut bytes).take(ZSTD.len() as u64).read_to_end(&mut first)?;
    if first.is_empty() {
        return Ok(bytes);
    }
    let told = match compression {
        Compression::Auto if first.starts_with(GZIP) => Compression::Gzip,
        Compression::Auto if first.starts_with(ZSTD) => Compression::Zstd,
        Compression::Auto | Compression::None => Compression::None,
        Compression::Gzip => Compression::Gzip,
        Compression::Zstd => Compression::Zstd,
    };
    let whole = Cursor::new(first).chain(bytes);
    Ok(match told {
        Compression::Gzip => Box::new(MultiGzDecoder::new(whole)),
        Compression::Zstd => Box::new(zstd::Decoder::new(whole)?),
        Compression::Auto | Compression::None => Box::new(whole),
    })
}

/// An error while reading: a packed stream that is cut or damaged is a matter of the data.
pub fn reading(path: &Path, error: &io::Error) -> Error {
    if let Some(known) = error.get_ref().and_then(|cause| cause.downcast_ref::<Error>()) {
        return known.clone().at(Place::file(path));
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Error::new(Kind::Data, format!("`{}` ends in the middle of its compressed stream", path.display()))
                .at(Place::file(path))
                .hint("the file was cut: get it again; nothing of it was loaded")
        }
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
            Error::new(Kind::Data, format!("`{}` cannot be unpacked: {error}", path.display()))
                .at(Place::file(path))
                .hint("its name says that it is compressed: rename it when it is not; nothing of it was loaded")
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
