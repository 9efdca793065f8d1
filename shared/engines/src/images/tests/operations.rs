//! Thumbnails, watermarks and smaller files.

use super::*;
use crate::Product;

async fn process(
    bench: &Bench,
    operation: &str,
    sources: &[(PathBuf, &str, Format)],
    options: (Format, Value),
) -> Result<PathBuf, ConversionError> {
    let made = bench.process(operation, sources, options.0, options.1).await?.made;
    let [Product { path, .. }] = made.files.as_slice() else { panic!("{made:?}") };
    Ok(path.clone())
}

#[tokio::test]
async fn a_thumbnail_is_small_and_upright() {
    let bench = Bench::new();
    for (name, input) in
        [("photo.png", Format::PNG), ("photo.jpg", Format::JPG), ("drawing.svg", Format::SVG)]
    {
        for output in [Format::PNG, Format::JPG, Format::WEBP] {
            let sources = [(sample(name), name, input)];
            let check = async |options: Value, size: (u32, u32)| {
                let file = process(&bench, "thumbnail", &sources, (output, options)).await.unwrap();
                let image = open(&file);
                assert_eq!((image.width(), image.height()), size, "{name} to {output}");
            };
            check(json!({"width": 64, "height": 32, "fit": "crop"}), (64, 32)).await;
            check(json!({"width": 64, "height": 32, "fit": "scale"}), (64, 32)).await;
            if input != Format::SVG {
                check(json!({"width": 64}), (64, 48)).await;
                check(json!({}), (320, 240)).await;
            }
        }
    }
}

/// Writes a gray picture of 400 by 200 pixels in a format.
async fn gray(bench: &Bench, format: Format) -> PathBuf {
    let mut file = Cursor::new(Vec::new());
    RgbaImage::from_pixel(400, 200, Rgba([128, 128, 128, 255]))
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    let input = bench.write("gray.png", file.into_inner());
    bench.file(input, (Format::PNG, format), json!({"quality": 95})).await
}

/// Returns the part of a picture that is not gray, as left, top, right and bottom.
fn marked(image: &DynamicImage) -> Option<(u32, u32, u32, u32)> {
    let image = image.to_rgba8();
    let is_marked = |pixel: &Rgba<u8>| pixel.0[..3].iter().any(|it| it.abs_diff(128) > 40);
    let marked: Vec<_> =
        image.enumerate_pixels().filter(|(_, _, pixel)| is_marked(pixel)).collect();
    Some((
        marked.iter().map(|it| it.0).min()?,
        marked.iter().map(|it| it.1).min()?,
        marked.iter().map(|it| it.0).max()?,
        marked.iter().map(|it| it.1).max()?,
    ))
}

async fn mark(bench: &Bench, format: Format, options: Value) -> DynamicImage {
    let sources = [(gray(bench, format).await, "gray", format)];
    open(&process(bench, "watermark", &sources, (format, options)).await.unwrap())
}

#[tokio::test]
async fn a_text_is_written_where_it_is_wanted() {
    let bench = Bench::new();
    for format in [Format::PNG, Format::JPG, Format::WEBP, Format::TIFF, Format::GIF] {
        let image = mark(&bench, format, json!({"text": "DRAFT", "font_color": "#ff0000"})).await;
        let (left, top, right, bottom) = marked(&image).unwrap();
        // Half the width, in the middle.
        assert!((190..=204).contains(&(right - left)), "{format}: {left} to {right}");
        assert!((left + right).abs_diff(400) < 12 && (top + bottom).abs_diff(200) < 24, "{format}");
    }
    let options = json!({"text": "DRAFT\n<b>&", "font_size": 20, "position_vertical": "bottom",
        "position_horizontal": "left", "margin_vertical": 10, "margin_horizontal": 30});
    let (left, top, right, bottom) = marked(&mark(&bench, Format::PNG, options).await).unwrap();
    assert!((28..40).contains(&left) && right < 130, "{left} to {right}");
    assert!((142..160).contains(&top) && (175..=190).contains(&bottom), "{top} to {bottom}");
}

#[tokio::test]
async fn a_text_can_be_turned_and_be_seen_through() {
    let bench = Bench::new();
    let options = json!({"text": "DRAFT", "font_size": 30, "rotation": 90, "font_color": "#000"});
    let (left, top, right, bottom) = marked(&mark(&bench, Format::PNG, options).await).unwrap();
    assert!(bottom - top > 2 * (right - left));
    let faint = json!({"text": "DRAFT", "opacity": 10, "font_color": "#000"});
    assert_eq!(marked(&mark(&bench, Format::PNG, faint).await), None);
    let none = json!({"text": "DRAFT", "opacity": 0});
    assert!(mark(&bench, Format::PNG, none).await.to_rgb8().iter().all(|sample| *sample == 128));
}

#[tokio::test]
async fn a_picture_is_put_where_it_is_wanted() {
    let bench = Bench::new();
    for (name, format) in [("photo.png", Format::PNG), ("drawing.svg", Format::SVG)] {
        let sources =
            [(gray(&bench, Format::PNG).await, "gray", Format::PNG), (sample(name), name, format)];
        let options = json!({"image_width": 80, "image_height": 60, "position_vertical": "top",
            "position_horizontal": "right", "margin_vertical": 0, "margin_horizontal": 20});
        let file = process(&bench, "watermark", &sources, (Format::PNG, options)).await.unwrap();
        let (left, top, right, bottom) = marked(&open(&file)).unwrap();
        assert!(left >= 300 && right < 380 && bottom < 60, "{name}: {left} {top} {right} {bottom}");
        assert!(right - left > 40 && bottom - top > 30, "{name}");
    }
}

