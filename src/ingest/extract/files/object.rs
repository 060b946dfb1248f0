//! Objects of a store: S3 and what speaks like it, Google Cloud Storage, Azure.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use crossbeam_channel::Receiver;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};

use super::super::http::runtime::{begin, install_crypto, wait};
use super::blob::Blob;
use super::usage;
use crate::error::{Error, Kind, Result};

/// How long a store that is out of order is asked again.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many empty objects are looked at together.
const AT_ONCE: usize = 16;

/// One bucket, with what opens it.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    /// `s3://bucket`, for errors.
    address: Arc<str>,
}

/// An object that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its whole key.
    pub key: String,
    pub size: u64,
    /// Microseconds since 1970.
    pub modified: i64,
    pub etag: Option<String>,
}

impl Store {
    /// Opens a bucket of kind `s3`, `gs` or `az`; options have the names that the `object_store` crate gives them.
    ///
    /// ```
    /// # use gristmill::ingest::extract::files::object::Store;
    /// let options = [("region", "eu-west-1"), ("skip_signature", "true")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    /// assert!(Store::new("s3", "lake", options).is_ok());
    /// assert!(Store::new("ftp", "lake", []).is_err());
    /// ```
    pub fn new(kind: &str, bucket: &str, options: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        install_crypto();
        let retry = RetryConfig { retry_timeout: PATIENCE, ..RetryConfig::default() };
        let address: Arc<str> = format!("{kind}://{bucket}").into();
        // The value is not told: it may be a secret.
        let unknown = |name: &str| usage(&format!("`{name}` is no option of a store of kind `{kind}`"));
        let refused = |error: object_store::Error| unusable(kind, &address, &error);
        let inner: Arc<dyn ObjectStore> = match kind {
            "s3" => {
                let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_retry(retry);
                for (name, value) in options {
                    builder = builder.with_config(name.parse().map_err(|_| unknown(&name))?, value);
                }
                Arc::new(builder.build().map_err(refused)?)
            }
            "gs" => {
                let mut builder = GoogleCloudStorageBuilder::new().with_bucket_name(bucket).with_retry(retry);
                for (name, value) in options {
                    builder = builder.with_config(name.parse().map_err(|_| unknown(&name))?, value);
                }
                Arc::new(builder.build().map_err(refused)?)
            }
            "az" => {
                let mut builder = MicrosoftAzureBuilder::new().with_container_name(bucket).with_retry(retry);
                for (name, value) in options {
                    builder = builder.with_config(name.parse().map_err(|_| unknown(&name))?, value);
                }
                Arc::new(builder.build().map_err(refused)?)
            }
            other => {
                return Err(usage(&format!("`{other}` is no kind of store")).hint("the kinds are `s3`, `gs` and `az`"));
            }
        };
        Ok(Self { inner, address })
    }

