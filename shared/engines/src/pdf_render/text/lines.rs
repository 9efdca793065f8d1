use hayro::kurbo::{Point, Vec2};

/// How far apart two words are at least, in the size of their font.
const SPACE: f64 = 0.17;

/// How far a glyph may lie above or below its line, and before the end of the one that precedes it.
const RISE: f64 = 0.5;
const OVERLAP: f64 = 0.8;

/// The widest gap within a line; what is further away is a column or a cell of its own.
const WIDEST_GAP: f64 = 12.0;

/// A glyph as text: where its baseline starts and ends, from the upper left corner of the page, and its font's size.
pub(super) struct Mark<'t> {
    pub(super) text: &'t str,
    pub(super) start: Point,
    pub(super) end: Point,
    pub(super) size: f64,
}

/// The lines of a page, of glyph after glyph.
#[derive(Default)]
pub(super) struct Lines {
    done: String,
    line: String,
    /// Where the last glyph ended, in which direction it ran, and its size.
    last: Option<(Point, Vec2, f64)>,
}

impl Lines {
    /// Adds what is drawn next.
    pub(super) fn push(&mut self, mark: Mark<'_>) {
        let run = mark.end - mark.start;
        let direction = if run.hypot() > 0.0 { run / run.hypot() } else { Vec2::new(1.0, 0.0) };
        if let Some((end, way, size)) = self.last {
            let size = size.max(mark.size);
            let step = mark.start - end;
            let (along, across) = (step.dot(way), step.cross(way).abs());
            let follows = direction.dot(way) > 0.9 && across <= RISE * size;
            if !follows || along < -OVERLAP * size || along > WIDEST_GAP * size {
                self.end_line();
            } else if along > SPACE * size && !self.line.ends_with(' ') && mark.text != " " {
                self.line.push(' ');
            }
        }
        self.line.push_str(mark.text);
        self.last = Some((mark.end, direction, mark.size));
    }

    /// Returns all lines.
    pub(super) fn text(mut self) -> String {
        self.end_line();
        self.done
    }

    fn end_line(&mut self) {
        let line = self.line.trim_end();
        if !line.trim_start().is_empty() {
            self.done.extend(line.chars().map(visible));
            self.done.push('\n');
        }
        self.line.clear();
    }
}

/// What controls a terminal or a printer is nothing to read.
fn visible(char: char) -> char {
    if char.is_control() || char == '\u{a0}' { ' ' } else { char }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds glyphs of size 10 and width 5, one after the other from this place.
    fn write(lines: &mut Lines, (x, y): (f64, f64), text: &str) {
        for (index, char) in text.chars().enumerate() {
            let start = Point::new(x + 5.0 * index as f64, y);
            let (end, text) = (start + Vec2::new(5.0, 0.0), char.to_string());
            lines.push(Mark { text: &text, start, end, size: 10.0 });
        }
    }

    #[track_caller]
    fn check(parts: &[((f64, f64), &str)], expected: &str) {
        let mut lines = Lines::default();
        parts.iter().for_each(|(at, text)| write(&mut lines, *at, text));
        assert_eq!(lines.text(), expected);
    }

    #[test]
    fn words_are_told_apart_by_gaps() {
        check(&[((0.0, 0.0), "green"), ((28.0, 0.0), "tea")], "green tea\n");
        check(&[((0.0, 0.0), "gre"), ((15.5, 0.0), "en")], "green\n");
        check(&[((0.0, 0.0), "green "), ((34.0, 0.0), "tea")], "green tea\n");
    }

    #[test]
    fn lines_are_told_apart_by_their_baselines() {
        check(&[((0.0, 0.0), "one"), ((0.0, 12.0), "two")], "one\ntwo\n");
        check(&[((0.0, 0.0), "x"), ((5.0, -3.0), "2")], "x2\n");
    }

    #[test]
    fn cells_far_apart_are_lines_of_their_own() {
        check(&[((0.0, 0.0), "left"), ((200.0, 0.0), "right")], "left\nright\n");
        check(&[((200.0, 0.0), "right"), ((0.0, 0.0), "left")], "right\nleft\n");
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        check(&[((0.0, 0.0), "  "), ((0.0, 12.0), "a\u{1b}b")], "a b\n");
    }
}
