//! Lists of other files in the place of films and sounds, and within them.

use super::{Case, Trap};
use crate::Format;

const PLAYLIST: &str = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\nfile://«TEXT»\n\
    #EXTINF:1.0,\nWEB/film.ts\n#EXTINF:1.0,\nconcat:«WEB»/head|file://«TEXT»\n#EXT-X-ENDLIST\n";

const CONCAT: &str = "ffconcat version 1.0\nfile '«TEXT»'\nfile '«WEB»/film.mp4'\n";

const SESSION: &str = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n\
    a=control:«WEB»/film\n";

const MANIFEST: &str = r#"<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>
<BaseURL>«WEB»/</BaseURL><AdaptationSet mimeType="video/mp4"><Representation id="1"><BaseURL>file://«TEXT»</BaseURL>
</Representation></AdaptationSet></Period></MPD>"#;

/// Formats that nothing recognises, so that the program comes to see whatever it is.
const BELIEVED: [Format; 4] = [Format::AAC, Format::MP3, Format::MPEG, Format::TS];

const KNOWN: [Format; 4] = [Format::AVI, Format::MKV, Format::MP4, Format::WAV];

pub(super) fn cases(trap: &Trap) -> Vec<Case> {
    let lists = [
        ("playlist", PLAYLIST),
        ("concatenation", CONCAT),
        ("session", SESSION),
        ("manifest", MANIFEST),
    ];
    let named =
        lists.iter().flat_map(|list| BELIEVED.iter().chain(&KNOWN).map(move |it| (list, *it)));
    let named = named.flat_map(|((name, text), format)| {
        trap.cases((name, format, trap.set(text)), &[("ffmpeg", &[Format::FLAC])])
    });
    let within = |(name, text): &(&'static str, &str)| {
        let film = subtitled(trap.set(text).as_bytes());
        let outputs: &[Format] = &[Format::MKV, Format::MP4];
        let mut cases = trap.cases((name, Format::AVI, film), &[("ffmpeg", outputs)]);
        cases.iter_mut().for_each(|case| case.options["subtitles_mode"] = "copy".into());
        cases
    };
    named.chain(lists.iter().flat_map(within)).collect()
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend((content.len() as u32).to_le_bytes());
    chunk.extend(content);
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

fn list(kind: &[u8; 4], parts: &[Vec<u8>]) -> Vec<u8> {
    chunk(b"LIST", &[kind.to_vec(), parts.concat()].concat())
}

/// Returns a film whose subtitles are a file of their own, of whatever kind that looks like: `GAB2` of `DivX` players,
/// by which playlists have come into films.
fn subtitled(file: &[u8]) -> Vec<u8> {
    let stream = [
        b"txts".to_vec(),
        vec![0; 12],
        1_u32.to_le_bytes().into(),
        1_u32.to_le_bytes().into(),
        vec![0; 24],
    ];
    let streams = list(b"strl", &[chunk(b"strh", &stream.concat()), chunk(b"strf", &[0; 40])]);
    let mut head = vec![0; 56];
    // Microseconds for a frame, frames, streams.
    head[0] = 0x40;
    head[16] = 1;
    head[24] = 1;
    let name = b"a\0.\0s\0\0\0";
    let subtitles = [
        b"GAB2\0\x02\0".to_vec(),
        (name.len() as u32).to_le_bytes().into(),
        name.to_vec(),
        b"\x04\0".to_vec(),
        (file.len() as u32).to_le_bytes().into(),
        file.to_vec(),
    ];
    let parts = [
        list(b"hdrl", &[chunk(b"avih", &head), streams]),
        list(b"movi", &[chunk(b"00tx", &subtitles.concat())]),
    ];
    chunk(b"RIFF", &[b"AVI ".to_vec(), parts.concat()].concat())
}
