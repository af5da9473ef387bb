//! Coming in, and one's own account. All of it is rendered on the server alone: links and forms.

mod connected;
mod doors;
mod join;
mod mine;

pub(crate) use doors::{ForgotPage, ResetPage, SetUpPage, SignInPage, SignUpPage};
pub(crate) use join::JoinPage;
pub(crate) use mine::AccountPage;
