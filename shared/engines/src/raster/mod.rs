//! What the engines that make pictures share: their options and limits, how a picture fits into a given size, and
//! writing it.

mod options;

#[cfg(feature = "run")]
mod encode;
#[cfg(feature = "run")]
mod fit;
#[cfg(feature = "run")]
mod picture;
#[cfg(test)]
#[cfg(feature = "run")]
pub(crate) mod testing;

pub(crate) use options::{AVIF_QUALITY, FIT, HEIGHT, JPG_QUALITY, THUMBNAIL, WEBP_QUALITY, WIDTH};

#[cfg(feature = "run")]
pub(crate) use {
    encode::{GIF_SPEED, Jpeg, encoding_error, save, save_to, webp_chunks, write_jpg},
    fit::{Fit, Frame},
    picture::{MOST_BYTES, Picture, check_size},
};