    /// The objects in a folder, by their keys; with `deep` also those in its folders.
    pub fn list(&self, folder: &str, deep: bool) -> Result<Vec<Listed>> {
        let prefix = (!folder.is_empty()).then(|| path(folder));
        let found = wait(async {
            let found = if deep {
                self.inner.list(prefix.as_ref()).try_collect::<Vec<_>>().await?
            } else {
                self.inner.list_with_delimiter(prefix.as_ref()).await?.objects
            };
            Ok(without_folders(self.inner.as_ref(), found).await)
        })?;
        let mut found: Vec<Listed> = found
            .map_err(|error: object_store::Error| told(&self.address, folder, &error))?
            .into_iter()
            .map(listed)
            .collect();
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    /// The object of a key.
    pub fn head(&self, key: &str) -> Result<Listed> {
        let found = wait(self.inner.head(&path(key)))?;
        found.map(listed).map_err(|error| told(&self.address, key, &error))
    }

    /// The bytes of an object as it was listed: a change after that is an error.
    pub fn object(&self, key: &str, size: u64, etag: Option<String>) -> Object {
        Object { store: self.clone(), key: path(key), size, etag, pending: Mutex::default() }
    }
}

// A key is taken as it is: `Path::from` would write `#` as `%23`, which is another key.
fn path(key: &str) -> Path {
    Path::parse(key).unwrap_or_else(|_| Path::from(key))
}

// Consoles and tools make an empty object `raw/2024/` stand for a folder. The last slash is lost where keys are parsed, so
// that an empty object is a file only if no other lies below it and it is there without the slash.
async fn without_folders(store: &dyn ObjectStore, found: Vec<ObjectMeta>) -> Vec<ObjectMeta> {
    let mut folders = HashSet::new();
    for object in &found {
        let mut key = object.location.as_ref();
        while let Some((folder, _)) = key.rsplit_once('/')
            && folders.insert(folder)
        {
            key = folder;
        }
    }
    let is_file = |object: &ObjectMeta| object.size > 0 || !folders.contains(object.location.as_ref());
    let empty = found.iter().filter(|object| object.size == 0 && is_file(object));
    let is_gone = |object: &ObjectMeta| {
        let key = object.location.clone();
        async move { matches!(store.head(&key).await, Err(object_store::Error::NotFound { .. })).then_some(key) }
    };
    let gone: HashSet<Path> = stream::iter(empty.map(is_gone).collect::<Vec<_>>())
        .buffer_unordered(AT_ONCE)
        .filter_map(std::future::ready)
        .collect()
        .await;
    let kept: Vec<bool> = found.iter().map(|object| is_file(object) && !gone.contains(&object.location)).collect();
    found.into_iter().zip(kept).filter_map(|(object, kept)| kept.then_some(object)).collect()
}

fn listed(found: ObjectMeta) -> Listed {
    Listed {
        key: found.location.to_string(),
        size: found.size,
        modified: found.last_modified.timestamp_micros(),
        etag: found.e_tag,
    }
}

/// The bytes of an object.
#[derive(Debug)]
pub struct Object {
    store: Store,
    key: Path,
    size: u64,
    etag: Option<String>,
    /// Pieces on their way, by where they begin.
    pending: Mutex<BTreeMap<u64, Piece>>,
}

type Piece = (usize, Receiver<object_store::Result<Bytes>>);

impl Object {
    fn fetch(&self, start: u64, length: usize) -> impl Future<Output = object_store::Result<Bytes>> + Send + 'static {
        let options = GetOptions::new()
            .with_range(Some(GetRange::Bounded(start..start + length as u64)))
            .with_if_match(self.etag.clone());
        let (store, key) = (Arc::clone(&self.store.inner), self.key.clone());
        async move { store.get_opts(&key, options).await?.bytes().await }
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Piece>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Blob for Object {
    fn size(&self) -> Result<u64> {
        Ok(self.size)
    }

    fn read_at(&self, start: u64, length: usize) -> Result<Bytes> {
        let length = length.min(usize::try_from(self.size.saturating_sub(start)).unwrap_or(usize::MAX));
        if length == 0 {
            return Ok(Bytes::new());
        }
        let waiting = self.pending().remove(&start).filter(|(known, _)| *known == length);
        let fetched = match waiting.and_then(|(_, piece)| piece.recv().ok()) {
            Some(fetched) => fetched,
            None => wait(self.fetch(start, length))?,
        };
        fetched.map_err(|error| told(&self.store.address, self.key.as_ref(), &error))
    }

    fn ahead(&self, start: u64, length: usize) {
        let mut pending = self.pending();
        if length > 0
            && !pending.contains_key(&start)
            && let Ok(piece) = begin(self.fetch(start, length))
        {
            pending.insert(start, (length, piece));
        }
    }
}

// What a store says names no credentials; what it says of a request may hold a signature, so it is not quoted.
fn told(address: &str, key: &str, error: &object_store::Error) -> Error {
    use object_store::Error as E;
    let place = if key.is_empty() { address.to_owned() } else { format!("{address}/{key}") };
    let (kind, message, hint) = match error {
        E::NotFound { .. } => (
            Kind::FileNotFound,
            format!("there is no `{place}`"),
            "check bucket and key; an object that was listed and is gone is not loaded by the next run",
        ),
        E::Precondition { .. } | E::NotModified { .. } => (
            Kind::Data,
            format!("`{place}` was changed while it was read"),
            "run again: it is read as it is then; nothing of it was loaded",
        ),
        E::InvalidPath { source } => (
            Kind::Data,
            format!("`{place}` cannot be listed: {source}"),
            "pass a file system of fsspec as `credentials`, which reads such keys, or name a folder without them",
        ),
        E::PermissionDenied { .. } | E::Unauthenticated { .. } => (Kind::Config, refused(&place), permission(address)),
        other => match answered(&other.to_string()) {
            Ok("404") => (
                Kind::FileNotFound,
                format!("there is no bucket `{address}`"),
                "check its name, and the region and endpoint of the credentials",
            ),
            Ok("401" | "403") => (Kind::Config, refused(&place), permission(address)),
            Ok(status) => (Kind::Io, format!("`{place}` cannot be read: the store answered {status}"), NETWORK),
            Err(said) => (Kind::Io, format!("`{place}` cannot be read: {said}"), NETWORK),
        },
    };
    Error::new(kind, message).hint(hint)
}

// Each kind of file system has its own word for no credentials.
fn permission(address: &str) -> &'static str {
    if address.starts_with("gs:") {
        "check the credentials and the policy of the bucket; for a public one pass `kwargs={'token': 'anon'}`"
    } else {
        "check the credentials and the policy of the bucket; for a public one pass `kwargs={'anon': True}`"
    }
}

// Credentials from which no request can be made.
fn unusable(kind: &str, address: &str, error: &object_store::Error) -> Error {
    let text = error.to_string();
    let said = text.rsplit(": ").next().unwrap_or(&text).trim_end_matches('.');
    let hint = match kind {
        "s3" => "the fields are `aws_access_key_id`, `aws_secret_access_key`, `region_name` and `endpoint_url`",
        "gs" => {
            "give the JSON of a service account, or its `project_id`, `client_email` and `private_key` with all of its lines"
        }
        _ => {
            "the fields are `azure_storage_account_name`, and `azure_storage_account_key` or `azure_storage_sas_token`"
        }
    };
    Error::new(Kind::Config, format!("`{address}` cannot be opened with these credentials: {said}")).hint(hint)
}

const NETWORK: &str = "check region, endpoint and network; for an endpoint without TLS say `http://` in `endpoint_url`";

fn refused(place: &str) -> String {
    format!("the store does not let these credentials read `{place}`")
}

// The status that a store answered with, or else the last thing that is said of the connection.
fn answered(text: &str) -> Result<&str, &str> {
    let status = |word: &&str| word.len() == 3 && word.starts_with(['3', '4', '5']) && word.parse::<u16>().is_ok();
    match text.split([' ', ':']).find(status) {
        Some(status) => Ok(status),
        None => Err(text.rsplit(": ").find(|said| !said.contains("://")).unwrap_or("it is out of reach").trim()),
    }
}
