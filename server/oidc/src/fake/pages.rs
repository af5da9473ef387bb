//! What the provider answers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Form, Json, Router,
    body::Body,
    extract::{self, Query},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use ports::Hidden;
use serde_json::{Value, json};
use url::{Url, form_urlencoded::byte_serialize};

use super::{
    FakeProvider, Fault, Person, Visits,
    key::{self, Key},
};
use crate::question::{challenge, random};

type Fields = HashMap<String, String>;
type Shared = extract::State<Arc<Mutex<State>>>;

/// What the provider knows.
#[derive(Debug)]
pub(super) struct State {
    issuer: String,
    pub(super) fault: Option<Fault>,
    pub(super) person: Person,
    pub(super) secret_in_body: bool,
    pub(super) key: Key,
    pub(super) other_keys: Vec<Key>,
    /// What is written into headers, claims and user info.
    pub(super) header: Value,
    pub(super) claims: Value,
    pub(super) user_info: Value,
    pub(super) signs_user_info: bool,
    pub(super) visits: Visits,
    /// The questions that were agreed to, by their codes.
    codes: HashMap<String, Fields>,
    /// What opens the user info.
    access: String,
}

impl State {
    pub(super) fn new(issuer: String) -> Self {
        let person = Person {
            subject: "ada-1".to_owned(),
            email: Some(("ada@example.org".to_owned(), true)),
            name: Some("Ada Lovelace".to_owned()),
            reserved: false,
        };
        Self {
            issuer,
            fault: None,
            person,
            secret_in_body: false,
            key: Key::new_ed25519(),
            other_keys: Vec::new(),
            header: Value::Null,
            claims: Value::Null,
            user_info: Value::Null,
            signs_user_info: false,
            visits: Visits::default(),
            codes: HashMap::new(),
            access: random().reveal().to_owned(),
        }
    }

    fn fails(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Whether the program says its name and password in the way that is wanted.
    fn knows(&self, headers: &HeaderMap, form: &Fields) -> bool {
        let (id, secret) = FakeProvider::CLIENT;
        if self.secret_in_body {
            return form.get("client_id").is_some_and(|it| it == id)
                && form.get("client_secret").is_some_and(|it| it == secret);
        }
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let expected = format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", encode(id), encode(secret))));
        headers.get("authorization").is_some_and(|header| header.as_bytes() == expected.as_bytes())
    }

    /// The token for a question that was agreed to.
    fn token(&self, question: &Fields) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs();
        let or = |fault, wrong: &str, right: &str| if self.fails(fault) { wrong.to_owned() } else { right.to_owned() };
        let mut claims = json!({
            "iss": or(Fault::Issuer, "https://elsewhere.example", &self.issuer),
            "aud": or(Fault::Audience, "another program", FakeProvider::CLIENT.0),
            "sub": self.person.subject,
            "nonce": or(Fault::Nonce, "another nonce", question.get("nonce").map_or("", String::as_str)),
            "iat": now - 600,
            "exp": if self.fails(Fault::Expired) { now - 300 } else { now + 300 },
        });
        if !self.person.reserved {
            self.describe_person(&mut claims);
        }
        write(&mut claims, &self.claims);
        match self.fault {
            Some(Fault::ForeignKey) => self.key.forged().sign(&self.header, &claims),
            Some(Fault::SharedKey) => key::sign_with_password(&claims, FakeProvider::CLIENT.1.as_bytes()),
            Some(Fault::PublicKey) => key::sign_with_password(&claims, &self.key.public_bytes()),
            Some(Fault::Unsigned) => key::do_not_sign(&claims),
            _ => self.key.sign(&self.header, &claims),
        }
    }

    fn describe_person(&self, claims: &mut Value) {
        if let Some(name) = &self.person.name {
            claims["name"] = json!(name);
        }
        if let Some((email, verified)) = &self.person.email {
            claims["email"] = json!(email);
            claims["email_verified"] = json!(verified);
        }
    }
}

/// Writes changes into an object; what is null is left out.
pub(super) fn write(object: &mut Value, changes: &Value) {
    let (Some(object), Some(changes)) = (object.as_object_mut(), changes.as_object()) else {
        return;
    };
    for (name, value) in changes {
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), value.clone());
        }
    }
}

pub(super) fn pages(state: Arc<Mutex<State>>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .route("/elsewhere", post(elsewhere))
        .route("/userinfo", get(user_info))
        .with_state(state)
}

