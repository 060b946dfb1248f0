//! Writing a package: segments as batches come, the manifest last, one rename.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use fd_lock::RwLock;
use indexmap::IndexMap;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    FAILED, FORMAT_VERSION, FileMark, Follows, MANIFEST, MANIFEST_CHECKSUM, Manifest, Package, Refresh, TableFiles,
    hex, hidden_folders, incomplete, pending, set_aside,
};
use crate::error::{Error, Kind, Place, Result};
use crate::schema::stock::ROW_MARK;

/// Open files are few by design of no one's data: thousands of nested lists must not use up the descriptors of a process.
const OPEN_SEGMENTS_MAX: usize = 64;
const BUFFER_BYTES: usize = 1 << 18;
const LOCK: &str = "lock";

/// A package being written. Dropped without [`commit`](Self::commit) it leaves nothing behind.
pub struct PackageWriter {
    folder: PathBuf,
    hidden: PathBuf,
    load_id: String,
    sequence: u64,
    tables: IndexMap<String, TableFiles>,
    files: IndexMap<String, FileMark>,
    refresh: Refresh,
    together: Vec<String>,
    follows: Option<Follows>,
    // Least recently used first.
    open: IndexMap<String, Segment>,
    // Tells other writers that this folder is in use; freed by the system however this process ends.
    lock: Option<RwLock<File>>,
    done: bool,
}

struct Segment {
    name: String,
    columns: SchemaRef,
    writer: StreamWriter<Marked>,
}

impl PackageWriter {
    /// Begins the package `load_id` in `folder`, which is created when it is missing.
    pub fn create(folder: &Path, load_id: &str) -> Result<Self> {
        if load_id.is_empty() || load_id.starts_with('.') || load_id.contains(['/', '\\', '\0']) {
            return Err(Error::new(
                Kind::Usage,
                format!("`{load_id}` cannot name a load: it would not be a folder's name"),
            ));
        }
        private_folder(folder)?;
        sweep(folder)?;
        let visible = folder.join(load_id);
        if visible.exists() {
            return Err(Error::new(Kind::Usage, format!("load `{load_id}` waits in `{}` already", folder.display()))
                .at(Place::file(visible))
                .hint("load that package first, or choose another load id"));
        }
        let sequence = pending(folder)?.iter().map(|package| package.sequence).max().unwrap_or(0) + 1;
        let hidden = folder.join(format!(".{load_id}.part"));
        DirBuilder::new().private().create(&hidden).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Error::new(Kind::Io, format!("load `{load_id}` is being written by another run"))
                    .at(Place::file(&hidden))
            }
            _ => Error::io(&hidden, &error),
        })?;
        let mut lock = RwLock::new(private_file(&hidden.join(LOCK))?);
        // Nobody else knows the folder yet, so the lock is free; it lives as long as the file is open.
        std::mem::forget(lock.try_write().map_err(|error| Error::io(hidden.join(LOCK), &error))?);
        Ok(Self {
            folder: folder.to_owned(),
            hidden,
            load_id: load_id.to_owned(),
            sequence,
            tables: IndexMap::new(),
            files: IndexMap::new(),
            refresh: Refresh::default(),
            together: Vec::new(),
            follows: None,
            open: IndexMap::new(),
            lock: Some(lock),
            done: false,
        })
    }

    /// Notes that the table takes part in this load, even if no row comes.
    pub fn touch(&mut self, table: &str) {
        if !self.tables.contains_key(table) {
            self.tables.insert(table.to_owned(), TableFiles::default());
        }
    }

    /// Notes what goes from the destination before the rows of this package come.
    pub fn refresh(&mut self, refresh: Refresh) {
        self.refresh = refresh;
    }

    /// Notes the load ids of a run that has several packages: none of them counts before all of them are visible.
    pub fn together(&mut self, load_ids: Vec<String>) {
        self.together = load_ids;
    }

    /// Notes the state that the destination held when the rows were read.
    pub fn follows(&mut self, follows: Follows) {
        self.follows = Some(follows);
    }

    /// Appends rows to a table. Other columns than before begin a new segment.
    pub fn write(&mut self, table: &str, batch: &RecordBatch) -> Result<()> {
        self.touch(table);
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let mut segment = match self.open.shift_remove(table) {
            Some(segment) if segment.columns.fields() == batch.schema_ref().fields() => segment,
            other => {
                if let Some(full) = other {
                    self.close(full)?;
                }
                self.begin(table, batch)?
            }
        };
        segment.writer.write(batch).map_err(|error| self.ipc_error(&segment.name, &error))?;
        let files = self.tables.get_mut(table).expect("the table was touched above");
        files.rows += batch.num_rows() as u64;
        files.marked |= batch.column_by_name(ROW_MARK).is_some();
        self.open.insert(table.to_owned(), segment);
        Ok(())
    }

    /// Makes the package whole and visible: everything to disk, then the manifest, then one rename.
    pub fn commit(mut self, schema: &Value, state: Option<&Value>) -> Result<Package> {
        for (_, segment) in std::mem::take(&mut self.open) {
            self.close(segment)?;
        }
        self.put("schema.json", schema)?;
        if let Some(state) = state {
            self.put("state.json", state)?;
        }
        let schema_name = schema.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let manifest = Manifest {
            format_version: FORMAT_VERSION,
            load_id: self.load_id.clone(),
            sequence: self.sequence,
            schema_name,
            tables: self.tables.clone(),
            files: self.files.clone(),
            refresh: self.refresh.clone(),
            together: self.together.clone(),
            follows: self.follows.clone(),
        };
        let bytes = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain data");
        write_whole(&self.hidden.join(MANIFEST), &bytes)?;
        write_whole(&self.hidden.join(MANIFEST_CHECKSUM), hex(&Sha256::digest(&bytes)).as_bytes())?;
        fs::remove_file(self.hidden.join(LOCK)).map_err(|error| Error::io(self.hidden.join(LOCK), &error))?;
        sync_folder(&self.hidden)?;
        let visible = self.folder.join(&self.load_id);
        fs::rename(&self.hidden, &visible).map_err(|error| Error::io(&visible, &error))?;
        self.done = true;
        sync_folder(&self.folder)?;
        let state = state.cloned();
        Ok(Package { path: visible, manifest, schema: schema.clone(), state })
    }

    /// Leaves nothing behind.
    pub fn abort(self) {
        drop(self);
    }

    fn begin(&mut self, table: &str, batch: &RecordBatch) -> Result<Segment> {
        while self.open.len() >= OPEN_SEGMENTS_MAX {
            let (_, oldest) = self.open.shift_remove_index(0).expect("the list is longer than nothing");
            self.close(oldest)?;
        }
        let index = self.tables.get_index_of(table).expect("a table is touched before it is written");
        let segments = &mut self.tables[index].segments;
        // A table's name may hold anything; a file's name may not.
        let name = format!("{index:05}-{:05}.arrow", segments.len());
        segments.push(name.clone());
        let path = self.hidden.join(&name);
        let marked = Marked {
            file: BufWriter::with_capacity(BUFFER_BYTES, private_file(&path)?),
            hasher: crc32fast::Hasher::new(),
            bytes: 0,
        };
        let writer =
            StreamWriter::try_new(marked, batch.schema_ref()).map_err(|error| self.ipc_error(&name, &error))?;
        Ok(Segment { name, columns: batch.schema(), writer })
    }

    fn close(&mut self, segment: Segment) -> Result<()> {
        let Segment { name, writer, .. } = segment;
        let mut marked = writer.into_inner().map_err(|error| self.ipc_error(&name, &error))?;
        let path = self.hidden.join(&name);
        marked
            .file
            .flush()
            .and_then(|()| marked.file.get_ref().sync_all())
            .map_err(|error| Error::io(&path, &error))?;
        self.files.insert(name, FileMark { bytes: marked.bytes, crc32: marked.hasher.finalize() });
        Ok(())
    }

    fn put(&mut self, name: &str, value: &Value) -> Result<()> {
        let bytes = serde_json::to_vec(value).expect("a JSON value is plain data");
        write_whole(&self.hidden.join(name), &bytes)?;
        let mark = FileMark { bytes: bytes.len() as u64, crc32: crc32fast::hash(&bytes) };
        self.files.insert(name.to_owned(), mark);
        Ok(())
    }

    fn ipc_error(&self, name: &str, error: &arrow::error::ArrowError) -> Error {
        match error {
            arrow::error::ArrowError::IoError(_, cause) => Error::io(self.hidden.join(name), cause),
            other => Error::internal(format!("a batch cannot be written to `{name}`: {other}")),
        }
    }
}

