//! What a program says on its streams: kept, heard line by line, or written to a file.

use std::io;
use std::path::Path;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};

/// How much of each output stream is kept; the rest is read and dropped, so that the program never blocks on it.
pub(super) const KEPT_OUTPUT: usize = 64 << 10;

/// How much of a line is heard.
const LONGEST_LINE: usize = 4 << 10;

/// Who hears what a program says while it runs, line by line, on both streams.
pub(crate) trait Listener: Send + Sync {
    fn hear(&self, line: &str);
}

pub(super) async fn kept(stream: Option<impl AsyncRead + Unpin>) -> String {
    heard(stream, None).await
}

pub(super) async fn heard(
    stream: Option<impl AsyncRead + Unpin>,
    listener: Option<&dyn Listener>,
) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let (mut kept, mut line, mut chunk) = (Vec::new(), Vec::new(), [0; 8 << 10]);
    // A stream that breaks ends; the exit status tells what happened.
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        let left = KEPT_OUTPUT.saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..read.min(left)]);
        if let Some(listener) = listener {
            listen(listener, &mut line, &chunk[..read]);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Tells each line that ends, also those that a program means to overwrite.
fn listen(listener: &dyn Listener, line: &mut Vec<u8>, chunk: &[u8]) {
    for &byte in chunk {
        match byte {
            b'\n' | b'\r' => {
                listener.hear(&String::from_utf8_lossy(line));
                line.clear();
            }
            _ if line.len() < LONGEST_LINE => line.push(byte),
            _ => {}
        }
    }
}

pub(super) async fn written(stream: Option<impl AsyncRead + Unpin>, path: &Path) -> io::Result<()> {
    let Some(mut stream) = stream else { return Ok(()) };
    // What is there already was put there by the program, and may lead elsewhere.
    let mut file = tokio::fs::File::create_new(path).await?;
    tokio::io::copy(&mut stream, &mut file).await?;
    file.flush().await
}
