use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A file format, by its usual extension, in lower case and without a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format(&'static str);

/// Makes a constant of each format, whose extension may have other usual spellings, and the list of all.
macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident $extension:literal $([$($other:literal),+])?),+ $(,)?) => {
        impl Format {
            $($(#[$doc])* pub const $name: Self = Self($extension);)+

            /// Every format, in order.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }

        /// Returns the extension that a text spells.
        fn spelled(text: &str) -> Option<Format> {
            Some(match text {
                $($extension $($(| $other)+)? => Format::$name,)+
                _ => return None,
            })
        }
    };
}

formats! {
    /// 3GPP video.
    THREE_GP "3gp",
    /// 7-Zip archive.
    SEVEN_ZIP "7z",
    /// Advanced Audio Coding.
    AAC "aac",
    /// Audio Interchange File Format.
    AIFF "aiff" ["aif"],
    /// Sony's raw pictures.
    ARW "arw",
    /// Audio Video Interleave.
    AVI "avi",
    /// AV1 Image File Format.
    AVIF "avif",
    /// Kindle Format 8.
    AZW3 "azw3",
    /// Anything: what no other format is.
    BIN "bin",
    /// Windows bitmap.
    BMP "bmp",
    /// A file compressed by bzip2.
    BZ2 "bz2",
    /// Canon's raw pictures, 2nd version.
    CR2 "cr2",
    /// Comma-separated values.
    CSV "csv",
    /// Digital Negative.
    DNG "dng",
    /// Word 97 to 2003.
    DOC "doc",
    /// Word with macros (Office Open XML).
    DOCM "docm",
    /// Word (Office Open XML).
    DOCX "docx",
    /// Word template 97 to 2003.
    DOT "dot",
    /// Word template (Office Open XML).
    DOTX "dotx",
    /// `AutoCAD` drawing.
    DWG "dwg",
    /// `AutoCAD` drawing for exchange.
    DXF "dxf",
    /// Enhanced metafile.
    EMF "emf",
    /// A message with its headers (RFC 5322).
    EML "eml",
    /// Encapsulated PostScript.
    EPS "eps",
    /// Electronic publication.
    EPUB "epub",
    /// `FictionBook`.
    FB2 "fb2",
    /// Free Lossless Audio Codec.
    FLAC "flac",
    /// Flash video.
    FLV "flv",
    /// Graphics Interchange Format.
    GIF "gif",
    /// A file compressed by gzip.
    GZ "gz",
    /// High Efficiency Image Container.
    HEIC "heic" ["heif"],
    /// HyperText Markup Language.
    HTML "html" ["htm"],
    /// Windows icon.
    ICO "ico",
    /// JPEG 2000.
    JP2 "jp2",
    /// JPEG.
    JPG "jpg" ["jpeg"],
    /// JavaScript Object Notation.
    JSON "json",
    /// JPEG XL.
    JXL "jxl",
    /// Keynote presentation.
    KEY "key",
    /// MPEG-4 audio.
    M4A "m4a",
    /// Markdown (GitHub's flavour).
    MD "md" ["markdown"],
    /// Matroska.
    MKV "mkv",
    /// Mobipocket e-book.
    MOBI "mobi",
    /// QuickTime.
    MOV "mov",
    /// MPEG audio, layer 3.
    MP3 "mp3",
    /// MPEG-4 video.
    MP4 "mp4" ["m4v"],
    /// MPEG video.
    MPEG "mpeg" ["mpg"],
    /// Nikon's raw pictures.
    NEF "nef",
    /// Numbers spreadsheet.
    NUMBERS "numbers",
    /// OpenDocument drawing.
    ODG "odg",
    /// OpenDocument presentation.
    ODP "odp",
    /// OpenDocument spreadsheet.
    ODS "ods",
    /// OpenDocument text.
    ODT "odt",
    /// Ogg audio.
    OGG "ogg" ["oga"],
    /// Opus audio.
    OPUS "opus",
    /// OpenDocument presentation template.
    OTP "otp",
    /// OpenDocument spreadsheet template.
    OTS "ots",
    /// OpenDocument text template.
    OTT "ott",
    /// Pages document.
    PAGES "pages",
    /// Portable Document Format.
    PDF "pdf",
    /// Portable Network Graphics.
    PNG "png",
    /// Portable any-map.
    PNM "pnm" ["pbm", "pgm", "ppm"],
    /// PowerPoint template (Office Open XML).
    POTX "potx",
    /// PowerPoint slide show 97 to 2003.
    PPS "pps",
    /// PowerPoint slide show (Office Open XML).
    PPSX "ppsx",
    /// PowerPoint 97 to 2003.
    PPT "ppt",
    /// PowerPoint with macros (Office Open XML).
    PPTM "pptm",
    /// PowerPoint (Office Open XML).
    PPTX "pptx",
    /// PostScript.
    PS "ps",
    /// Photoshop.
    PSD "psd",
    /// Publisher.
    PUB "pub",
    /// Quite OK Image.
    QOI "qoi",
    /// RAR archive.
    RAR "rar",
    /// `reStructuredText`.
    RST "rst",
    /// Rich Text Format.
    RTF "rtf",
    /// Scalable Vector Graphics.
    SVG "svg",
    /// Archive of files.
    TAR "tar",
    /// Archive of files, compressed by bzip2.
    TAR_BZ2 "tar.bz2" ["tbz2"],
    /// Archive of files, compressed by gzip.
    TAR_GZ "tar.gz" ["tgz"],
    /// Archive of files, compressed by xz.
    TAR_XZ "tar.xz" ["txz"],
    /// Archive of files, compressed by Zstandard.
    TAR_ZST "tar.zst" ["tzst"],
    /// LaTeX.
    LATEX "tex" ["latex"],
    /// Truevision TGA.
    TGA "tga",
    /// Tagged Image File Format.
    TIFF "tiff" ["tif"],
    /// MPEG transport stream.
    TS "ts" ["mts"],
    /// Plain text.
    TXT "txt",
    /// Visio.
    VSD "vsd",
    /// Visio (Office Open XML).
    VSDX "vsdx",
    /// Waveform audio.
    WAV "wav",
    /// `WebM` video.
    WEBM "webm",
    /// WebP.
    WEBP "webp",
    /// Windows Media Audio.
    WMA "wma",
    /// Windows metafile.
    WMF "wmf",
    /// Windows Media Video.
    WMV "wmv",
    /// `WordPerfect`.
    WPD "wpd",
    /// Microsoft Works.
    WPS "wps",
    /// Excel 97 to 2003.
    XLS "xls",
    /// Excel, binary.
    XLSB "xlsb",
    /// Excel with macros (Office Open XML).
    XLSM "xlsm",
    /// Excel (Office Open XML).
    XLSX "xlsx",
    /// Excel template (Office Open XML).
    XLTX "xltx",
    /// Extensible Markup Language.
    XML "xml",
    /// A file compressed by xz.
    XZ "xz",
    /// ZIP archive.
    ZIP "zip",
    /// A file compressed by Zstandard.
    ZST "zst",
}

impl Format {
    /// Returns the format of an extension or of one of its usual other spellings, in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        spelled(&text.to_ascii_lowercase())
    }

    /// Returns the format that a file's name claims by its extension, which may have two parts: `tar.gz`.
    #[must_use]
    pub fn from_file_name(name: &str) -> Option<Self> {
        let (rest, last) = name.rsplit_once('.')?;
        let double =
            rest.rsplit_once('.').and_then(|(_, first)| Self::parse(&format!("{first}.{last}")));
        double.or_else(|| Self::parse(last))
    }

    /// Returns the usual extension, in lower case and without a dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        self.0
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
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format_args!("unknown format `{text}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_extension() {
        for &format in Format::ALL {
            assert_eq!(Format::parse(format.extension()), Some(format));
            assert_eq!(Format::parse(&format.to_string().to_uppercase()), Some(format));
            assert_eq!(Format::from_file_name(&format!("a.b.{format}")), Some(format));
        }
        assert!(Format::ALL.is_sorted());
    }

    #[test]
    fn other_spellings_are_known() {
        let check = |text, format| assert_eq!(Format::parse(text), format, "{text}");
        check("JPEG", Some(Format::JPG));
        check("tif", Some(Format::TIFF));
        check("Markdown", Some(Format::MD));
        check("htm", Some(Format::HTML));
        check("tgz", Some(Format::TAR_GZ));
        check("", None);
        check("exe", None);
        check(".png", None);
    }

    #[test]
    fn a_name_claims_its_last_extension() {
        let check = |name, format| assert_eq!(Format::from_file_name(name), format, "{name}");
        check("holiday.photo.JPG", Some(Format::JPG));
        check("archive.png.exe", None);
        check("backup.TAR.GZ", Some(Format::TAR_GZ));
        check("notes.gz", Some(Format::GZ));
        check("tar.gz", Some(Format::GZ));
        check("png", None);
        check("report.", None);
    }

    #[test]
    fn json_holds_the_extension() {
        assert_eq!(serde_json::to_value(Format::JPG).unwrap(), "jpg");
        assert_eq!(serde_json::from_str::<Format>("\"jpeg\"").unwrap(), Format::JPG);
        assert!(serde_json::from_str::<Format>("\"exe\"").is_err());
    }
}
