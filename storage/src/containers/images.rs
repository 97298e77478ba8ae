//! What is remembered of a cell's images.

use mosaic_model::{CellId, ImageNews, Images};
use serde_json::Value;

use super::statements::{Statements, key};
use crate::{Store, StoreError};

impl Store {
    /// Writes down what happened to a cell's images, and gives what is known of them now.
    pub async fn note_image(&self, cell: CellId, news: ImageNews) -> Result<Images, StoreError> {
        let (sql, id) = (Statements::of(cell), key(cell));
        let mut transaction = self.begin_cell(cell).await?;
        let row: Option<Value> =
            sqlx::query_scalar(sql.lock_images).bind(id).fetch_optional(&mut *transaction).await?;
        let before = row.map(read_images).transpose()?.unwrap_or_default();
        let after = before.clone().after(news, self.now());
        // To be well again is no news.
        if after != before {
            let written =
                serde_json::to_value(&after).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            sqlx::query(sql.save_images).bind(id).bind(written).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(after)
    }

    /// What is known of a cell's images; nothing where it never had a container.
    pub async fn cell_images(&self, cell: CellId) -> Result<Images, StoreError> {
        let mut transaction = self.begin_cell(cell).await?;
        let row: Option<Value> = sqlx::query_scalar(Statements::of(cell).select_images)
            .bind(key(cell))
            .fetch_optional(&mut *transaction)
            .await?;
        Ok(row.map(read_images).transpose()?.unwrap_or_default())
    }
}

pub(super) fn read_images(value: Value) -> Result<Images, StoreError> {
    serde_json::from_value(value).map_err(|error| StoreError::Corrupt(format!("a cell's images: {error}")))
}
