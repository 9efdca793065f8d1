use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use s3s::{S3Result, checksum::ChecksumHasher, dto::Checksum, s3_error};

use super::super::store::Draft;

/// The checksums of a body that the client announced, in a header or in the trailer.
pub(super) struct Checksums(ChecksumHasher);

/// How `s3s` computes one checksum, by the header that carries it.
struct Algorithm {
    header: &'static str,
    enable: fn(&mut ChecksumHasher),
    sum: fn(&Checksum) -> &Option<String>,
}

const ALGORITHMS: [Algorithm; 5] = [
    Algorithm {
        header: "x-amz-checksum-crc32",
        enable: |hasher| hasher.crc32 = Some(Default::default()),
        sum: |sums| &sums.checksum_crc32,
    },
    Algorithm {
        header: "x-amz-checksum-crc32c",
        enable: |hasher| hasher.crc32c = Some(Default::default()),
        sum: |sums| &sums.checksum_crc32c,
    },
    Algorithm {
        header: "x-amz-checksum-crc64nvme",
        enable: |hasher| hasher.crc64nvme = Some(Default::default()),
        sum: |sums| &sums.checksum_crc64nvme,
    },
    Algorithm {
        header: "x-amz-checksum-sha1",
        enable: |hasher| hasher.sha1 = Some(Default::default()),
        sum: |sums| &sums.checksum_sha1,
    },
    Algorithm {
        header: "x-amz-checksum-sha256",
        enable: |hasher| hasher.sha256 = Some(Default::default()),
        sum: |sums| &sums.checksum_sha256,
    },
];

impl Checksums {
    pub(super) fn new(headers: &HeaderMap) -> Self {
        let trailer = headers.get("x-amz-trailer");
        let mut hasher = ChecksumHasher::default();
        for Algorithm { header, enable, .. } in ALGORITHMS {
            if headers.contains_key(header) || trailer.is_some_and(|trailer| trailer == header) {
                enable(&mut hasher);
            }
        }
        Self(hasher)
    }

    pub(super) fn update(&mut self, chunk: &[u8]) {
        self.0.update(chunk);
    }

    pub(super) fn check(
        self,
        draft: &Draft,
        headers: &HeaderMap,
        trailers: &HeaderMap,
    ) -> S3Result<()> {
        let sums = self.0.finalize();
        let md5 = STANDARD.encode(draft.md5);
        let known = ALGORITHMS.iter().map(|algorithm| (algorithm.header, (algorithm.sum)(&sums)));
        for (header, sum) in known.chain([("content-md5", &Some(md5))]) {
            let given = headers.get(header).or_else(|| trailers.get(header));
            let computed = sum.as_deref().unwrap_or_default();
            if given.is_some_and(|given| given != computed) {
                return Err(s3_error!(
                    BadDigest,
                    "The {header} you specified did not match what we received."
                ));
            }
        }
        Ok(())
    }
}
