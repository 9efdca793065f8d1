use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use image::imageops::FilterType;
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Rgba, RgbaImage,
};
use serde_json::{Value, json};

use super::*;
use crate::ConversionError;
mod animation;
mod metadata;
mod operations;

use crate::raster::testing::{assert_alike, assert_near, open, pixel};
use crate::testing::{Bench, peer, sample};

const RED: [u8; 4] = [220, 30, 40, 255];
const WHITE: [u8; 4] = [255; 4];
const CLEAR: [u8; 4] = [0; 4];

#[tokio::test]
async fn every_format_becomes_every_other() {
    let bench = Bench::new();
    // As large as all formats hold it: an icon has 256 pixels a side at most.
    let options = json!({"quality": 95, "width": 240});
    let original = open(&sample("photo.png")).resize(240, 180, FilterType::Lanczos3);
    for &input in INPUTS {
        let file = bench.file(sample("photo.png"), (Format::PNG, input), options.clone()).await;
        for &output in INPUTS {
            let result = bench.file(file.clone(), (input, output), options.clone()).await;
            let format =
                ImageReader::open(&result).unwrap().with_guessed_format().unwrap().format();
            assert_eq!(
                format,
                ImageFormat::from_extension(output.extension()),
                "{input} to {output}"
            );
            assert_alike(&open(&result), &original);
        }
    }
}

#[tokio::test]
async fn another_program_sees_the_same_in_each_format() {
    let bench = Bench::new();
    for output in INPUTS.iter().copied().chain([Format::AVIF]) {
        let options = json!({"quality": 90, "width": 240});
        let file = bench.file(sample("photo.png"), (Format::PNG, output), options).await;
        let seen = bench.directory.path().join("seen.png");
        let (from, to) = (file.to_str().unwrap(), seen.to_str().unwrap());
        // Debian's ImageMagick knows no QOI.
        let looked = if output == Format::QOI {
            peer("ffmpeg", &["-v", "error", "-y", "-i", from, to])
        } else {
            peer("convert", &[&format!("{output}:{from}"), to])
        };
        let Some(_) = looked else { return };
        let original = open(&sample("photo.png")).resize(240, 180, FilterType::Lanczos3);
        assert_alike(&open(&seen), &original);
    }
}

#[tokio::test]
async fn a_picture_on_its_side_is_turned_upright() {
    let bench = Bench::new();
    assert_eq!(
        (open(&sample("photo.jpg")).width(), open(&sample("photo.jpg")).height()),
        (240, 320)
    );
    for output in [Format::PNG, Format::JPG] {
        let file = bench.file(sample("photo.jpg"), (Format::JPG, output), json!({})).await;
        assert_alike(&open(&file), &open(&sample("photo.png")));
        assert_near(pixel(&open(&file), 40, 40), RED);
    }
    let file = bench.file(sample("photo.jpg"), (Format::JPG, Format::JPG), json!({})).await;
    let mut decoder = ImageReader::open(&file).unwrap().into_decoder().unwrap();
    assert_eq!(decoder.orientation().unwrap(), image::metadata::Orientation::NoTransforms);
}

/// Converts the sample to PNG with these options and returns the result.
async fn resize(options: Value) -> DynamicImage {
    open(&Bench::new().file(sample("photo.png"), (Format::PNG, Format::PNG), options).await)
}

#[tokio::test]
async fn max_fits_the_whole_picture() {
    let image = resize(json!({"width": 160, "height": 160})).await;
    assert_eq!((image.width(), image.height()), (160, 120));
    assert_near(pixel(&image, 20, 20), RED);
    assert_alike(&image, &open(&sample("photo.png")).resize_exact(160, 120, FilterType::Lanczos3));
    let image = resize(json!({"width": 3200, "fit": "max"})).await;
    assert_eq!((image.width(), image.height()), (320, 240));
}

#[tokio::test]
async fn crop_fills_the_size_from_the_middle() {
    let image = resize(json!({"width": 120, "height": 120, "fit": "crop"})).await;
    assert_eq!((image.width(), image.height()), (120, 120));
    // Half the size, and 20 pixels lost at either side: the red square is cut at x = 12.
    assert_near(pixel(&image, 6, 20), RED);
    assert!(pixel(&image, 20, 20)[0] < 150);
}

#[tokio::test]
async fn scale_gives_up_the_shape_and_enlarges() {
    let image = resize(json!({"width": 640, "height": 120, "fit": "scale"})).await;
    assert_eq!((image.width(), image.height()), (640, 120));
    assert_near(pixel(&image, 80, 20), RED);
    assert_near(pixel(&image, 40, 10), RED);
}

#[tokio::test]
async fn what_would_be_too_large_is_refused() {
    let options = json!({"width": 20_000, "height": 20_000, "fit": "scale"});
    let result = Bench::new().convert(sample("photo.png"), Format::PNG, Format::JPG, options).await;
    assert!(matches!(result, Err(ConversionError::TooLarge(_))), "{result:?}");
}

