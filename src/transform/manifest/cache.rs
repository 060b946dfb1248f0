//! What files said when they were parsed before, kept in the target folder from one run to the next.
//!
//! An entry is what a text alone says: which `ref`, `source` and `config` a plain model calls, or the tree of a YAML
//! file. It is found by the hash of that text. Whatever else a node is made of (variables, the environment, macros, the
//! profile, its folder, the time) is asked anew in every run, so there is nothing here that could be out of date: a file
//! that changes has another hash, and one that is renamed keeps its entry.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::event::{Event, Sink};
use crate::transform::project::Project;
use crate::transform::project::pack::{Pack, Reader, pack_text};
use crate::transform::project::replace::replace;

/// In the target folder.
pub const FILE_NAME: &str = "gristmill_parsed.bin";
const MAGIC: &[u8] = b"gristmill parsed\n";
/// Goes up whenever an entry says something else than before, or a text is read in another way.
const FORMAT: u32 = 2;
const HASH_BYTES: usize = 32;

type Key = [u8; HASH_BYTES];

/// How a text was read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Sql,
    Yaml,
}

/// Where the text of one file is looked up.
#[derive(Clone, Copy)]
pub(super) struct Slot(Key);

/// The entries of the last run, and those that this run adds.
#[derive(Default)]
pub(super) struct Cache {
    /// None when nothing is to be read or written.
    file: Option<PathBuf>,
    stored: Vec<u8>,
    entries: FxHashMap<Key, Entry>,
    added: Mutex<Vec<(Key, Vec<u8>)>>,
}

struct Entry {
    range: std::ops::Range<usize>,
    used: AtomicBool,
}

impl Cache {
    /// What an earlier run left. A file that cannot be read, or is another version's, is as good as none.
    pub(super) fn open(project: &Project, sink: &dyn Sink) -> Self {
        if project.invocation.flag("PARTIAL_PARSE") == Some(Json::Bool(false)) {
            return Self::default();
        }
        let file = project.target_path.join(FILE_NAME);
        let stored = std::fs::read(&file).unwrap_or_default();
        let entries = match index(&stored) {
            Some(entries) => entries,
            None if stored.is_empty() => FxHashMap::default(),
            None => {
                let message =
                    format!("`{}` is not of this version or not whole: every file is parsed anew", shown(&file));
                sink.tell(Event::Log { message, info: false });
                FxHashMap::default()
            }
        };
        Self { file: Some(file), stored, entries, added: Mutex::default() }
    }

    /// Where the text of a file is looked up.
    pub(super) fn slot(kind: Kind, text: &str) -> Slot {
        let mut hash = Sha256::new();
        hash.update([kind as u8]);
        hash.update(text.as_bytes());
        Slot(hash.finalize().into())
    }

    /// What the text was found to say before.
    pub(super) fn get<T>(&self, slot: Slot, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<T> {
        let entry = self.entries.get(&slot.0)?;
        let mut reader = Reader::new(self.stored.get(entry.range.clone())?);
        let found = read(&mut reader).filter(|_| reader.is_empty())?;
        entry.used.store(true, Ordering::Relaxed);
        Some(found)
    }

    /// Keeps what a text says for later runs.
    pub(super) fn put(&self, slot: Slot, write: impl FnOnce(&mut Vec<u8>)) {
        if self.file.is_some() {
            let mut bytes = Vec::new();
            write(&mut bytes);
            self.added.lock().expect("no thread panics while it adds an entry").push((slot.0, bytes));
        }
    }

    /// Writes the entries that this run used, when they are others than before. A folder that cannot be written to costs
    /// the next run its time, and no more.
    pub(super) fn save(self, sink: &dyn Sink) {
        let Some(file) = &self.file else { return };
        let mut added = self.added.into_inner().expect("no thread panics while it adds an entry");
        added.sort_unstable();
        added.dedup();
        let used: Vec<_> = self.entries.iter().filter(|(_, entry)| entry.used.load(Ordering::Relaxed)).collect();
        // Entries of files that are gone are dropped with the next ones that come, or once they are the larger part.
        if added.is_empty() && used.len() * 2 >= self.entries.len() {
            return;
        }
        let kept = used.into_iter().map(|(key, entry)| (*key, &self.stored[entry.range.clone()]));
        let entries: Vec<(Key, &[u8])> =
            kept.chain(added.iter().map(|(key, bytes)| (*key, bytes.as_slice()))).collect();
        if let Err(error) = write(file, entries) {
            let message = format!("what was parsed is not kept: {}", error.message());
            sink.tell(Event::Log { message, info: false });
        }
    }
}

fn shown(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

// The file: a magic word, the version, a checksum of the rest, then each entry with its key and its length.
fn write(file: &Path, mut entries: Vec<(Key, &[u8])>) -> Result<()> {
    // Equal projects leave equal files.
    entries.sort_unstable();
    let mut body = Vec::new();
    for (key, bytes) in entries {
        body.extend_from_slice(&key);
        bytes.len().pack(&mut body);
        body.extend_from_slice(bytes);
    }
    let mut out = head();
    out.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    out.extend_from_slice(&body);
    replace(file, &out)
}

fn head() -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    FORMAT.pack(&mut out);
    pack_text(env!("CARGO_PKG_VERSION"), &mut out);
    out
}

fn index(stored: &[u8]) -> Option<FxHashMap<Key, Entry>> {
    let rest = stored.strip_prefix(head().as_slice())?;
    let (checksum, body) = rest.split_first_chunk::<4>()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
        return None;
    }
    let begins = stored.len() - body.len();
    let mut reader = Reader::new(body);
    let mut entries = FxHashMap::default();
    while !reader.is_empty() {
        let key: Key = reader.bytes(HASH_BYTES)?.try_into().ok()?;
        let length = reader.length()?;
        let start = begins + body.len() - reader.left();
        reader.bytes(length)?;
        entries.insert(key, Entry { range: start..start + length, used: AtomicBool::new(false) });
    }
    Some(entries)
}
