use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::kurbo::{Affine, BezPath, Point};

use super::lines::{Lines, Mark};

/// Glyphs are drawn as if their fonts had so many units to the em.
const EM: f64 = 1000.0;

/// How wide a glyph is taken to be whose font does not say, in ems.
const USUAL_WIDTH: f64 = 0.5;

/// Everything but text is of no interest.
impl<'a> Device<'a> for Lines {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(char)) => char.to_string(),
                Some(BfString::String(text)) => text,
                None => continue,
            };
            self.push(mark(&text, glyph, props.transform * glyph.transform()));
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

fn mark<'t>(text: &'t str, glyph: &Glyph<'_>, transform: Affine) -> Mark<'t> {
    let width = match glyph {
        Glyph::Outline(glyph) => glyph.advance_width().map(|width| f64::from(width) / EM),
        Glyph::Type3(_) => None,
    };
    let at = |x: f64, y: f64| transform * Point::new(x * EM, y * EM);
    let start = at(0.0, 0.0);
    Mark {
        text,
        start,
        end: at(width.unwrap_or(USUAL_WIDTH), 0.0),
        size: (at(0.0, 1.0) - start).hypot(),
    }
}
