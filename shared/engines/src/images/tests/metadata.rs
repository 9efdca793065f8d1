use super::*;

/// Asks exiftool for a tag of a file.
fn tag(path: &std::path::Path, tag: &str) -> Option<String> {
    let said = peer("exiftool", &["-s3", tag, path.to_str().unwrap()])?;
    Some(String::from_utf8(said).unwrap().trim().to_owned())
}

#[tokio::test]
async fn exif_is_kept_without_the_orientation_unless_it_is_stripped() {
    let bench = Bench::new();
    let input = bench.directory.path().join("tagged.jpg");
    fs::copy(sample("photo.jpg"), &input).unwrap();
    let arguments =
        ["-overwrite_original", "-Artist=Ada", "-GPSLatitude=47", input.to_str().unwrap()];
    let Some(_) = peer("exiftool", &arguments) else { return };
    assert_eq!(tag(&input, "-Orientation#").as_deref(), Some("6"));
    for output in [Format::JPG, Format::PNG, Format::WEBP] {
        let file = bench.file(input.clone(), (Format::JPG, output), json!({})).await;
        assert_eq!(tag(&file, "-Artist").as_deref(), Some("Ada"), "{output}");
        assert_eq!(tag(&file, "-Orientation#").as_deref(), Some("1"), "{output}");
        assert_alike(&open(&file), &open(&sample("photo.png")));
        let file = bench.file(input.clone(), (Format::JPG, output), json!({"strip": true})).await;
        assert_eq!(tag(&file, "-Artist").as_deref(), Some(""), "{output}");
    }
    let sources = [(input, "photo.jpg", Format::JPG)];
    let made = bench.process("thumbnail", &sources, Format::JPG, json!({})).await.unwrap().made;
    assert_eq!(tag(&made.files[0].path, "-Artist").as_deref(), Some(""));
}

#[tokio::test]
async fn sixteen_bits_keep_their_profile() {
    let bench = Bench::new();
    let mut profile = vec![0; 128];
    profile[16..20].copy_from_slice(b"RGB ");
    let mut file = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
    encoder.set_icc_profile(profile.clone()).unwrap();
    let deep = DynamicImage::from(open(&sample("photo.png")).into_rgb16());
    deep.write_with_encoder(encoder).unwrap();
    let input = bench.write("deep.png", file);
    for output in [Format::PNG, Format::TIFF] {
        let file = bench.file(input.clone(), (Format::PNG, output), json!({"width": 100})).await;
        let mut decoder = ImageReader::open(&file).unwrap().into_decoder().unwrap();
        assert_eq!(decoder.icc_profile().unwrap().as_ref(), Some(&profile), "{output}");
        assert_eq!(decoder.color_type(), image::ColorType::Rgb16, "{output}");
    }
}
