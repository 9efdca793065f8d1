//! Documents in Microsoft's compound file format: Office 97 to 2003, and newer ones that are encrypted.

use std::fs::File;
use std::io::Read;

use cfb::CompoundFile;

use super::Look;
use crate::Format;

pub(super) const MAGIC: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

pub(super) const NAME: &str = "an OLE2 file";

/// The streams that tell a document's program; Excel's older versions had a name of their own.
const STREAMS: [(&str, Format); 4] = [
    ("/WordDocument", Format::DOC),
    ("/Workbook", Format::XLS),
    ("/Book", Format::XLS),
    ("/PowerPoint Document", Format::PPT),
];

/// An Excel stream begins with its most general records: the password's is among the first few.
const FIRST_RECORDS: usize = 32;

/// Returns whether a compound file that doesn't say of which program it is may be of the format.
pub(super) fn may_be(claimed: Format) -> bool {
    matches!(claimed, Format::DOC | Format::DOT | Format::XLS | Format::PPT | Format::PPS)
}

pub(super) fn look(file: File) -> Look {
    let Ok(mut file) = CompoundFile::open(file) else {
        return Look::Other("a damaged OLE2 file".into());
    };
    // MS-OFFCRYPTO 1.3.1: an encrypted Office Open XML document is a stream of this name.
    if file.is_stream("/EncryptedPackage") {
        return Look::Encrypted;
    }
    let found = STREAMS.into_iter().find(|(stream, _)| file.is_stream(stream));
    let Some((stream, format)) = found else { return Look::Compound };
    let first = start(&mut file, stream);
    let locked = (format == Format::DOC && is_encrypted_word(&first))
        || (format == Format::XLS && is_encrypted_excel(&first))
        || (format == Format::PPT && is_encrypted_slides(&start(&mut file, "/Current User")));
    if locked { Look::Encrypted } else { Look::Sure(format) }
}

fn start(file: &mut CompoundFile<File>, stream: &str) -> Vec<u8> {
    let mut start = Vec::new();
    if let Ok(stream) = file.open_stream(stream) {
        // A stream that breaks off is judged by what was there.
        let _ = stream.take(8192).read_to_end(&mut start);
    }
    start
}

/// The flag fEncrypted of MS-DOC 2.5.2.
fn is_encrypted_word(start: &[u8]) -> bool {
    start.get(11).is_some_and(|flags| flags & 1 != 0)
}

/// The record `FilePass` of MS-XLS 2.4.117.
fn is_encrypted_excel(mut records: &[u8]) -> bool {
    for _ in 0..FIRST_RECORDS {
        let Some((&[kind, kind_high, length, length_high], rest)) = records.split_first_chunk()
        else {
            return false;
        };
        if u16::from_le_bytes([kind, kind_high]) == 0x2F {
            return true;
        }
        records =
            rest.get(usize::from(u16::from_le_bytes([length, length_high]))..).unwrap_or_default();
    }
    false
}

/// The header token of MS-PPT 2.3.2.
fn is_encrypted_slides(current_user: &[u8]) -> bool {
    current_user.get(12..16) == Some(&[0xDF, 0xC4, 0xD1, 0xF3])
}
