use std::future::Future;
use std::time::Instant;

use super::checks::CheckError;
use crate::cli::with_causes;

/// What was seen so far, said as it is seen.
#[derive(Debug, Default)]
pub(super) struct Report {
    wrong: usize,
}

impl Report {
    /// Says what one check saw and how long that took.
    pub(super) async fn on(
        &mut self,
        name: &str,
        check: impl Future<Output = Result<String, CheckError>>,
    ) {
        let begun = Instant::now();
        let seen = check.await;
        let took = begun.elapsed().as_secs_f64();
        match seen {
            Ok(seen) => println!("ok      {name:20} {took:6.2} s  {seen}"),
            Err(error) => {
                self.wrong += 1;
                println!("WRONG   {name:20} {took:6.2} s  {}", with_causes(&error));
            }
        }
    }

    /// Returns whether all was right.
    pub(super) fn is_clean(&self) -> bool {
        self.wrong == 0
    }
}
