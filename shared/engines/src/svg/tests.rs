use serde_json::{Value, json};

use super::*;
use crate::raster::testing::{assert_near, open, pixel};
use crate::testing::{Bench, everything_is_required, sample};
use crate::{ConversionError, Format};

const RED: [u8; 4] = [255, 0, 0, 255];

async fn draw(output: Format, options: Value) -> image::DynamicImage {
    open(&Bench::new().file(sample("drawing.svg"), (Format::SVG, output), options).await)
}

#[tokio::test]
async fn a_drawing_becomes_a_picture() {
    for (output, corner) in [(Format::PNG, [0; 4]), (Format::WEBP, [0; 4]), (Format::JPG, [255; 4])]
    {
        let image = draw(output, json!({"quality": 95})).await;
        assert_eq!((image.width(), image.height()), (200, 100), "{output}");
        assert_near(pixel(&image, 35, 35), RED);
        assert_near(pixel(&image, 2, 2), corner);
    }
}

#[tokio::test]
async fn text_is_drawn_if_there_is_any_font() {
    if fonts::of_this_machine().is_empty() {
        assert!(!everything_is_required(), "there are no fonts");
        println!("skipped: there are no fonts");
        return;
    }
    let image = draw(Format::PNG, json!({"width": 800})).await;
    let white = |x, y| pixel(&image, x, y)[..3].iter().all(|sample| *sample > 240);
    assert!((248..420).any(|x| (100..170).any(|y| white(x, y))));
}

#[tokio::test]
async fn a_drawing_fits_as_it_is_asked_to() {
    let check = async |options: Value, size: (u32, u32), red: (u32, u32)| {
        let image = draw(Format::PNG, options).await;
        assert_eq!((image.width(), image.height()), size);
        assert_near(pixel(&image, red.0, red.1), RED);
    };
    check(json!({"width": 400}), (400, 200), (70, 70)).await;
    check(json!({"width": 400, "height": 100}), (200, 100), (35, 35)).await;
    check(json!({"width": 400, "height": 100, "fit": "scale"}), (400, 100), (70, 35)).await;
    // Covered at double size, 100 pixels are lost at either side: the square from 40 to 100 is just gone.
    check(json!({"width": 220, "height": 200, "fit": "crop"}), (220, 200), (5, 70)).await;
}

#[tokio::test]
async fn what_would_be_too_large_is_refused() {
    let bench = Bench::new();
    let huge = bench.write(
        "huge.svg",
        "<svg xmlns='http://www.w3.org/2000/svg' width='50000' height='50000'/>",
    );
    let result = bench.convert(huge, Format::SVG, Format::PNG, json!({})).await;
    assert!(matches!(result, Err(ConversionError::TooLarge(_))), "{result:?}");
    let long = format!("<svg xmlns='http://www.w3.org/2000/svg'>{}</svg>", " ".repeat(10 << 20));
    let result =
        bench.convert(bench.write("long.svg", long), Format::SVG, Format::PNG, json!({})).await;
    assert!(matches!(result, Err(ConversionError::TooLarge(_))), "{result:?}");
}

/// Draws a picture that is 10 x 10 and covers the whole drawing; returns the colour in the middle.
async fn drawn_image(href: &str) -> [u8; 4] {
    let bench = Bench::new();
    let text = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><image width='10' height='10' href='{href}'/></svg>"
    );
    let file =
        bench.file(bench.write("image.svg", text), (Format::SVG, Format::PNG), json!({})).await;
    pixel(&open(&file), 5, 5)
}

#[tokio::test]
async fn a_picture_within_is_drawn_and_one_elsewhere_is_not() {
    let red = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
    assert_eq!(drawn_image(&format!("data:image/png;base64,{red}")).await, RED);
    let local = sample("photo.png").canonicalize().unwrap();
    for href in [
        local.to_str().unwrap().to_owned(),
        format!("file://{}", local.display()),
        "photo.png".to_owned(),
        "http://127.0.0.1:9/photo.png".to_owned(),
        format!("data:image/svg+xml;base64,{red}"),
        format!("data:text/plain;base64,{red}"),
        "data:image/png;base64,AAAA".to_owned(),
    ] {
        assert_eq!(drawn_image(&href).await, [0; 4], "{href}");
    }
}

fn svg(content: &str) -> String {
    format!("<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'>{content}</svg>")
}

/// Asserts that a drawing is refused, with words that the message holds.
async fn check_refused(drawing: &str, words: &str) {
    let bench = Bench::new();
    let result =
        bench.convert(bench.write("bad.svg", drawing), Format::SVG, Format::PNG, json!({})).await;
    let start = drawing.get(..200).unwrap_or(drawing);
    let Err(error) = result else { panic!("{start} was drawn") };
    let known = matches!(error, ConversionError::InvalidFile(_) | ConversionError::TooLarge(_));
    assert!(known && error.to_string().contains(words), "{start}: {error:?}");
}

#[tokio::test]
async fn what_is_no_drawing_is_an_error() {
    check_refused("<svg", "damaged").await;
    check_refused(&svg("<rect>"), "damaged").await;
    check_refused(&svg("&unknown;"), "damaged").await;
    let external = "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>";
    check_refused(&format!("{external}{}", svg("<text>&x;</text>")), "damaged").await;
}

