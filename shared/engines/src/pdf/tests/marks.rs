use super::*;

async fn drawn(bench: &Bench, pdf: PathBuf, page: &str) -> image::DynamicImage {
    let options = json!({"density": 72, "pages": page});
    open(&bench.file(pdf, (Format::PDF, Format::PNG), options).await)
}

#[tokio::test]
async fn a_text_is_put_on_the_wanted_pages() {
    let bench = Bench::new();
    let options = json!({"text": "Draft", "pages": "1,3", "font_size": 40, "font_color": "#00f",
        "position_vertical": "bottom", "position_horizontal": "left", "opacity": 50});
    let path = file(&bench, "watermark", "pages.pdf", options).await;
    for (page, marked) in [(1, true), (2, false), (3, true)] {
        let arguments =
            ["-f", &page.to_string(), "-l", &page.to_string(), path.to_str().unwrap(), "-"];
        if let Some(text) = ask("pdftotext", &arguments) {
            assert_eq!(text.contains("Draft"), marked, "{page}: {text}");
        }
        // It is upright in the corner also where the page lies on its side.
        let image = drawn(&bench, path.clone(), &page.to_string()).await.to_rgb8();
        let (left, top) = (20, image.height() - 80);
        let blue = (left..left + 120).flat_map(|x| (top..top + 60).map(move |y| (x, y)));
        let blue = blue.filter(|(x, y)| {
            let [red, _, blue] = image.get_pixel(*x, *y).0;
            blue > 240 && red < 160
        });
        assert_eq!(blue.count() > 300, marked, "{page}");
    }
}

#[tokio::test]
async fn a_text_is_as_wide_as_is_wanted() {
    let bench = Bench::new();
    let options = json!({"text": "MMMMMM\nii", "font_width_percent": 50, "font_color": "red",
        "font_name": "Times-Bold", "pages": "2"});
    let path = file(&bench, "watermark", "pages.pdf", options).await;
    let image = drawn(&bench, path, "2").await.to_rgb8();
    let red = image
        .enumerate_pixels()
        .filter(|(x, y, pixel)| pixel.0[0] > 200 && pixel.0[1] < 80 && (*x > 60 || *y > 60));
    let columns: Vec<u32> = red.map(|(x, ..)| x).collect();
    let (left, right) = (columns.iter().min().unwrap(), columns.iter().max().unwrap());
    assert!((290..=310).contains(&(right - left)), "{left} to {right}");
    assert!((left + right).abs_diff(612) < 12, "{left} to {right}");
}

#[tokio::test]
async fn a_picture_is_put_below_or_above() {
    let bench = Bench::new();
    for (layer, below) in [("below", true), ("above", false)] {
        let options = json!({"image_width_percent": 100, "layer": layer, "position_vertical": "top",
            "margin_vertical": 0});
        let files = [sample("pages.pdf"), sample("photo.png")];
        let made = made(&bench, "watermark", &files, options).await.unwrap();
        check(&made.files[0].path);
        let image = drawn(&bench, made.files[0].path.clone(), "1").await;
        // The page's own red square is at 36, 36; the sky of the photo is there, too.
        let red = pixel(&image, 22, 22) == [255, 0, 0, 255];
        assert_eq!(red, below, "{:?}", pixel(&image, 22, 22));
        assert_near(pixel(&image, 300, 700), [255; 4]);
    }
}

#[tokio::test]
async fn what_cannot_be_put_on_pages_is_refused() {
    let bench = Bench::new();
    let refused = async |options: Value| {
        let result = made(&bench, "watermark", &[sample("pages.pdf")], options).await;
        result.unwrap_err().to_string()
    };
    assert_eq!(refused(json!({})).await, "a text or an image is required");
    assert_eq!(
        refused(json!({"text": "日本"})).await,
        "the text may only have characters of Western European languages"
    );
    let error = refused(json!({"text": "x", "pages": "7"})).await;
    assert_eq!(error, "there is no page 7: the file has only 4 pages");
}

#[tokio::test]
async fn photos_get_no_more_pixels_than_are_seen() {
    let bench = Bench::new();
    let before = fs::metadata(sample("scan.pdf")).unwrap().len();
    let mut sizes = Vec::new();
    for profile in ["archive", "print", "web", "max"] {
        let path = file(&bench, "optimize", "scan.pdf", json!({"profile": profile})).await;
        sizes.push(fs::metadata(&path).unwrap().len());
        let seen = json!({"density": 96});
        let smaller = open(&bench.file(path, (Format::PDF, Format::PNG), seen.clone()).await);
        let original = bench.file(sample("scan.pdf"), (Format::PDF, Format::PNG), seen).await;
        assert_alike(&smaller, &open(&original));
    }
    assert!(sizes[0] <= before, "{sizes:?} of {before}");
    assert!(sizes.is_sorted_by(|more, less| more >= less), "{sizes:?} of {before}");
    assert!(sizes[3] * 2 < before, "{sizes:?} of {before}");
}

#[tokio::test]
async fn nothing_becomes_larger() {
    let bench = Bench::new();
    for name in ["pages.pdf", "form.pdf", "scan.pdf"] {
        let once = file(&bench, "optimize", name, json!({})).await;
        let twice = made(&bench, "optimize", std::slice::from_ref(&once), json!({})).await.unwrap();
        let size = |path: &Path| fs::metadata(path).unwrap().len();
        assert!(size(&once) <= size(&sample(name)), "{name}");
        assert!(size(&twice.files[0].path) <= size(&once), "{name}");
        assert_eq!(texts(&once), texts(&sample(name)));
    }
}