impl Drop for PackageWriter {
    fn drop(&mut self) {
        if !self.done {
            self.open.clear();
            self.lock = None;
            // What cannot be removed now is swept by the next writer.
            let _ = fs::remove_dir_all(&self.hidden);
        }
    }
}

// Counts and hashes what passes through to the file.
struct Marked {
    file: BufWriter<File>,
    hasher: crc32fast::Hasher,
    bytes: u64,
}

impl Write for Marked {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

// Removes what writers left that were killed: hidden folders whose lock nobody holds, and packages of runs that are not whole.
// Where the others were set aside, what is left of the run follows them.
fn sweep(folder: &Path) -> Result<()> {
    for path in hidden_folders(folder, ".part") {
        if abandoned(&path.join(LOCK)) {
            // Another sweeper may be at the same folder; whatever remains is swept next time.
            let _ = fs::remove_dir_all(&path);
        }
    }
    for package in incomplete(folder)? {
        let failed = package.together.iter().find(|other| folder.join(FAILED).join(other).exists());
        match failed {
            Some(failed) => {
                let reason = format!("package `{failed}` of the same run cannot load");
                set_aside(&package.path, &Error::new(Kind::Data, reason))?;
            }
            None => fs::remove_dir_all(&package.path).map_err(|error| Error::io(&package.path, &error))?,
        }
    }
    Ok(())
}

fn abandoned(lock: &Path) -> bool {
    match File::open(lock) {
        Ok(file) => RwLock::new(file).try_write().is_ok(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = private_file(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| Error::io(path, &error))
}

fn private_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Error::io(path, &error))
}

fn private_folder(path: &Path) -> Result<()> {
    DirBuilder::new().private().recursive(true).create(path).map_err(|error| Error::io(path, &error))
}

trait Private {
    fn private(&mut self) -> &mut Self;
}

impl Private for DirBuilder {
    fn private(&mut self) -> &mut Self {
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(self, 0o700);
        self
    }
}

// A rename or a new file is safe on disk only when its folder is; where folders cannot be opened (Windows) it is the system's part.
fn sync_folder(path: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| Error::io(path, &error))
    } else {
        Ok(())
    }
}
