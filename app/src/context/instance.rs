//! How this instance is run, as far as pages and server functions need to know.

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Anybody.
    Open,
    /// Whoever was invited.
    Invitation,
    /// Nobody.
    Closed,
}

/// How this instance is run.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its address as people type it, without a slash at the end: links that are copied begin with it.
    pub url: String,
    /// Who may make an account.
    pub admission: Admission,
    /// Whether people may try things without an account.
    pub sandbox: bool,
    /// Whether pipelines may be shared by links that need no account.
    pub links: bool,
    /// How long a session lasts at most, in milliseconds.
    pub session_lasts_ms: i64,
    /// After how long without use a session ends, in milliseconds.
    pub session_idle_ms: i64,
}

impl Instance {
    /// Whether it is reached by https only, so that cookies may be sent by nothing else.
    pub fn is_secure(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// What a browser is told to keep under a name for as many seconds, or to forget where these are 0. Scripts cannot read it,
    /// other sites' forms do not send it, and where the instance is reached by https nothing else does.
    pub fn set_cookie(&self, name: &str, value: &str, seconds: i64) -> String {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    /// The name of the cookie that a sign-in elsewhere waits for.
    pub fn sign_in_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-forkline-sign-in" } else { "forkline-sign-in" }
    }

    /// The name of the cookie that a session is recognised by. Browsers keep one whose name begins with `__Host-` from
    /// being set by other hosts and by unsafe pages.
    pub fn cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-forkline" } else { "forkline" }
    }

    /// The name of the cookie that a browser is recognised by which has said the password of a share link.
    pub fn unlock_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-forkline-link" } else { "forkline-link" }
    }
}