#[tokio::test]
async fn a_billion_laughs_are_an_error() {
    let mut entities = "<!ENTITY a0 '<g/>'>".to_owned();
    let mut uses = "<g id='a0'><rect width='1' height='1'/></g>".to_owned();
    let mut patterns = String::new();
    for level in 1..10 {
        let before = level - 1;
        entities += &format!("<!ENTITY a{level} '{}'>", format!("&a{before};").repeat(10));
        uses += &format!("<g id='a{level}'>{}</g>", format!("<use href='#a{before}'/>").repeat(10));
        let inside = format!("<rect width='9' height='9' fill='url(#a{before})'/>").repeat(10);
        patterns += &format!("<pattern id='a{level}' width='5' height='5'>{inside}</pattern>");
    }
    check_refused(&format!("<!DOCTYPE svg [{entities}]>{}", svg("&a9;")), "damaged").await;
    check_refused(&svg(&format!("<defs>{uses}</defs><use href='#a9'/>")), "too often").await;
    check_refused(&svg(&format!("{patterns}<rect fill='url(#a9)'/>")), "too often").await;
}

#[tokio::test]
async fn deep_nesting_is_an_error() {
    let nested = |depth: usize, tag: &str| {
        format!("{}{}", format!("<{tag}>").repeat(depth), format!("</{tag}>").repeat(depth))
    };
    check_refused(&svg(&nested(100_000, "g")), "too deep").await;
    check_refused(&svg(&format!("<text>{}</text>", nested(1_000, "tspan"))), "too deep").await;
    let mut chain = String::new();
    for link in 0..50_000 {
        chain += &format!("<mask id='m{link}' mask='url(#m{})'/>", link + 1);
    }
    check_refused(&svg(&format!("{chain}<rect mask='url(#m0)'/>")), "too deep").await;
}

#[tokio::test]
async fn what_is_allowed_to_nest_is_drawn_on_a_common_stack() {
    let bench = Bench::new();
    let groups = format!(
        "{}<rect width='9' height='9'/>{}",
        "<g opacity='.99'>".repeat(250),
        "</g>".repeat(250)
    );
    let spans = format!("<text>{}x{}</text>", "<tspan>".repeat(250), "</tspan>".repeat(250));
    let mut masks = String::new();
    let mut patterns = String::new();
    for link in 0..120 {
        let next = link + 1;
        masks +=
            &format!("<mask id='m{link}'><rect width='9' height='9' mask='url(#m{next})'/></mask>");
        patterns += &format!(
            "<pattern id='p{link}' width='5' height='5' patternUnits='userSpaceOnUse'><rect width='9' height='9' fill='url(#p{next})'/></pattern>"
        );
    }
    let masks = format!("{masks}<rect width='9' height='9' mask='url(#m0)'/>");
    let patterns = format!("{patterns}<rect width='9' height='9' fill='url(#p0)'/>");
    for content in [groups, spans, masks, patterns] {
        let file = bench
            .file(bench.write("deep.svg", svg(&content)), (Format::SVG, Format::PNG), json!({}))
            .await;
        assert_eq!(open(&file).width(), 20);
    }
}

#[tokio::test]
async fn a_drawing_that_refers_to_itself_is_an_error() {
    let pattern = |inside: &str| {
        format!(
            "<pattern id='p' width='5' height='5' patternUnits='userSpaceOnUse'>{inside}</pattern>"
        )
    };
    let use_pattern = "<rect width='9' height='9' fill='url(#p)'/>";
    let by_mask = pattern("<rect width='9' height='9' mask='url( \"#m\" )'/>");
    let by_class = pattern("<rect width='9' height='9' class='b'/>");
    let by_style = pattern("<rect width='9' height='9' style='mask: url(#m)'/>");
    let by_filter = pattern("<rect width='9' height='9' filter='url(#f)'/>");
    let inherited = pattern("<rect width='9' height='9'/>");
    for content in [
        format!("<mask id='m'>{use_pattern}</mask>{by_mask}{use_pattern}"),
        format!(
            "<style>.b{{mask:url(#m)}}</style><mask id='m'>{use_pattern}</mask>{by_class}{use_pattern}"
        ),
        format!("<mask id='m'>{use_pattern}</mask>{by_style}{use_pattern}"),
        format!(
            "<filter id='f'><feImage href='#r'/></filter>{by_filter}<g id='r'>{use_pattern}</g>{use_pattern}"
        ),
        format!("<g fill='url(#p)'>{inherited}<rect width='9' height='9'/></g>"),
        "<g id='g'><use href='#g'/></g>".to_owned(),
    ] {
        check_refused(&svg(&content), "refers to itself").await;
    }
}

#[tokio::test]
async fn layers_within_layers_do_not_fill_the_memory() {
    let layers = format!(
        "{}<rect width='9' height='9'/>{}",
        "<g opacity='.9'>".repeat(60),
        "</g>".repeat(60)
    );
    let drawing = |side: u32| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{side}' height='{side}'>{layers}</svg>"
        )
    };
    check_refused(&drawing(9_000), "too much memory").await;
    let bench = Bench::new();
    bench.file(bench.write("small.svg", drawing(900)), (Format::SVG, Format::PNG), json!({})).await;
}