/// Writes a picture whose left half is red and whose right half is clear.
fn half_clear(bench: &Bench) -> PathBuf {
    let image = RgbaImage::from_fn(64, 32, |x, _| Rgba(if x < 32 { RED } else { CLEAR }));
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    bench.write("half.png", file.into_inner())
}

#[tokio::test]
async fn transparency_is_kept_or_becomes_white() {
    let bench = Bench::new();
    for (output, right) in [
        (Format::JPG, WHITE),
        (Format::BMP, WHITE),
        (Format::PNG, CLEAR),
        (Format::GIF, CLEAR),
        (Format::TIFF, CLEAR),
        (Format::WEBP, CLEAR),
        (Format::ICO, CLEAR),
        (Format::QOI, CLEAR),
        (Format::TGA, CLEAR),
        (Format::PNM, WHITE),
    ] {
        let image = open(&bench.file(half_clear(&bench), (Format::PNG, output), json!({})).await);
        assert_near(pixel(&image, 8, 16), RED);
        let found = pixel(&image, 56, 16);
        if right == CLEAR {
            assert_eq!(found[3], 0, "{output}");
        } else {
            assert_near(found, right);
        }
    }
}

#[tokio::test]
async fn gray_pictures_stay_gray() {
    let bench = Bench::new();
    let mut file = Cursor::new(Vec::new());
    GrayImage::from_fn(40, 40, |x, _| [x as u8 * 6].into())
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    let input = bench.write("gray.png", file.into_inner());
    for output in [Format::JPG, Format::PNG, Format::TIFF] {
        let image =
            open(&bench.file(input.clone(), (Format::PNG, output), json!({"width": 20})).await);
        assert!(!image.color().has_color(), "{output}");
        assert_eq!((image.width(), image.height()), (20, 20));
    }
}

#[tokio::test]
async fn quality_is_the_size_of_what_is_lost() {
    let bench = Bench::new();
    for output in [Format::JPG, Format::WEBP] {
        let mut sizes = Vec::new();
        for quality in [10, 50, 95] {
            let file = bench
                .file(sample("photo.png"), (Format::PNG, output), json!({ "quality": quality }))
                .await;
            sizes.push(fs::metadata(file).unwrap().len());
        }
        assert!(sizes.is_sorted_by(|a, b| a < b), "{output}: {sizes:?}");
    }
}

/// Writes a picture with a profile that is none but for the name of its colours.
fn with_profile(bench: &Bench, colours: &[u8; 4]) -> (PathBuf, Vec<u8>) {
    let mut profile = vec![0; 131];
    profile[16..20].copy_from_slice(colours);
    let mut file = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
    encoder.set_icc_profile(profile.clone()).unwrap();
    open(&sample("photo.png")).write_with_encoder(encoder).unwrap();
    (bench.write("profile.png", file), profile)
}

async fn profile_of(
    bench: &Bench,
    input: PathBuf,
    output: Format,
    options: Value,
) -> Option<Vec<u8>> {
    let file = bench.file(input, (Format::PNG, output), options).await;
    assert_alike(&open(&file), &open(&sample("photo.png")));
    ImageReader::open(&file).unwrap().into_decoder().unwrap().icc_profile().unwrap()
}

#[tokio::test]
async fn the_colour_profile_is_kept_unless_it_is_stripped() {
    let bench = Bench::new();
    let (input, profile) = with_profile(&bench, b"RGB ");
    for output in [Format::PNG, Format::JPG, Format::WEBP, Format::TIFF] {
        let found = profile_of(&bench, input.clone(), output, json!({"quality": 95})).await;
        assert_eq!(found.as_ref(), Some(&profile), "{output}");
        let found =
            profile_of(&bench, input.clone(), output, json!({"quality": 95, "strip": true})).await;
        assert_eq!(found, None, "{output}");
    }
}

#[tokio::test]
async fn a_profile_for_other_colours_is_dropped() {
    let bench = Bench::new();
    let (input, _) = with_profile(&bench, b"CMYK");
    assert_eq!(profile_of(&bench, input, Format::JPG, json!({"quality": 95})).await, None);
}

#[tokio::test]
async fn a_profile_beside_transparency_leaves_both_in_webp() {
    let bench = Bench::new();
    let mut profile = vec![0; 128];
    profile[16..20].copy_from_slice(b"RGB ");
    let mut file = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
    encoder.set_icc_profile(profile.clone()).unwrap();
    open(&half_clear(&bench)).write_with_encoder(encoder).unwrap();
    let file =
        bench.file(bench.write("both.png", file), (Format::PNG, Format::WEBP), json!({})).await;
    assert_eq!(pixel(&open(&file), 56, 16)[3], 0);
    let mut decoder = ImageReader::open(&file).unwrap().into_decoder().unwrap();
    assert_eq!(decoder.icc_profile().unwrap(), Some(profile));
}

