//! The shapes of answers, from the types that they are made of.

use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Returns the schema of every view, by its name.
pub(crate) fn all() -> Map<String, Value> {
    let mut found = Vec::new();
    collect::<api::ErrorBody<'_>>(&mut found);
    collect::<api::Links>(&mut found);
    collect::<api::Meta>(&mut found);
    collect::<view::JobView>(&mut found);
    collect::<view::TaskView>(&mut found);
    collect::<view::WebhookView>(&mut found);
    collect::<view::DeliveryView>(&mut found);
    collect::<view::PlanView>(&mut found);
    collect::<list_operations::Item>(&mut found);
    collect::<show_me::UserView>(&mut found);
    collect::<show_health::Health>(&mut found);
    found.into_iter().collect()
}

fn collect<T: ToSchema>(found: &mut Vec<(String, Value)>) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    let schema = |(name, schema)| Some((name, serde_json::to_value(schema).ok()?));
    found.extend(schemas.into_iter().filter_map(schema));
}
