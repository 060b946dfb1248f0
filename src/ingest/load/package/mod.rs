//! What waits on disk between extract and load: the rows of one load, written once.
//!
//! A package is a folder named by its load id. It holds Arrow IPC segments, the schema they obey, the state to commit with
//! them, and a manifest with the size and checksum of each of those files. The writer works under a hidden name and makes the
//! package visible by one rename; so a package is whole or it is not there. It is a cache: what it holds counts only once the
//! destination has committed it, and a damaged one is refused by the name of the file that is damaged.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Place, Result};

mod aside;
mod read;
mod write;

pub use aside::{FAILED, can_never_load, set_aside};
pub use read::Segments;
pub use write::PackageWriter;

const MANIFEST: &str = "manifest.json";
const MANIFEST_CHECKSUM: &str = "manifest.sha256";
const FORMAT_VERSION: u32 = 1;

/// A package that is complete and whose checksums hold.
#[derive(Debug)]
pub struct Package {
    path: PathBuf,
    manifest: Manifest,
    schema: Value,
    state: Option<Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Manifest {
    format_version: u32,
    load_id: String,
    /// Packages of one folder are loaded in this order; a clock may be set back, a count may not.
    sequence: u64,
    schema_name: String,
    tables: IndexMap<String, TableFiles>,
    files: IndexMap<String, FileMark>,
    #[serde(default)]
    refresh: Refresh,
    /// The packages of the run that this one belongs to, itself among them, when there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    together: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    follows: Option<Follows>,
}

/// The newest state of the pipeline that the dataset held when the rows were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follows {
    pub dataset: String,
    /// The version hash of that state; empty when there was none.
    pub state: String,
}

/// What goes from the destination, in the transaction of the load and before its rows: `refresh=` of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// Tables that are dropped.
    pub drop: Vec<String>,
    /// Tables that are emptied.
    pub empty: Vec<String>,
}

/// The segments of one table, oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct TableFiles {
    rows: u64,
    segments: Vec<String>,
    /// Rows of it carry marks.
    #[serde(default)]
    marked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileMark {
    bytes: u64,
    crc32: u32,
}