/// Returns the start of a PNG that says it has this size, with an empty picture.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [header, b"IDAT".to_vec(), b"IEND".to_vec()] {
        file.extend((chunk.len() as u32 - 4).to_be_bytes());
        file.extend(&chunk);
        file.extend(crc(&chunk).to_be_bytes());
    }
    file
}

/// The checksum of PNG 1.2, appendix D.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[tokio::test]
async fn a_picture_over_the_limits_is_refused_before_it_is_decoded() {
    let bench = Bench::new();
    for (width, height) in
        [(50_000, 50_000), (30_001, 1), (1, 30_001), (10_001, 10_000), (u32::MAX, u32::MAX)]
    {
        let result = bench
            .convert(
                bench.write("bomb.png", bomb(width, height)),
                Format::PNG,
                Format::JPG,
                json!({}),
            )
            .await;
        let too_large = matches!(result, Err(ConversionError::TooLarge(_)));
        // A size beyond what PNG allows is damage to the decoder.
        assert!(
            too_large || width == u32::MAX && result.is_err(),
            "{width} x {height}: {result:?}"
        );
    }
}

#[tokio::test]
async fn webp_has_a_limit_of_its_own() {
    let bench = Bench::new();
    let mut file = Cursor::new(Vec::new());
    GrayImage::new(16_384, 1).write_to(&mut file, ImageFormat::Png).unwrap();
    let result = bench
        .convert(bench.write("wide.png", file.into_inner()), Format::PNG, Format::WEBP, json!({}))
        .await;
    let Err(error @ ConversionError::TooLarge(_)) = result else { panic!("{result:?}") };
    assert_eq!(
        error.to_string(),
        "webp holds at most 16383 pixels a side, the picture has 16384 x 1"
    );
}

#[tokio::test]
async fn a_damaged_picture_is_an_error() {
    let bench = Bench::new();
    let whole = fs::read(sample("photo.png")).unwrap();
    for content in [&whole[..whole.len() / 2], &whole[..20], b"\x89PNG\r\n\x1a\n"] {
        let result = bench
            .convert(bench.write("cut.png", content), Format::PNG, Format::JPG, json!({}))
            .await;
        let Err(error @ ConversionError::InvalidFile(_)) = result else { panic!("{result:?}") };
        assert_eq!(error.to_string(), "the picture is damaged");
    }
    for (format, magic) in [
        (Format::GIF, &b"GIF89a"[..]),
        (Format::JPG, b"\xff\xd8\xff\xe0"),
        (Format::TIFF, b"II\x2a\0\x08\0\0\0\xff\xff\0\0"),
        (Format::BMP, b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0"),
        (Format::WEBP, b"RIFF\x04\0\0\0WEBP"),
        (Format::ICO, b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\xff\0\0\0\x16\0\0\0"),
        (Format::QOI, b"qoif\0\0\0\x10\0\0\0\x10\x04\0"),
        (Format::PNM, b"P6 16 16 255 ab"),
        (Format::TGA, b"\0\0\x02\0\0\0\0\0\0\0\0\0\x10\0\x10\0\x18\0"),
    ] {
        let result = bench.convert(bench.write("cut", magic), format, Format::PNG, json!({})).await;
        assert!(matches!(result, Err(ConversionError::InvalidFile(_))), "{format}: {result:?}");
    }
}

/// Encodes the sample with a scan for each colour, or all in one.
fn jpeg(apart: bool, sampling: jpeg_encoder::SamplingFactor) -> Vec<u8> {
    let image = open(&sample("photo.png")).into_rgb8();
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    encoder.set_sampling_factor(sampling);
    encoder.set_optimized_huffman_tables(apart);
    encoder.encode(&image, 320, 240, jpeg_encoder::ColorType::Rgb).unwrap();
    file
}

#[tokio::test]
async fn a_jpeg_that_would_be_read_wrong_is_refused() {
    use jpeg_encoder::SamplingFactor::{R_4_2_0, R_4_4_4};

    let bench = Bench::new();
    let result = bench
        .convert(bench.write("apart.jpg", jpeg(true, R_4_2_0)), Format::JPG, Format::PNG, json!({}))
        .await;
    assert!(matches!(result, Err(ConversionError::Failed(_))), "{result:?}");
    for file in [jpeg(true, R_4_4_4), jpeg(false, R_4_2_0)] {
        let file = bench
            .file(bench.write("together.jpg", file), (Format::JPG, Format::PNG), json!({}))
            .await;
        assert_alike(&open(&file), &open(&sample("photo.png")));
    }
}

#[tokio::test]
async fn a_jpeg_of_any_quality_can_be_read_again() {
    let bench = Bench::new();
    for quality in [50, 85, 89, 90, 100] {
        let file = bench
            .file(sample("photo.png"), (Format::PNG, Format::JPG), json!({ "quality": quality }))
            .await;
        assert_alike(&open(&file), &open(&sample("photo.png")));
        bench.file(file, (Format::JPG, Format::PNG), json!({})).await;
    }
}
