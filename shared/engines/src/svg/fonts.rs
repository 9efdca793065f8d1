use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb::{Database, Family, Query};

/// Families to draw with where a drawing only says `serif` and so on, or asks for a family that is not here.
const SERIF: &[&str] =
    &["Times New Roman", "Liberation Serif", "DejaVu Serif", "Noto Serif", "FreeSerif"];
const SANS_SERIF: &[&str] = &["Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans", "FreeSans"];
const MONOSPACE: &[&str] =
    &["Courier New", "Liberation Mono", "DejaVu Sans Mono", "Noto Sans Mono", "FreeMono"];

/// Returns this machine's fonts, which are looked for once per process.
pub(crate) fn of_this_machine() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| Arc::new(find())))
}

fn find() -> Database {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    // Without these, text in a generic family would not be drawn at all.
    if let Some(name) = first(&fonts, SERIF).or_else(|| first(&fonts, SANS_SERIF)) {
        fonts.set_serif_family(name);
    }
    if let Some(name) = first(&fonts, SANS_SERIF) {
        fonts.set_sans_serif_family(&name);
        fonts.set_cursive_family(&name);
        fonts.set_fantasy_family(name);
    }
    if let Some(name) = first(&fonts, MONOSPACE) {
        fonts.set_monospace_family(name);
    }
    fonts
}

/// Returns the first family that is here, or else any at all.
fn first(fonts: &Database, names: &[&str]) -> Option<String> {
    let is_here = |name: &&&str| {
        fonts.query(&Query { families: &[Family::Name(name)], ..Query::default() }).is_some()
    };
    let known = names.iter().find(is_here).map(|name| (*name).to_owned());
    known.or_else(|| Some(fonts.faces().next()?.families.first()?.0.clone()))
}
