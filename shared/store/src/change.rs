use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};

use crate::item::Item;
use crate::{Store, StoreError};

/// A conditional update of one row, by itself or as part of a transaction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    key: Item,
    sets: Vec<String>,
    adds: Vec<String>,
    deletes: Vec<String>,
    removes: Vec<String>,
    condition: String,
    names: Vec<(String, String)>,
    values: Vec<(String, AttributeValue)>,
}

impl Change {
    pub(crate) fn new(key: Item) -> Self {
        Self { key, ..Self::default() }
    }

    /// Sets an attribute, whose name may be a word that DynamoDB reserves.
    pub(crate) fn set(mut self, name: &str, value: AttributeValue) -> Self {
        self.sets.push(format!("#{name} = :{name}"));
        self.names.push((format!("#{name}"), name.to_owned()));
        self.value(name, value)
    }

    /// Sets attributes by an expression.
    pub(crate) fn set_by(mut self, expression: &str) -> Self {
        self.sets.push(expression.to_owned());
        self
    }

    pub(crate) fn add(mut self, expression: &str) -> Self {
        self.adds.push(expression.to_owned());
        self
    }

    pub(crate) fn delete(mut self, expression: &str) -> Self {
        self.deletes.push(expression.to_owned());
        self
    }

    /// Removes attributes, named with commas between them.
    pub(crate) fn remove(mut self, names: &str) -> Self {
        self.removes.push(names.to_owned());
        self
    }

    pub(crate) fn when(mut self, condition: impl Into<String>) -> Self {
        self.condition = condition.into();
        self
    }

    /// Names an attribute that expressions call `#name`.
    pub(crate) fn name(mut self, name: &str) -> Self {
        let alias = (format!("#{name}"), name.to_owned());
        if !self.names.contains(&alias) {
            self.names.push(alias);
        }
        self
    }

    /// Gives the value that expressions call `:name`.
    pub(crate) fn value(mut self, name: &str, value: AttributeValue) -> Self {
        self.values.push((format!(":{name}"), value));
        self
    }

    pub(crate) fn request(self, client: &Client, table: &str) -> UpdateItemFluentBuilder {
        let expression = self.expression();
        let update = client.update_item().table_name(table).set_key(Some(self.key));
        let update = update.update_expression(expression).condition_expression(self.condition);
        let update = self
            .names
            .into_iter()
            .fold(update, |update, (alias, name)| update.expression_attribute_names(alias, name));
        self.values
            .into_iter()
            .fold(update, |update, (alias, value)| update.expression_attribute_values(alias, value))
    }

    pub(crate) fn in_transaction(self, table: &str) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(table)
            .update_expression(self.expression())
            .set_key(Some(self.key))
            .condition_expression(self.condition)
            .set_expression_attribute_names(some(self.names))
            .set_expression_attribute_values(some(self.values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let update = update.build().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn expression(&self) -> String {
        let clauses = [
            ("SET", &self.sets),
            ("ADD", &self.adds),
            ("DELETE", &self.deletes),
            ("REMOVE", &self.removes),
        ];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        clauses
            .map(|(word, parts)| format!("{word} {}", parts.join(", ")))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Store {
    /// Makes a change and says whether its condition held.
    pub(crate) async fn make(&self, change: Change) -> Result<bool, StoreError> {
        match change.request(&self.client, &self.table).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(false),
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}

fn some<V>(pairs: Vec<(String, V)>) -> Option<std::collections::HashMap<String, V>> {
    (!pairs.is_empty()).then(|| pairs.into_iter().collect())
}
