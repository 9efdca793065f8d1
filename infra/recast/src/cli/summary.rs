use std::path::Path;
use std::time::Duration;

/// What one conversion came to, in a line.
pub(crate) struct Summary<'a> {
    pub(crate) input: &'a Path,
    pub(crate) output: &'a Path,
    pub(crate) results: usize,
    pub(crate) sizes: (u64, u64),
    pub(crate) engine: String,
    pub(crate) took: Duration,
}

impl std::fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = |path: &Path| path.display().to_string();
        let more = if self.results > 1 {
            format!(" (and {} more)", self.results - 1)
        } else {
            String::new()
        };
        let (before, after) = (size(self.sizes.0), size(self.sizes.1));
        let (input, output) = (name(self.input), name(self.output));
        let (engine, took) = (&self.engine, self.took.as_secs_f64());
        write!(f, "{input} -> {output}{more}: {before} -> {after}, {engine}, {took:.2} s")
    }
}

fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let power = (bytes.ilog10() / 3).min(3);
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let value = bytes as f64 / 1000_f64.powi(i32::try_from(power).unwrap_or(0));
    let unit = units.get(power as usize - 1).unwrap_or(&"GB");
    format!("{value:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_decimal_units() {
        assert_eq!(
            [999, 1000, 45_230, 12_000_000, 7_000_000_000].map(size),
            ["999 B", "1.0 kB", "45.2 kB", "12.0 MB", "7.0 GB"]
        );
    }
}
