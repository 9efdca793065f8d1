/// Random bytes of cryptographic quality from the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entropy;

impl Entropy {
    /// Returns `N` random bytes.
    ///
    /// # Panics
    ///
    /// When the operating system has none to give, which leaves nothing that could safely go on.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that takes random bytes")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system has random bytes");
        bytes
    }

    /// Returns `N` random bytes as lower-case hexadecimal digits.
    #[must_use]
    pub fn hex<const N: usize>(&self) -> String {
        self.bytes::<N>().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
