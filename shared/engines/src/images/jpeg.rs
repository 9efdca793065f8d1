//! Finds the JPEG files that the decoder reads wrong without a word.

use std::io::{self, Read, Seek};

use crate::ConversionError;

/// Markers of ITU-T T.81, annex B.
const START_OF_FRAMES: [u8; 2] = [0xC0, 0xC1];
const START_OF_SCAN: u8 = 0xDA;

/// Returns an error for a sequential picture with reduced colours that has a scan for each colour, and goes back to the
/// start for any other: zune-jpeg up to 0.5.15 makes green stripes of it (its issues 419 and 422).
pub(super) fn check(file: &mut (impl Read + Seek)) -> Result<(), ConversionError> {
    // A file that breaks off here is for the decoder to refuse.
    let apart = is_apart(file).unwrap_or(false);
    file.rewind()?;
    if apart {
        return Err(ConversionError::Failed(
            "a JPEG with a scan for each of its reduced colours cannot be read".into(),
        ));
    }
    Ok(())
}

fn is_apart(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut components = 0;
    let mut reduced = false;
    file.seek(io::SeekFrom::Start(2))?;
    loop {
        let (marker, body) = segment(file)?;
        if START_OF_FRAMES.contains(&marker) {
            components = body.get(5).copied().unwrap_or(0);
            let mut sampling = body.iter().skip(7).step_by(3);
            let first = sampling.next();
            reduced = sampling.any(|factors| Some(factors) != first);
        }
        if marker == START_OF_SCAN {
            return Ok(reduced && body.first().is_some_and(|scanned| *scanned < components));
        }
    }
}

/// Reads a marker and what belongs to it; any number of bytes 255 may stand before a marker.
fn segment(file: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut marker = byte(file)?;
    while marker == 0xFF {
        marker = byte(file)?;
    }
    let length = u16::from_be_bytes([byte(file)?, byte(file)?]);
    let mut body = vec![0; usize::from(length.saturating_sub(2))];
    file.read_exact(&mut body)?;
    Ok((marker, body))
}

fn byte(file: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}
