//! Keys and their owners.

pub(crate) mod arguments;
mod expiry;
mod view;

use std::process::ExitCode;

use aws::{Environment, MissingSetting};
use domain::{KeyId, OwnerId};
use jiff::Timestamp;
use store::{ApiKey, Owner, Scope, Store, StoreError};

use super::failed;
use super::place::PlaceError;
use arguments::{Create, Keys, KeysCommand, List, Revoke};
use view::{KeyView, NewKeyView, print_json};

/// What was asked of keys was not done.
#[derive(Debug, thiserror::Error)]
enum KeysError {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    #[error("the key cannot expire then")]
    Expiry(#[from] jiff::Error),
    #[error("{0} is over")]
    Over(Timestamp),
    #[error("{owner} has no key {id}")]
    NoKey { owner: OwnerId, id: KeyId },
}

/// Makes, lists or revokes keys.
pub(crate) async fn run(arguments: Keys) -> ExitCode {
    let done = match arguments.command {
        KeysCommand::Create(arguments) => create(&arguments).await,
        KeysCommand::List(arguments) => list(&arguments).await,
        KeysCommand::Revoke(arguments) => revoke(&arguments).await,
    };
    done.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS)
}

async fn create(arguments: &Create) -> Result<(), KeysError> {
    let place = &arguments.whose.place;
    let new = place.with(async |environment| put(environment, arguments).await).await?;
    if arguments.json {
        print_json(&new)
    } else {
        new.print()
    }
    Ok(())
}

async fn put(environment: &Environment, arguments: &Create) -> Result<NewKeyView, KeysError> {
    let (store, now) = (Store::new(environment)?, environment.clock.now());
    let expires_at = arguments.expires.map(|expiry| expiry.from(now)).transpose()?;
    if let Some(over) = expires_at.filter(|at| *at <= now) {
        return Err(KeysError::Over(over));
    }
    let owner = &arguments.whose.owner;
    let owner = store.put_owner(&Owner::new(owner.clone(), now, &environment.entropy)).await?;
    let secret = ApiKey::secret(&environment.entropy);
    let key = ApiKey::new(&secret, owner.id.clone(), scopes(&arguments.scopes), now);
    let key = ApiKey { expires_at, ..key };
    store.put_key(&key).await?;
    Ok(NewKeyView::new(secret, &key, owner))
}

fn scopes(given: &[Scope]) -> Vec<Scope> {
    let may = |scope: &Scope| given.is_empty() || given.contains(scope);
    Scope::ALL.into_iter().filter(may).collect()
}

async fn list(arguments: &List) -> Result<(), KeysError> {
    let keys = arguments.whose.place.with(async |environment| {
        Ok::<_, KeysError>(Store::new(environment)?.keys(&arguments.whose.owner).await?)
    });
    let views: Vec<_> = keys.await?.iter().map(KeyView::new).collect();
    if arguments.json {
        print_json(&views);
    } else {
        views.iter().for_each(KeyView::print);
    }
    Ok(())
}

async fn revoke(arguments: &Revoke) -> Result<(), KeysError> {
    let Revoke { id, whose } = arguments;
    whose.place.with(async |environment| delete(environment, &whose.owner, id).await).await?;
    println!("{id} is revoked; where it was just used, it may be good for another minute.");
    Ok(())
}

async fn delete(environment: &Environment, owner: &OwnerId, id: &KeyId) -> Result<(), KeysError> {
    let store = Store::new(environment)?;
    let key = store.keys(owner).await?.into_iter().find(|key| key.id == *id);
    let none = || KeysError::NoKey { owner: owner.clone(), id: id.clone() };
    Ok(store.delete_key(&key.ok_or_else(none)?).await?)
}
