use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A file format that some engine reads or writes, ordered by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Windows bitmap.
    Bmp,
    /// Comma-separated values.
    Csv,
    /// Word 97 to 2003.
    Doc,
    /// Word (Office Open XML).
    Docx,
    /// Graphics Interchange Format.
    Gif,
    /// HyperText Markup Language.
    Html,
    /// JPEG.
    Jpg,
    /// Markdown (GitHub's flavour).
    Md,
    /// OpenDocument presentation.
    Odp,
    /// OpenDocument spreadsheet.
    Ods,
    /// OpenDocument text.
    Odt,
    /// Portable Document Format.
    Pdf,
    /// Portable Network Graphics.
    Png,
    /// PowerPoint 97 to 2003.
    Ppt,
    /// PowerPoint (Office Open XML).
    Pptx,
    /// Rich Text Format.
    Rtf,
    /// Scalable Vector Graphics.
    Svg,
    /// Tagged Image File Format.
    Tiff,
    /// Plain text.
    Txt,
    /// WebP.
    Webp,
    /// Excel 97 to 2003.
    Xls,
    /// Excel (Office Open XML).
    Xlsx,
}

impl Format {
    /// Every format, in order.
    pub const ALL: [Self; 22] = [
        Self::Bmp,
        Self::Csv,
        Self::Doc,
        Self::Docx,
        Self::Gif,
        Self::Html,
        Self::Jpg,
        Self::Md,
        Self::Odp,
        Self::Ods,
        Self::Odt,
        Self::Pdf,
        Self::Png,
        Self::Ppt,
        Self::Pptx,
        Self::Rtf,
        Self::Svg,
        Self::Tiff,
        Self::Txt,
        Self::Webp,
        Self::Xls,
        Self::Xlsx,
    ];

    /// Returns the format of an extension or of one of its usual other spellings, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let extension = match text.as_str() {
            "htm" => "html",
            "jpeg" => "jpg",
            "markdown" => "md",
            "tif" => "tiff",
            other => other,
        };
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }

    /// Returns the format that a file's name claims by its extension.
    #[must_use]
    pub fn from_file_name(name: &str) -> Option<Self> {
        Self::parse(name.rsplit_once('.')?.1)
    }

    /// Returns the usual extension, in lower case and without a dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Bmp => "bmp",
            Self::Csv => "csv",
            Self::Doc => "doc",
            Self::Docx => "docx",
            Self::Gif => "gif",
            Self::Html => "html",
            Self::Jpg => "jpg",
            Self::Md => "md",
            Self::Odp => "odp",
            Self::Ods => "ods",
            Self::Odt => "odt",
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Ppt => "ppt",
            Self::Pptx => "pptx",
            Self::Rtf => "rtf",
            Self::Svg => "svg",
            Self::Tiff => "tiff",
            Self::Txt => "txt",
            Self::Webp => "webp",
            Self::Xls => "xls",
            Self::Xlsx => "xlsx",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.extension())
    }
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.extension())
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("unknown format"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_extension() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.extension()), Some(format));
            assert_eq!(Format::parse(&format.to_string().to_uppercase()), Some(format));
        }
        assert!(Format::ALL.is_sorted());
        assert!(Format::ALL.is_sorted_by_key(|format| format.extension()));
    }

    #[test]
    fn other_spellings_are_known() {
        let check = |text, format| assert_eq!(Format::parse(text), format, "{text}");
        check("JPEG", Some(Format::Jpg));
        check("tif", Some(Format::Tiff));
        check("Markdown", Some(Format::Md));
        check("htm", Some(Format::Html));
        check("", None);
        check("mp3", None);
        check(".png", None);
    }

    #[test]
    fn a_name_claims_its_last_extension() {
        let check = |name, format| assert_eq!(Format::from_file_name(name), format, "{name}");
        check("holiday.photo.JPG", Some(Format::Jpg));
        check("archive.png.zip", None);
        check("png", None);
        check("report.", None);
    }

    #[test]
    fn json_holds_the_extension() {
        assert_eq!(serde_json::to_value(Format::Jpg).unwrap(), "jpg");
        assert_eq!(serde_json::from_str::<Format>("\"jpeg\"").unwrap(), Format::Jpg);
        assert!(serde_json::from_str::<Format>("\"mp3\"").is_err());
    }
}
