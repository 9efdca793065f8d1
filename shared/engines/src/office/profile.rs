use std::io;
use std::path::{Path, PathBuf};

use url::Url;

/// Settings, as group, name and value, that keep a document from reaching beyond itself.
///
/// The first keeps it from fetching what it links to, local files included; by the next three no macro runs and there is
/// no Java; by the two after that it begins at once, without an installation for the user; the last two never update links
/// and fields. Names: LibreOffice's `officecfg` schemas.
const SETTINGS: [(&str, &str, &str); 8] = [
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Setup/Office", "ooSetupInstCompleted", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "1"),
];

/// The variable, of the environment or of `-env:`, by which LibreOffice learns where its profile is. Without it, it asks
/// for the user's home directory, which a confined process does not get to know.
pub(super) const PROFILE: &str = "UserInstallation";

/// Returns where the profile of a process is that works in `directory`, and how LibreOffice calls that.
pub(super) fn within(directory: &Path) -> io::Result<(PathBuf, String)> {
    let folder = directory.join("profile");
    let address = Url::from_file_path(&folder).map_err(|()| io::ErrorKind::InvalidInput)?;
    Ok((folder, address.into()))
}

/// Writes a new profile into `folder`, which must not exist.
pub(super) async fn create(folder: &Path) -> io::Result<()> {
    let user = folder.join("user");
    tokio::fs::create_dir_all(&user).await?;
    tokio::fs::write(user.join("registrymodifications.xcu"), registry()).await
}

fn registry() -> String {
    let item = |(group, name, value)| {
        format!(
            "<item oor:path=\"/org.openoffice.{group}\"><prop oor:name=\"{name}\" oor:op=\"fuse\">\
             <value>{value}</value></prop></item>\n"
        )
    };
    let items: String = SETTINGS.into_iter().map(item).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" \
         xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
         {items}</oor:items>\n"
    )
}
