//! Archives of packages, unpacked so that nothing lands outside of their folder.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use flate2::read::GzDecoder;

use crate::error::{Error, Kind, Result};

/// The most that an archive may hold, unpacked.
const BYTES_MAX: u64 = 512 * 1024 * 1024;
const FILES_MAX: usize = 50_000;

/// Unpacks a `.tar.gz` into `folder`, without the one folder that holds everything in it. Links are not made.
pub(super) fn unpack(bytes: &[u8], folder: &Path, url: &str) -> Result<()> {
    let refused = |why: String| {
        Error::new(Kind::Data, format!("the archive at {url} {why}"))
            .hint("nothing of it was installed: check where the package comes from")
    };
    let broken = |error: &std::io::Error| refused(format!("cannot be read: {error}"));
    let mut archive = tar::Archive::new(Bounded { inner: GzDecoder::new(bytes), left: BYTES_MAX });
    let mut top: Option<PathBuf> = None;
    let mut files = 0_usize;
    for entry in archive.entries().map_err(|error| broken(&error))? {
        let mut entry = entry.map_err(|error| broken(&error))?;
        let path = entry.path().map_err(|error| broken(&error))?.into_owned();
        let kind = entry.header().entry_type();
        if !kind.is_dir() && !kind.is_file() {
            continue;
        }
        files += 1;
        if files > FILES_MAX {
            return Err(refused(format!("holds more than {FILES_MAX} files")));
        }
        let parts =
            inside(&path).ok_or_else(|| refused(format!("names `{}`, which is outside of it", path.display())))?;
        let Some((first, rest)) = parts.split_first() else { continue };
        let known = top.get_or_insert_with(|| PathBuf::from(first));
        if *known != Path::new(first) || (rest.is_empty() && kind.is_file()) {
            return Err(refused("does not hold one folder with the project in it".to_owned()));
        }
        let target = rest.iter().fold(folder.to_owned(), |path, part| path.join(part));
        let made = if kind.is_dir() {
            std::fs::create_dir_all(&target)
        } else {
            std::fs::create_dir_all(target.parent().unwrap_or(folder))
                .and_then(|()| std::fs::File::create(&target))
                .and_then(|mut file| std::io::copy(&mut entry, &mut file).map(|_| ()))
        };
        made.map_err(|error| Error::io(&target, &error))?;
    }
    match top {
        Some(_) => Ok(()),
        None => Err(refused("holds nothing".to_owned())),
    }
}

// Reads so much and no more: a small archive may unpack to any size.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| std::io::Error::other(format!("it unpacks to more than {} MB", BYTES_MAX / 1024 / 1024)))?;
        Ok(read)
    }
}

// The parts of a path that stays where it is unpacked.
fn inside(path: &Path) -> Option<Vec<&std::ffi::OsStr>> {
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => return None,
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn archive(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, kind, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            // Written as it stands: the builder itself would refuse a path that leads outside.
            header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            if kind.is_symlink() {
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        }
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&builder.into_inner().unwrap()).unwrap();
        packed.finish().unwrap()
    }

    fn unpacked(entries: &[(&str, tar::EntryType, &[u8])]) -> (tempfile::TempDir, Result<()>) {
        let folder = tempfile::tempdir().unwrap();
        let outcome = unpack(&archive(entries), &folder.path().join("package"), "http://x/a.tar.gz");
        (folder, outcome)
    }

    const FILE: tar::EntryType = tar::EntryType::Regular;

    #[test]
    fn the_outer_folder_is_taken_away_and_links_are_not_made() {
        let (folder, outcome) = unpacked(&[
            ("tools-1.0/dbt_project.yml", FILE, b"name: tools"),
            ("tools-1.0/passwd", tar::EntryType::Symlink, b""),
        ]);
        outcome.unwrap();
        let package = folder.path().join("package");
        assert_eq!(std::fs::read_to_string(package.join("dbt_project.yml")).unwrap(), "name: tools");
        assert!(!package.join("passwd").exists());
    }

    #[test]
    fn nothing_lands_outside() {
        for path in ["../evil", "tools/../../evil", "/tmp/evil"] {
            let (folder, outcome) = unpacked(&[(path, FILE, b"x")]);
            let said = outcome.unwrap_err().message().to_owned();
            assert!(said.contains("outside of it"), "{path}: {said}");
            assert!(!folder.path().join("evil").exists());
        }
    }

    #[test]
    fn what_unpacks_to_too_much_is_not_read_to_its_end() {
        let mut small = Bounded { inner: &[0_u8; 100][..], left: 10 };
        let told = std::io::copy(&mut small, &mut std::io::sink()).unwrap_err();
        assert!(told.to_string().contains("unpacks to more than"), "{told}");
    }

    #[test]
    fn what_is_no_package_is_refused() {
        let (_, two) = unpacked(&[("a/x", FILE, b"x"), ("b/y", FILE, b"y")]);
        assert!(two.unwrap_err().message().contains("one folder"));
        let (_, none) = unpacked(&[]);
        assert!(none.unwrap_err().message().contains("holds nothing"));
        let broken = unpack(b"<html>", Path::new("/nonexistent"), "http://x/a.tar.gz").unwrap_err();
        assert!(broken.message().contains("cannot be read"), "{broken}");
    }
}
