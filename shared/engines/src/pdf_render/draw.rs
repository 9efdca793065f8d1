use std::any::Any;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use image::{DynamicImage, RgbImage};

use crate::conversion::Job;
use crate::raster::{Fit, Frame, Picture, save_to};
use crate::{ConversionError, Made};

/// Points of an inch (ISO 32000-2, 8.3.2.3).
const POINTS: f64 = 72.0;

/// The most pages that are drawn at once: each takes the memory of its picture, some times over.
const MOST_THREADS: usize = 4;

/// Pages to draw, each of which becomes a file.
struct Work<'a> {
    job: &'a Job,
    pdf: &'a Pdf,
    /// Their numbers, from 0.
    pages: &'a [usize],
    frame: Frame,
    density: f64,
    /// How many pages threads have taken, and how many are drawn.
    taken: AtomicUsize,
    drawn: AtomicUsize,
}

/// Draws pages, by their numbers from 0, at so many pixels an inch or in the size of the frame.
///
/// # Errors
///
/// When a picture would be over the limits, or the format cannot hold it.
pub(super) fn pages(
    job: &Job,
    pdf: &Pdf,
    pages: &[usize],
    (frame, density): (Frame, f64),
) -> Result<Made, ConversionError> {
    let (taken, drawn) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = Work { job, pdf, pages, frame, density, taken, drawn };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = threads.min(MOST_THREADS).min(pages.len());
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| work.run())).collect();
        let first = work.run();
        others
            .into_iter()
            .fold(first, |result, other| result.and(other.join().unwrap_or_else(lost)))
    })?;
    Ok((0..pages.len()).map(|index| work.path(index)).collect::<Vec<_>>().into())
}

impl Work<'_> {
    /// Draws pages until none is left.
    fn run(&self) -> Result<(), ConversionError> {
        // What it has learnt of fonts and glyphs is for one thread alone.
        let (cache, settings) = (RenderCache::new(), InterpreterSettings::default());
        loop {
            let index = self.taken.fetch_add(1, Ordering::Relaxed);
            let Some(&number) = self.pages.get(index) else { return Ok(()) };
            let drawn = self.draw(&self.pdf.pages()[number], &cache, &settings);
            let saved = drawn.and_then(|it| save_to(it, &self.job.conversion, &self.path(index)));
            // After an error nobody needs to go on.
            saved.inspect_err(|_| self.taken.store(self.pages.len(), Ordering::Relaxed))?;
            self.tell();
        }
    }

    fn path(&self, index: usize) -> PathBuf {
        if self.pages.len() == 1 { self.job.output() } else { self.job.numbered(index + 1) }
    }

    fn tell(&self) {
        let (drawn, all) = (self.drawn.fetch_add(1, Ordering::Relaxed) + 1, self.pages.len());
        self.job.progress.set(u8::try_from(drawn * 99 / all).unwrap_or(99));
        self.job.progress.say(format!("page {drawn} of {all}"));
    }

    fn draw<'a>(
        &self,
        page: &'a Page<'a>,
        cache: &RenderCache<'a>,
        settings: &InterpreterSettings,
    ) -> Result<Picture, ConversionError> {
        let (width, height) = page.render_dimensions();
        let scale = self.density / POINTS;
        let natural = (f64::from(width) * scale, f64::from(height) * scale);
        let size = self.frame.size(natural, true)?;
        let place = place(self.frame.fit, (width.into(), height.into()), size);
        let transform = place * page.initial_transform(true).to_kurbo();
        // The limits on a picture's sides are within 16 bits.
        let mut context = RenderContext::new(size.0 as u16, size.1 as u16);
        render_into(page, cache, settings, &RenderSettings::default(), &mut context, transform);
        context.flush();
        let mut pixmap = Pixmap::new(context.width(), context.height());
        let target = TargetInit::Clear(WHITE);
        let how = RasterizerSettings { target_init: target, ..Default::default() };
        context.render_with(&mut pixmap, &mut Resources::default(), how);
        Ok(opaque(&pixmap).into())
    }
}

/// Whatever a page did to its thread, others cannot make up for it.
fn lost(_: Box<dyn Any + Send>) -> Result<(), ConversionError> {
    Err(ConversionError::Failed("the engine failed on this file".into()))
}

/// Returns how a page of a size in points comes to lie on a picture.
fn place(fit: Fit, (width, height): (f64, f64), size: (u32, u32)) -> Affine {
    let (across, down) = (f64::from(size.0), f64::from(size.1));
    let (x, y) = (across / width, down / height);
    let (x, y) = if fit == Fit::Crop { (x.max(y), x.max(y)) } else { (x, y) };
    let middle = ((across - width * x) / 2.0, (down - height * y) / 2.0);
    Affine::translate(middle) * Affine::scale_non_uniform(x, y)
}

/// On white, nothing is transparent.
fn opaque(pixmap: &Pixmap) -> DynamicImage {
    let mut image = RgbImage::new(pixmap.width().into(), pixmap.height().into());
    let pixels = pixmap.data_as_u8_slice().chunks_exact(4);
    for (to, from) in image.pixels_mut().zip(pixels) {
        to.0.copy_from_slice(&from[..3]);
    }
    image.into()
}
