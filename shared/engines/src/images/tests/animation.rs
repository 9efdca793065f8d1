use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::LoopCount;
use image::{AnimationDecoder, Delay, Frame, Frames};

use super::*;

const ANIMATED: [Format; 3] = [Format::GIF, Format::PNG, Format::WEBP];

/// Writes an animation of a red square that moves to the right over white, or a single frame of it.
fn animation(bench: &Bench, frames: u32, repeat: Repeat) -> PathBuf {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    encoder.set_repeat(repeat).unwrap();
    for number in 0..frames {
        let square = number * 12..number * 12 + 10;
        let colour = |x, y: u32| if square.contains(&x) && y < 10 { RED } else { WHITE };
        let image = RgbaImage::from_fn(40, 20, |x, y| Rgba(colour(x, y)));
        let delay = Delay::from_numer_denom_ms(120 + number * 100, 1);
        encoder.encode_frame(Frame::from_parts(image, 0, 0, delay)).unwrap();
    }
    drop(encoder);
    bench.write("animation.gif", file)
}

/// Returns how often an animation is played, and its frames, by the decoders of another library than wrote them.
fn frames(path: &Path, format: Format) -> (LoopCount, Vec<Frame>) {
    fn all<'a>(decoder: impl AnimationDecoder<'a>) -> (LoopCount, Frames<'a>) {
        (decoder.loop_count(), decoder.into_frames())
    }
    let file = BufReader::new(File::open(path).unwrap());
    let (count, frames) = match format {
        Format::GIF => all(GifDecoder::new(file).unwrap()),
        Format::PNG => all(PngDecoder::new(file).unwrap().apng().unwrap()),
        _ => all(WebPDecoder::new(file).unwrap()),
    };
    (count, frames.collect_frames().unwrap())
}

#[tokio::test]
async fn an_animation_stays_one_in_each_format_that_can_be() {
    let bench = Bench::new();
    let options = json!({"quality": 95});
    for input in ANIMATED {
        let gif = animation(&bench, 3, Repeat::Infinite);
        let file = bench.file(gif, (Format::GIF, input), options.clone()).await;
        for output in ANIMATED {
            let file = bench.file(file.clone(), (input, output), options.clone()).await;
            let (count, frames) = frames(&file, output);
            assert!(matches!(count, LoopCount::Infinite), "{input} to {output}");
            assert_eq!(frames.len(), 3, "{input} to {output}");
            for (number, frame) in (0..).zip(frames) {
                assert_eq!(frame.delay().numer_denom_ms(), (120 + number * 100, 1));
                let image = DynamicImage::from(frame.into_buffer());
                assert_near(pixel(&image, number * 12 + 4, 4), RED);
                assert_near(pixel(&image, 4, if number == 0 { 15 } else { 4 }), WHITE);
            }
        }
    }
}

#[tokio::test]
async fn another_program_sees_every_frame() {
    let bench = Bench::new();
    let file = bench
        .file(animation(&bench, 3, Repeat::Infinite), (Format::GIF, Format::WEBP), json!({}))
        .await;
    let script = "import sys; from PIL import Image; i=Image.open(sys.argv[1]); print(i.n_frames)";
    let has_pillow =
        std::process::Command::new("/usr/bin/python3").args(["-c", "import PIL"]).status();
    if !has_pillow.is_ok_and(|status| status.success()) {
        assert!(!crate::testing::everything_is_required(), "Pillow is missing");
        return;
    }
    for (path, format) in [
        (file.clone(), "webp"),
        (bench.file(file, (Format::WEBP, Format::PNG), json!({})).await, "png"),
    ] {
        let said = peer("/usr/bin/python3", &["-c", script, path.to_str().unwrap()]).unwrap();
        assert_eq!(String::from_utf8(said).unwrap().trim(), "3", "{format}");
    }
}

#[tokio::test]
async fn an_animation_is_resized_frame_by_frame() {
    let bench = Bench::new();
    for output in ANIMATED {
        let file = bench
            .file(
                animation(&bench, 3, Repeat::Finite(2)),
                (Format::GIF, output),
                json!({"width": 20}),
            )
            .await;
        let (count, frames) = frames(&file, output);
        assert!(matches!(count, LoopCount::Finite(count) if count.get() == 2), "{output}");
        assert!(frames.iter().all(|frame| frame.buffer().dimensions() == (20, 10)), "{output}");
    }
}

#[tokio::test]
async fn an_animation_is_its_first_frame_where_that_is_asked_for_or_all_there_can_be() {
    let bench = Bench::new();
    for (output, options) in [(Format::PNG, json!({"frames": "first"})), (Format::BMP, json!({}))] {
        let gif = animation(&bench, 3, Repeat::Infinite);
        let file = bench.file(gif, (Format::GIF, output), options).await;
        assert_near(pixel(&open(&file), 4, 4), RED);
        if output == Format::PNG {
            let file = BufReader::new(File::open(file).unwrap());
            assert!(!PngDecoder::new(file).unwrap().is_apng().unwrap());
        }
    }
}

#[tokio::test]
async fn a_single_frame_is_no_animation() {
    let bench = Bench::new();
    let gif = animation(&bench, 1, Repeat::Infinite);
    let file = bench.file(gif, (Format::GIF, Format::PNG), json!({})).await;
    let file = BufReader::new(File::open(file).unwrap());
    assert!(!PngDecoder::new(file).unwrap().is_apng().unwrap());
}

#[tokio::test]
async fn a_damaged_animation_is_refused() {
    let bench = Bench::new();
    // A WebP that breaks off ends with its last whole frame.
    for input in [Format::GIF, Format::PNG] {
        let gif = animation(&bench, 3, Repeat::Infinite);
        let whole = fs::read(bench.file(gif, (Format::GIF, input), json!({})).await).unwrap();
        let cut = bench.write("cut", &whole[..whole.len() * 3 / 4]);
        let result = bench.convert(cut, input, Format::GIF, json!({})).await;
        assert!(matches!(result, Err(ConversionError::InvalidFile(_))), "{input}: {result:?}");
    }
}
