//! What the kit misses in an installation without a screen: it opens each document with its windows, and crashes or gives
//! up where the descriptions of two of them are not installed (Debian's `-nogui` packages): Calc's formula bar, without
//! which no spreadsheet opens, and Writer's comment, without which no document with comments and no HTML does.
//!
//! Nobody sees those windows: descriptions of our own, with the parts that LibreOffice looks for, will do. They are in a
//! folder that is otherwise links to the installation, which LibreOffice takes for its own.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// The variable by which LibreOffice learns where it is installed, ahead of its own files.
const INSTALLATION: &str = "BRAND_BASE_DIR";

/// Each description, and its place in an installation.
const WINDOWS: [(&str, &str); 2] = [
    ("share/config/soffice.cfg/modules/scalc/ui/inputbar.ui", include_str!("inputbar.ui")),
    ("share/config/soffice.cfg/modules/swriter/ui/annotation.ui", include_str!("annotation.ui")),
];

/// Makes `folder`, which must not exist, what is missing of an installation; `program` is its folder of libraries.
///
/// Returns what the process needs in its environment to find it: nothing when nothing is missing.
pub(super) fn complete(program: &Path, folder: &Path) -> io::Result<Vec<(String, OsString)>> {
    let installed = program.parent().unwrap_or(program);
    let missing = WINDOWS.iter().filter(|(place, _)| !installed.join(place).exists());
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    for (place, description) in missing {
        open_up(installed, folder, Path::new(place))?;
        fs::write(folder.join(place), description)?;
    }
    let address = url::Url::from_file_path(folder).map_err(|()| io::ErrorKind::InvalidInput)?;
    Ok(vec![(INSTALLATION.to_owned(), address.as_str().trim_end_matches('/').into())])
}

/// Makes the folders on the way to `place` real ones, whose other entries are links to what is installed.
fn open_up(installed: &Path, folder: &Path, place: &Path) -> io::Result<()> {
    let mut way: Vec<&Path> = place.ancestors().skip(1).collect();
    way.reverse();
    for part in way {
        let (real, ours) = (installed.join(part), folder.join(part));
        if ours.is_symlink() {
            fs::remove_file(&ours)?;
        } else if ours.is_dir() {
            continue;
        }
        fs::create_dir_all(&ours)?;
        link_entries(&real, &ours)?;
    }
    Ok(())
}

/// Links what is in one folder, which need not be there, from another.
fn link_entries(from: &Path, to: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(from) else { return Ok(()) };
    for entry in entries {
        let path: PathBuf = entry?.path();
        // What leads nowhere here leads nowhere from there.
        let (Ok(real), Some(name)) = (path.canonicalize(), path.file_name()) else { continue };
        symlink(real, to.join(name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installation() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in ["program/soffice", "share/fonts/a.ttf", "share/config/soffice.cfg/modules/a"] {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "installed").unwrap();
        }
        folder
    }

    #[test]
    fn what_is_missing_stands_among_what_is_installed() {
        let (installed, scratch) = (installation(), tempfile::tempdir().unwrap());
        let folder = scratch.path().join("office");
        let environment = complete(&installed.path().join("program"), &folder).unwrap();
        let address = format!("file://{}", folder.display());
        assert_eq!(environment, [(INSTALLATION.to_owned(), address.into())]);
        for file in ["program/soffice", "share/fonts/a.ttf", "share/config/soffice.cfg/modules/a"] {
            assert_eq!(fs::read_to_string(folder.join(file)).unwrap(), "installed", "{file}");
        }
        for (place, description) in WINDOWS {
            assert_eq!(fs::read_to_string(folder.join(place)).unwrap(), description);
            assert!(!installed.path().join(place).exists(), "{place}");
        }
    }

    #[test]
    fn a_whole_installation_is_used_as_it_is() {
        let (installed, scratch) = (installation(), tempfile::tempdir().unwrap());
        for (place, _) in WINDOWS {
            let place = installed.path().join(place);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, "installed").unwrap();
        }
        let folder = scratch.path().join("office");
        assert_eq!(complete(&installed.path().join("program"), &folder).unwrap(), []);
        assert!(!folder.exists());
    }
}