impl Package {
    /// Opens the package in `path` after reading every file of it against its checksum.
    pub fn open(path: &Path) -> Result<Self> {
        let manifest = read_manifest(path)?;
        for (name, mark) in &manifest.files {
            check(path, name, mark)?;
        }
        let schema = read_json(path, "schema.json")?;
        let state = if manifest.files.contains_key("state.json") { Some(read_json(path, "state.json")?) } else { None };
        Ok(Self { path: path.to_owned(), manifest, schema, state })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn load_id(&self) -> &str {
        &self.manifest.load_id
    }

    /// dlt's stored form of the schema that the rows obey.
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// The pipeline state to commit with the rows.
    pub fn state(&self) -> Option<&Value> {
        self.state.as_ref()
    }

    /// What goes before the rows come.
    pub fn refresh(&self) -> &Refresh {
        &self.manifest.refresh
    }

    /// The state that the destination must hold for the package's own state to follow it, where that is known.
    pub fn follows(&self) -> Option<&Follows> {
        self.manifest.follows.as_ref()
    }

    /// The tables of this load with their rows, also those that no row came for.
    pub fn tables(&self) -> impl Iterator<Item = (&str, u64)> {
        self.manifest.tables.iter().map(|(name, files)| (name.as_str(), files.rows))
    }

    pub fn rows(&self, table: &str) -> u64 {
        self.manifest.tables.get(table).map_or(0, |files| files.rows)
    }

    /// How many bytes its files have.
    pub fn bytes(&self) -> u64 {
        self.manifest.files.values().map(|mark| mark.bytes).sum()
    }

    /// Whether rows of the table carry marks, in the column [`ROW_MARK`](crate::schema::stock::ROW_MARK).
    pub fn is_marked(&self, table: &str) -> bool {
        self.manifest.tables.get(table).is_some_and(|files| files.marked)
    }

    /// The rows of one table as one stream with the columns of its last segment, with or without their marks; None when no
    /// row came.
    pub fn segments(&self, table: &str, with_marks: bool) -> Result<Option<Segments>> {
        let Some(files) = self.manifest.tables.get(table) else { return Ok(None) };
        let paths: Vec<PathBuf> = files.segments.iter().map(|name| self.path.join(name)).collect();
        Segments::open(paths, with_marks)
    }

    /// Forgets the package once it is loaded. It vanishes from sight first, so that no half of it is ever found.
    pub fn discard(self) -> Result<()> {
        let hidden = self.path.with_file_name(format!(".{}.done", self.manifest.load_id));
        fs::rename(&self.path, &hidden).map_err(|error| Error::io(&self.path, &error))?;
        fs::remove_dir_all(&hidden).map_err(|error| Error::io(&hidden, &error))
    }
}

/// One line of the list of packages that wait.
#[derive(Clone, Debug, Serialize)]
pub struct Pending {
    pub load_id: String,
    pub path: PathBuf,
    pub sequence: u64,
    pub schema_name: String,
    pub rows: IndexMap<String, u64>,
    /// The load ids of the packages that are loaded in one transaction with it; empty when it is alone.
    pub together: Vec<String>,
    /// What is wrong with it, when its manifest cannot be read.
    pub damage: Option<String>,
}

/// The packages that wait in `folder`, oldest first. Their files are not read yet, only their manifests.
/// What is left of packages that were loaded, by a run that was killed while it removed them, goes now. A package whose run
/// has others that are not here does not count: they were not all written, or they are all loaded.
pub fn pending(folder: &Path) -> Result<Vec<Pending>> {
    let mut found = visible(folder)?;
    let names: Vec<String> = found.iter().map(|package| package.load_id.clone()).collect();
    found.retain(|package| package.together.iter().all(|other| names.contains(other)));
    Ok(found)
}

/// Packages of runs whose other packages are not here.
fn incomplete(folder: &Path) -> Result<Vec<Pending>> {
    let whole: Vec<String> = pending(folder)?.into_iter().map(|package| package.load_id).collect();
    Ok(visible(folder)?.into_iter().filter(|package| !whole.contains(&package.load_id)).collect())
}

fn visible(folder: &Path) -> Result<Vec<Pending>> {
    for path in hidden_folders(folder, ".done") {
        // Another run may be at the same folder; whatever remains goes next time.
        let _ = fs::remove_dir_all(&path);
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io(folder, &error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Error::io(folder, &error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name == FAILED || !path.is_dir() {
            continue;
        }
        found.push(match read_manifest(&path) {
            Ok(manifest) => Pending {
                load_id: manifest.load_id,
                path,
                sequence: manifest.sequence,
                schema_name: manifest.schema_name,
                rows: manifest.tables.into_iter().map(|(table, files)| (table, files.rows)).collect(),
                together: manifest.together,
                damage: None,
            },
            Err(error) => Pending {
                load_id: name,
                path,
                sequence: 0,
                schema_name: String::new(),
                rows: IndexMap::new(),
                together: Vec::new(),
                damage: Some(error.to_string()),
            },
        });
    }
    found.sort_by(|a, b| (a.sequence, &a.load_id).cmp(&(b.sequence, &b.load_id)));
    Ok(found)
}

fn hidden_folders(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    paths
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with('.') && name.ends_with(ending)
        })
        .collect()
}

fn read_manifest(path: &Path) -> Result<Manifest> {
    let bytes = read_bytes(path, MANIFEST)?;
    let expected = read_bytes(path, MANIFEST_CHECKSUM)?;
    if hex(&Sha256::digest(&bytes)).as_bytes() != expected.trim_ascii() {
        return Err(damaged(path, MANIFEST, &format!("it is not what `{MANIFEST_CHECKSUM}` says")));
    }
    let manifest: Manifest = serde_json::from_slice(&bytes)
        .map_err(|error| damaged(path, MANIFEST, &format!("it does not parse: {error}")))?;
    if manifest.format_version == FORMAT_VERSION {
        Ok(manifest)
    } else {
        Err(damaged(
            path,
            MANIFEST,
            &format!("it has format version {}, and this release reads {FORMAT_VERSION}", manifest.format_version),
        ))
    }
}

fn read_json(path: &Path, name: &str) -> Result<Value> {
    serde_json::from_slice(&read_bytes(path, name)?)
        .map_err(|error| damaged(path, name, &format!("it does not parse: {error}")))
}

fn read_bytes(path: &Path, name: &str) -> Result<Vec<u8>> {
    match fs::read(path.join(name)) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(damaged(path, name, "it is not there")),
        Err(error) => Err(Error::io(path.join(name), &error)),
    }
}

fn check(path: &Path, name: &str, mark: &FileMark) -> Result<()> {
    let file = path.join(name);
    let mut reader = match File::open(&file) {
        Ok(reader) => reader,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(damaged(path, name, "it is not there"));
        }
        Err(error) => return Err(Error::io(file, &error)),
    };
    let mut hasher = crc32fast::Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        let count = reader.read(&mut buffer).map_err(|error| Error::io(&file, &error))?;
        if count == 0 {
            break;
        }
        bytes += count as u64;
        hasher.update(&buffer[..count]);
    }
    if bytes != mark.bytes {
        return Err(damaged(path, name, &format!("it has {bytes} bytes instead of {}", mark.bytes)));
    }
    if hasher.finalize() == mark.crc32 { Ok(()) } else { Err(damaged(path, name, "its checksum does not hold")) }
}

fn damaged(path: &Path, name: &str, why: &str) -> Error {
    Error::new(Kind::Data, format!("load package `{}` is damaged: file `{name}`: {why}", path.display()))
        .at(Place::file(path.join(name)))
        .hint("delete that folder and run again: nothing of it was loaded, and its rows are read from the source once more")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    })
}