async fn discovery(state: Shared) -> Json<Value> {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.visits.discovery += 1;
    let issuer = &state.issuer;
    let stated = if state.fails(Fault::OtherIssuer) { "https://elsewhere.example" } else { issuer.as_str() };
    let auth = if state.secret_in_body { "client_secret_post" } else { "client_secret_basic" };
    Json(json!({
        "issuer": stated,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "EdDSA", "HS256", "none"],
        "token_endpoint_auth_methods_supported": [auth],
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn keys(state: Shared) -> Json<Value> {
    let state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let keys: Vec<Value> = state.other_keys.iter().chain([&state.key]).map(Key::public).collect();
    Json(json!({ "keys": keys }))
}

/// The person agrees at once.
async fn authorize(state: Shared, Query(question): Query<Fields>) -> Response {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let field = |name: &str| question.get(name).map_or("", String::as_str);
    let Ok(mut back) = Url::parse(field("redirect_uri")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let fits = field("client_id") == FakeProvider::CLIENT.0
        && field("response_type") == "code"
        && field("code_challenge_method") == "S256"
        && field("scope").split(' ').any(|scope| scope == "openid");
    if !fits {
        return StatusCode::BAD_REQUEST.into_response();
    }
    back.query_pairs_mut().append_pair("state", field("state")).append_pair("iss", &state.issuer);
    if state.fails(Fault::Cancelled) {
        back.query_pairs_mut().append_pair("error", "access_denied").append_pair("error_description", "Ada said no");
    } else {
        let code = random().reveal().to_owned();
        back.query_pairs_mut().append_pair("code", &code);
        state.codes.insert(code, question);
    }
    Redirect::to(back.as_str()).into_response()
}

async fn token(state: Shared, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.visits.token += 1;
    match state.fault {
        Some(Fault::Redirect) => return Redirect::temporary("/elsewhere").into_response(),
        Some(Fault::Broken) => return StatusCode::BAD_GATEWAY.into_response(),
        Some(Fault::TooLong) => return Body::from(vec![b' '; 2 << 20]).into_response(),
        _ => {}
    }
    if !state.knows(&headers, &form) {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client", "who are you?");
    }
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    // Whatever comes of it, the code is used up.
    let question = state.codes.remove(field("code"));
    let fits = question.as_ref().is_some_and(|question| {
        field("grant_type") == "authorization_code"
            && question.get("redirect_uri").is_some_and(|url| url == field("redirect_uri"))
            && question.get("code_challenge").is_some_and(|challenge| *challenge == s256(field("code_verifier")))
    });
    let Some(question) = question.filter(|_| fits) else {
        return refuse(StatusCode::BAD_REQUEST, "invalid_grant", &format!("no such code: {}", field("code")));
    };
    let mut answer = json!({"access_token": state.access, "token_type": "Bearer", "expires_in": 300});
    if !state.fails(Fault::NoToken) {
        answer["id_token"] = json!(state.token(&question));
    }
    Json(answer).into_response()
}

async fn elsewhere(state: Shared) -> Json<Value> {
    state.lock().unwrap_or_else(PoisonError::into_inner).visits.elsewhere += 1;
    Json(json!({"access_token": "x", "token_type": "Bearer"}))
}

async fn user_info(state: Shared, headers: HeaderMap) -> Response {
    let state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let expected = format!("Bearer {}", state.access);
    if headers.get("authorization").is_none_or(|header| header.as_bytes() != expected.as_bytes()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut claims = json!({"sub": state.person.subject});
    state.describe_person(&mut claims);
    if state.signs_user_info {
        write(&mut claims, &json!({"iss": state.issuer, "aud": FakeProvider::CLIENT.0}));
    }
    write(&mut claims, &state.user_info);
    if state.signs_user_info {
        let token = match state.fault {
            Some(Fault::ForeignUserInfo) => state.key.forged().sign(&state.header, &claims),
            _ => state.key.sign(&state.header, &claims),
        };
        return ([(CONTENT_TYPE, "application/jwt")], token).into_response();
    }
    Json(claims).into_response()
}

fn refuse(status: StatusCode, word: &str, description: &str) -> Response {
    (status, Json(json!({"error": word, "error_description": description}))).into_response()
}

/// The challenge of a verifier; of something too short to be one there is none.
fn s256(verifier: &str) -> String {
    if verifier.len() < 43 || verifier.len() > 128 {
        return String::new();
    }
    challenge(&Hidden::from(verifier))
}
