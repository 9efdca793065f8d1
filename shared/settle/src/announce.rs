use bytes::Bytes;
use domain::{Delivery, DeliveryBody, DeliveryId, Group, Job, JobEvent, Receiver};
use files::FilesError;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::StoreError;
use view::{JobView, Viewer};

use crate::{PARALLEL, SettleError, Settler};

/// What webhooks are told, as they get it.
#[derive(Serialize)]
struct Announcement {
    event: JobEvent,
    job: JobView,
}

impl Settler {
    /// Returns whether anybody wants to be told of a job's event.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn is_awaited(&self, job: &Job, event: JobEvent) -> Result<bool, StoreError> {
        if names_receiver(job, event) {
            return Ok(true);
        }
        Ok(self.store.webhooks(&job.owner).await?.iter().any(|webhook| webhook.wants(event)))
    }

    /// Has webhooks told of a job's event: what they are told is written once, then each of them gets
    /// a delivery of its own, which has an execution of its own.
    ///
    /// Each of these has a name that follows from the event, so that doing it again, by half or at
    /// once with somebody else, does nothing twice.
    pub(crate) async fn announce(&self, group: &Group, event: JobEvent) -> Result<(), SettleError> {
        let Some(job) = &group.job else { return Ok(()) };
        let receivers = self.receivers(job, event).await?;
        if !receivers.is_empty() {
            let body = self.render(group, job, event).await?;
            let key = self.files.save_announcement(job, event, body).await?;
            let now = self.clock.now();
            let told = |receiver| self.tell(delivery((job, event), receiver, key.clone(), now));
            // Collected, because the compiler cannot tell that a stream of borrowing futures may be sent.
            let told: Vec<_> = receivers.into_iter().map(told).collect();
            stream::iter(told).buffer_unordered(PARALLEL).try_collect::<()>().await?;
        }
        Ok(self.store.announced(job, event).await?)
    }

    async fn receivers(&self, job: &Job, event: JobEvent) -> Result<Vec<Receiver>, StoreError> {
        let webhooks = self.store.webhooks(&job.owner).await?;
        let webhooks = webhooks.iter().filter(|webhook| webhook.wants(event));
        let webhooks = webhooks.map(|webhook| Receiver::Webhook(webhook.id));
        Ok(webhooks.chain(names_receiver(job, event).then_some(Receiver::Job)).collect())
    }

    /// Renders what the API would show of the job at this moment.
    async fn render(&self, group: &Group, job: &Job, event: JobEvent) -> Result<Bytes, FilesError> {
        let mut shown = group.clone();
        shown.retain_there(self.clock.now());
        let viewer = Viewer { files: &self.files, address: &job.address };
        let job = view::job(viewer, job, &shown, Vec::new()).await?;
        let body = serde_json::to_vec(&Announcement { event, job });
        Ok(body.map_err(|_| FilesError::Malformed)?.into())
    }

    async fn tell(&self, delivery: Delivery) -> Result<(), SettleError> {
        self.store.create_delivery(&delivery, None).await?;
        self.workflow.start_delivery(&delivery).await?;
        Ok(())
    }
}

/// A job's own address is told of its end alone: who creates the job knows that it did.
fn names_receiver(job: &Job, event: JobEvent) -> bool {
    job.webhook_url.is_some() && event != JobEvent::Created
}

fn delivery(
    (job, event): (&Job, JobEvent),
    receiver: Receiver,
    key: String,
    now: Timestamp,
) -> Delivery {
    let (id, about) = (delivery_id(job, event, receiver), (receiver, event.into()));
    let delivery = Delivery::pending(id, job.owner.clone(), about, DeliveryBody::Stored(key), now);
    Delivery { job: Some(job.id), ..delivery }
}

/// A job is created once, and may end once in each of its versions.
fn delivery_id(job: &Job, event: JobEvent, receiver: Receiver) -> DeliveryId {
    let (name, version, at) = match event {
        JobEvent::Created => ("created", 0, job.created_at),
        JobEvent::Finished => ("finished", job.version, job.ended_at.unwrap_or(job.created_at)),
        JobEvent::Failed => ("failed", job.version, job.ended_at.unwrap_or(job.created_at)),
    };
    let digest = Sha256::digest(format!("{} {name} {version} {receiver}", job.id));
    let mut bytes = [0; 10];
    bytes.iter_mut().zip(digest).for_each(|(byte, digit)| *byte = digit);
    DeliveryId::new(at, bytes)
}