#[tokio::test]
async fn each_frame_of_an_animation_is_marked() {
    let bench = Bench::new();
    let mut file = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut file);
    for shade in [120, 128, 136] {
        let image = RgbaImage::from_pixel(200, 100, Rgba([shade, shade, shade, 255]));
        encoder.encode_frame(image::Frame::new(image)).unwrap();
    }
    drop(encoder);
    let sources = [(bench.write("a.gif", file), "a.gif", Format::GIF)];
    let options = json!({"text": "DRAFT"});
    let file = process(&bench, "watermark", &sources, (Format::GIF, options)).await.unwrap();
    let file = std::io::BufReader::new(fs::File::open(file).unwrap());
    let decoder = image::codecs::gif::GifDecoder::new(file).unwrap();
    let frames = image::AnimationDecoder::into_frames(decoder).collect_frames().unwrap();
    assert_eq!(frames.len(), 3);
    assert!(frames.into_iter().all(|frame| marked(&frame.into_buffer().into()).is_some()));
}

#[tokio::test]
async fn a_watermark_is_a_text_or_a_picture() {
    let bench = Bench::new();
    let sources = [(sample("photo.png"), "photo.png", Format::PNG)];
    let result = process(&bench, "watermark", &sources, (Format::PNG, json!({}))).await;
    let Err(ConversionError::InvalidOption { field, .. }) = result else { panic!("{result:?}") };
    assert_eq!(field, "text");
}

#[tokio::test]
async fn a_png_gets_smaller_and_loses_nothing() {
    let bench = Bench::new();
    // Written without compression, as some programs do.
    let mut file = Cursor::new(Vec::new());
    let encoder = image::codecs::png::PngEncoder::new_with_quality(
        &mut file,
        image::codecs::png::CompressionType::Uncompressed,
        image::codecs::png::FilterType::NoFilter,
    );
    let original = open(&sample("photo.png"));
    original.write_with_encoder(encoder).unwrap();
    let input = bench.write("large.png", file.into_inner());
    let sources = [(input.clone(), "large.png", Format::PNG)];
    for profile in ["web", "print", "archive", "max"] {
        let options = (Format::PNG, json!({"profile": profile}));
        let file = process(&bench, "optimize", &sources, options).await.unwrap();
        assert!(fs::metadata(&file).unwrap().len() < fs::metadata(&input).unwrap().len() / 4);
        assert_eq!(open(&file).to_rgb8(), original.to_rgb8());
    }
    let lossless = process(&bench, "optimize", &sources, (Format::PNG, json!({}))).await.unwrap();
    let options = (Format::PNG, json!({"quality": 50}));
    let file = process(&bench, "optimize", &sources, options).await.unwrap();
    assert!(fs::metadata(&file).unwrap().len() < fs::metadata(lossless).unwrap().len());
    assert_alike(&open(&file), &original);
}

#[tokio::test]
async fn a_jpg_gets_smaller_by_its_profile_and_never_larger() {
    let bench = Bench::new();
    let sources = [(sample("photo.jpg"), "photo.jpg", Format::JPG)];
    let mut sizes = vec![fs::metadata(sample("photo.jpg")).unwrap().len()];
    for profile in ["archive", "print", "web", "max"] {
        let options = (Format::JPG, json!({"profile": profile}));
        let file = process(&bench, "optimize", &sources, options).await.unwrap();
        // Read by another decoder: progressive scans of reduced colours are a risk of ours.
        let seen = bench.directory.path().join("seen.png");
        let from = ["-auto-orient", file.to_str().unwrap(), seen.to_str().unwrap()];
        if peer("convert", &from).is_some() {
            assert_alike(&open(&seen), &open(&sample("photo.png")));
        }
        sizes.push(fs::metadata(file).unwrap().len());
    }
    assert!(sizes.is_sorted_by(|a, b| a >= b) && sizes[0] > sizes[4], "{sizes:?}");
    let small =
        bench.file(sample("photo.png"), (Format::PNG, Format::JPG), json!({"quality": 5})).await;
    let sources = [(small.clone(), "small.jpg", Format::JPG)];
    let options = (Format::JPG, json!({"quality": 100}));
    let file = process(&bench, "optimize", &sources, options).await.unwrap();
    assert!(fs::read(file).unwrap() == fs::read(small).unwrap());
    assert_eq!(bench.progress.words().as_deref(), Some("the file is as small as it goes"));
}

#[tokio::test]
async fn an_optimized_jpg_is_read_again_here() {
    let bench = Bench::new();
    let photo =
        bench.file(sample("photo.png"), (Format::PNG, Format::JPG), json!({"quality": 100})).await;
    for quality in [40, 80, 95] {
        let sources = [(photo.clone(), "photo.jpg", Format::JPG)];
        let options = (Format::JPG, json!({ "quality": quality }));
        let file = process(&bench, "optimize", &sources, options).await.unwrap();
        let file = bench.file(file, (Format::JPG, Format::PNG), json!({})).await;
        assert_alike(&open(&file), &open(&sample("photo.png")));
    }
}
