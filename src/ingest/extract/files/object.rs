//! Objects of a store: S3 and what speaks like it, Google Cloud Storage, Azure.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use crossbeam_channel::Receiver;
use futures_util::TryStreamExt;
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
        let refused = |error: object_store::Error| told(&address, "", &error);
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
        let prefix = (!folder.is_empty()).then(|| Path::from(folder));
        let found = if deep {
            wait(self.inner.list(prefix.as_ref()).try_collect::<Vec<_>>())?
        } else {
            wait(self.inner.list_with_delimiter(prefix.as_ref()))?.map(|found| found.objects)
        };
        let mut found: Vec<Listed> =
            found.map_err(|error| told(&self.address, folder, &error))?.into_iter().map(listed).collect();
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    /// The object of a key.
    pub fn head(&self, key: &str) -> Result<Listed> {
        let found = wait(self.inner.head(&Path::from(key)))?;
        found.map(listed).map_err(|error| told(&self.address, key, &error))
    }

    /// The bytes of an object as it was listed: a change after that is an error.
    pub fn object(&self, key: &str, size: u64, etag: Option<String>) -> Object {
        Object { store: self.clone(), key: Path::from(key), size, etag, pending: Mutex::default() }
    }
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
        E::PermissionDenied { .. } | E::Unauthenticated { .. } => (Kind::Config, refused(&place), PERMISSION),
        other => match answered(&other.to_string()) {
            Ok("404") => (
                Kind::FileNotFound,
                format!("there is no bucket `{address}`"),
                "check its name, and the region and endpoint of the credentials",
            ),
            Ok("401" | "403") => (Kind::Config, refused(&place), PERMISSION),
            Ok(status) => (Kind::Io, format!("`{place}` cannot be read: the store answered {status}"), NETWORK),
            Err(said) => (Kind::Io, format!("`{place}` cannot be read: {said}"), NETWORK),
        },
    };
    Error::new(kind, message).hint(hint)
}

const PERMISSION: &str =
    "check the credentials and the policy of the bucket; for a public one pass `kwargs={'anon': True}`";
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
