use std::fs;
use std::sync::{Arc, OnceLock};

use krilla::Document;
use krilla::geom::Size;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
use resvg::usvg::fontdb::Family;
use usvg::fontdb::Database;
use usvg::{ImageHrefResolver, ImageKind, Options, Tree};

use crate::conversion::Job;
use crate::svg::{checked, of_this_machine, picture_format};
use crate::{ConversionError, Format, Made};

/// How many points a pixel of a drawing is: 96 of them are an inch.
const POINTS: f32 = 0.75;

/// The longest side of a page in points that all programs show (ISO 32000-1, annex C.2).
const LONGEST_SIDE: f32 = 14_400.0;

/// How many pixels become of one of the drawing's where PDF knows no way to draw what it wants.
const FILTER_SCALE: f32 = 2.0;

/// Makes a page of a drawing.
///
/// # Errors
///
/// When the drawing is damaged or beyond the limits.
pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
    let tree = parse(&checked(&job.source().path)?)?;
    job.progress.set(30);
    let (width, height) = (tree.size().width(), tree.size().height());
    let points = POINTS.min(LONGEST_SIDE / width.max(height));
    let size = Size::from_wh(width * points, height * points).ok_or_else(failed)?;
    let mut document = Document::new();
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    let settings = SvgSettings { filter_scale: FILTER_SCALE, ..SvgSettings::default() };
    surface.draw_svg(&tree, size, settings).ok_or_else(failed)?;
    surface.finish();
    page.finish();
    job.progress.set(80);
    let file = document.finish().map_err(|_| failed())?;
    fs::write(job.output(), file)?;
    Ok(job.output().into())
}

fn parse(text: &str) -> Result<Tree, ConversionError> {
    let options = Options {
        fontdb: fonts(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|kind, data, _| {
                Some(match picture_format(kind, &data)? {
                    Format::PNG => ImageKind::PNG(data),
                    Format::JPG => ImageKind::JPEG(data),
                    Format::GIF => ImageKind::GIF(data),
                    Format::WEBP => ImageKind::WEBP(data),
                    _ => return None,
                })
            }),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let error = |error| ConversionError::invalid(format!("the drawing is damaged: {error}"));
    Tree::from_str(text, &options).map_err(error)
}

/// Returns this machine's fonts, which are looked for once per process.
fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        // The same as where a drawing becomes a picture.
        let known = of_this_machine();
        fonts.set_serif_family(known.family_name(&Family::Serif));
        fonts.set_sans_serif_family(known.family_name(&Family::SansSerif));
        fonts.set_cursive_family(known.family_name(&Family::Cursive));
        fonts.set_fantasy_family(known.family_name(&Family::Fantasy));
        fonts.set_monospace_family(known.family_name(&Family::Monospace));
        Arc::new(fonts)
    }))
}

fn failed() -> ConversionError {
    ConversionError::Failed("the drawing cannot be drawn".into())
}
