//! Everything of an owner, deleted.

use std::io::{IsTerminal, stdin};
use std::process::ExitCode;

use aws::MissingSetting;
use clap::Args;
use domain::{Group, GroupId, InvalidId, JobId, OwnerId, TaskId};
use futures::{StreamExt, TryStreamExt, stream};
use settle::{SettleError, Settler};
use store::{By, Kind, Place as Listed, StoreError};

use super::failed;
use super::keys::arguments::owner;
use super::place::{Place, PlaceError};

/// How many jobs or tasks are read at once.
const PAGE: usize = 100;

/// How many are deleted at once.
const PARALLEL: usize = 8;

#[derive(Debug, Args)]
pub(crate) struct Erase {
    /// Whose jobs, tasks, files, webhooks and keys go.
    #[arg(long, value_name = "NAME", value_parser = owner)]
    owner: OwnerId,
    /// Goes ahead without asking.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: Place,
}

/// Something of the owner may still be there.
#[derive(Debug, thiserror::Error)]
enum EraseError {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Settle(#[from] SettleError),
    #[error("the list names what cannot be")]
    Id(#[from] InvalidId),
    #[error("nothing was deleted: --yes goes ahead without asking")]
    Unconfirmed,
}

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Erased {
    keys: usize,
    jobs: usize,
    tasks: usize,
    /// Jobs and tasks whose rows stay until workers have cleaned up behind themselves, a second or so.
    left: usize,
}

/// Deletes everything of an owner.
pub(crate) async fn run(arguments: Erase) -> ExitCode {
    match erase(&arguments).await {
        Ok(Erased { keys, jobs, tasks, left }) => {
            println!("{}: {keys} keys, {jobs} jobs, {tasks} tasks deleted", arguments.owner);
            if left > 0 {
                println!(
                    "{left} of them are gone to whoever looks, and for good after the next sweep"
                );
            }
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

async fn erase(Erase { owner, yes, place }: &Erase) -> Result<Erased, EraseError> {
    if !yes && !confirmed(owner) {
        return Err(EraseError::Unconfirmed);
    }
    place.with(async |environment| erase_all(&Settler::new(environment)?, owner).await).await
}

fn confirmed(owner: &OwnerId) -> bool {
    if !stdin().is_terminal() {
        return false;
    }
    eprint!("Everything of {owner} will be deleted. Its name, to go ahead: ");
    let mut line = String::new();
    stdin().read_line(&mut line).is_ok() && line.trim() == owner.as_str()
}

/// The keys go first, so that nothing new comes; what is listed until nothing is, since the index
/// may be behind; the owner last, so that all of it can be done again.
async fn erase_all(settler: &Settler, owner: &OwnerId) -> Result<Erased, EraseError> {
    let mut erased = Erased::default();
    for key in settler.store.keys(owner).await? {
        settler.store.delete_key(&key).await?;
        erased.keys += 1;
    }
    loop {
        let before = erased;
        erased = erased.and(erase_listed(settler, (Kind::Job, owner)).await?);
        erased = erased.and(erase_listed(settler, (Kind::Task, owner)).await?);
        if erased == before {
            break;
        }
    }
    settler.store.delete_owner(owner).await?;
    Ok(erased)
}

async fn erase_listed(settler: &Settler, of: (Kind, &OwnerId)) -> Result<Erased, EraseError> {
    let (mut erased, mut after) = (Erased::default(), None);
    loop {
        let page = settler.store.list(of, By::Owner, after.as_ref(), PAGE).await?;
        let Some(last) = page.last().cloned() else { return Ok(erased) };
        let deleted = stream::iter(&page).map(|listed| erase_one(settler, of.0, listed));
        let deleted = deleted.buffer_unordered(PARALLEL);
        erased = deleted.try_fold(erased, async |all, one| Ok(all.and(one))).await?;
        after = Some(last);
    }
}

async fn erase_one(settler: &Settler, kind: Kind, listed: &Listed) -> Result<Erased, EraseError> {
    match kind {
        Kind::Job => erase_job(settler, listed.id.parse()?).await,
        Kind::Task => erase_task(settler, listed.id.parse()?).await,
    }
}

async fn erase_job(settler: &Settler, id: JobId) -> Result<Erased, EraseError> {
    let Group { job: Some(job), tasks, .. } = settler.store.own_rows(id.group()).await? else {
        return Ok(Erased::default());
    };
    settler.delete_job(&job).await?;
    let left = left(settler, id.group()).await?;
    Ok(Erased { jobs: 1, tasks: tasks.len(), left, keys: 0 })
}

async fn erase_task(settler: &Settler, id: TaskId) -> Result<Erased, EraseError> {
    let group = settler.store.own_rows(id.group()).await?;
    let Some(task) = group.tasks.iter().find(|task| task.id == id) else {
        return Ok(Erased::default());
    };
    settler.delete_task(task).await?;
    let left = left(settler, id.group()).await?;
    Ok(Erased { tasks: 1, left, ..Erased::default() })
}

async fn left(settler: &Settler, group: GroupId) -> Result<usize, EraseError> {
    let group = settler.store.own_rows(group).await?;
    Ok(group.tasks.len() + usize::from(group.job.is_some()))
}

impl Erased {
    fn and(self, more: Self) -> Self {
        Self {
            keys: self.keys + more.keys,
            jobs: self.jobs + more.jobs,
            tasks: self.tasks + more.tasks,
            left: self.left + more.left,
        }
    }
}
