use serde_json::{Map, Value};

use crate::watermark::Placement;

/// A transformation as PDF has it (ISO 32000-2, 8.3.3).
pub(in crate::pdf) type Matrix = [f64; 6];

/// A page as it is seen.
pub(super) struct Place {
    /// Its width and height, in points.
    pub(super) size: (f32, f32),
    /// From what is seen to what is drawn.
    turned: Matrix,
}

impl Place {
    /// Returns how a page is seen of which that area is shown, turned clockwise by so many degrees.
    pub(super) fn new([left, bottom, right, top]: [f32; 4], rotation: i64) -> Self {
        let [l, b, r, t] = [left, bottom, right, top].map(f64::from);
        let turned = match rotation {
            90 => [0.0, 1.0, -1.0, 0.0, r, b],
            180 => [-1.0, 0.0, 0.0, -1.0, r, t],
            270 => [0.0, -1.0, 1.0, 0.0, l, t],
            _ => [1.0, 0.0, 0.0, 1.0, l, b],
        };
        let (width, height) = (right - left, top - bottom);
        let lies = rotation % 180 != 0;
        Self { size: if lies { (height, width) } else { (width, height) }, turned }
    }

    /// Returns where a box of that size comes to lie.
    pub(super) fn matrix(&self, size: (f32, f32), options: &Map<String, Value>) -> Matrix {
        let mark = (f64::from(size.0), f64::from(size.1));
        let page = (f64::from(self.size.0), f64::from(self.size.1));
        let placement = Placement::of(options);
        let (sin, cos) = placement.rotation.to_radians().sin_cos();
        let (x, down) = placement.middle(page, mark);
        let middle = [1.0, 0.0, 0.0, 1.0, -mark.0 / 2.0, -mark.1 / 2.0];
        let turn = [cos, -sin, sin, cos, x, page.1 - down];
        then(then(middle, turn), self.turned)
    }
}

/// Returns one transformation and then another.
pub(in crate::pdf) fn then(m: Matrix, n: Matrix) -> Matrix {
    [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(rotation: i64, options: &Value, expected: (f64, f64)) {
        let place = Place::new([0.0, 0.0, 200.0, 100.0], rotation);
        let matrix = place.matrix((20.0, 10.0), options.as_object().unwrap());
        let (x, y) = (matrix[4], matrix[5]);
        assert!((x - expected.0).abs() < 1e-6 && (y - expected.1).abs() < 1e-6, "{x} {y}");
    }

    #[test]
    fn a_stamp_lies_where_it_is_wanted() {
        check(0, &json!({}), (90.0, 45.0));
        let corner = json!({"position_horizontal": "left", "position_vertical": "bottom",
            "margin_horizontal": 5, "margin_vertical": 7});
        check(0, &corner, (5.0, 7.0));
        check(180, &corner, (195.0, 93.0));
        check(90, &corner, (193.0, 5.0));
        check(270, &corner, (7.0, 95.0));
    }

    #[test]
    fn a_stamp_is_turned_clockwise_about_its_middle() {
        // Its lower left corner comes to lie in the upper left one.
        check(0, &json!({"rotation": 90}), (95.0, 60.0));
    }
}
