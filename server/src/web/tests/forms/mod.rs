//! The forms of the guided steps, filled in and sent without JavaScript: valid input is saved; invalid input is kept as it was
//! typed, with a message at its field.

mod budget;
mod classify;
mod decide;
mod frame;
mod map;
mod maturity;
