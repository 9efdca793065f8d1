use std::fmt::Debug;
#[cfg(feature = "run")]
use std::pin::Pin;

use domain::Work;
use engines::{Catalogue, Format};

#[cfg(feature = "run")]
use crate::run::{Bench, Given, Stop};
use crate::{Forecast, Stored};

/// What every operation can say of itself, and do.
pub(crate) trait Act: Debug + Send + Sync {
    /// Returns what brings the task to its end.
    fn work(&self) -> Work {
        Work::Execution
    }

    /// Returns the file that came with the request, if one did.
    fn stored(&self) -> Option<&Stored> {
        None
    }

    /// Returns the format of the files that come of it, as far as that is known from what it takes.
    fn produces(&self, inputs: Option<Format>) -> Option<Format>;

    /// Returns how an engine would do it, if one does.
    fn forecast(&self, _inputs: Option<Format>, _catalogue: &Catalogue) -> Option<Forecast> {
        None
    }

    /// Does it. Dropping the future stops the work. What ends without an execution has nothing to do.
    #[cfg(feature = "run")]
    fn run<'a>(&'a self, _bench: &'a Bench<'a>, _inputs: &'a [Given]) -> Doing<'a> {
        Box::pin(async { Ok(domain::Output::default()) })
    }

    /// Returns whether something may still be stored for it when the work has been dropped.
    #[cfg(feature = "run")]
    fn lingers(&self) -> bool {
        false
    }
}

/// An operation being done: boxed, because a trait that is used by name has no `async fn`.
#[cfg(feature = "run")]
pub(crate) type Doing<'a> = Pin<Box<dyn Future<Output = Result<domain::Output, Stop>> + Send + 'a>>;
