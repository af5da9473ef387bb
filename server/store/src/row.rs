//! Rows as structs.

/// A struct that is read from a row: each field from the column of its name, and each field after `..` from the same row.
///
/// It stands in place of `derive(sqlx::FromRow)`, because the crate of that macro contains SQLite: it would be compiled a
/// second time, for the compiler's own use.
macro_rules! row {
    (
        $(#[$about:meta])*
        $vis:vis struct $name:ident {
            $($(#[$about_field:meta])* $field:ident: $type:ty,)*
            $($(#[$about_part:meta])* ..$part:ident: $part_type:ty,)*
        }
    ) => {
        $(#[$about])*
        $vis struct $name {
            $($(#[$about_field])* $field: $type,)*
            $($(#[$about_part])* $part: $part_type,)*
        }

        impl sqlx::FromRow<'_, sqlx::sqlite::SqliteRow> for $name {
            fn from_row(row: &sqlx::sqlite::SqliteRow) -> Result<Self, sqlx::Error> {
                Ok(Self {
                    $($field: sqlx::Row::try_get(row, stringify!($field))?,)*
                    $($part: sqlx::FromRow::from_row(row)?,)*
                })
            }
        }
    };
}
