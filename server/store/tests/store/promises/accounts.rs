//! Promises about sessions, passwords, providers, administrators and owners.

use ports::{
    CameBy, Identity, MemberState, NewAccount, NewSession, PasswordHash, PersonId, PersonState, Purpose, Role, Secret,
    Session, StoreError, TeamId, Ticket, UnixMillis,
    access::{self, Administers, InTeam, OwnsTeam, Visitor},
    fake::Desk,
};

const LATER: UnixMillis = UnixMillis(i64::MAX);

fn hash(text: &str) -> PasswordHash {
    PasswordHash(text.to_owned())
}

fn identity(subject: &str) -> Identity {
    Identity {
        issuer: "https://id.example.org".to_owned(),
        subject: subject.to_owned(),
        email: None,
        email_verified: false,
        name: None,
    }
}

fn account(name: &str) -> NewAccount {
    NewAccount {
        email: format!("{name}@example.org").parse().expect("an address"),
        name: name.parse().expect("a name"),
        password: Some(hash("one")),
        guest: None,
    }
}

async fn open(desk: &Desk, name: &str) -> PersonId {
    desk.store.open_account(account(name)).await.expect("an account")
}

async fn begin(desk: &Desk, person: PersonId, by: CameBy) -> Result<Secret, StoreError> {
    let secret = Secret::new();
    let (lasts_ms, idle_ms) = (i64::MAX, i64::MAX);
    let session = NewSession { person, by, secret: secret.clone(), agent: String::new(), lasts_ms, idle_ms };
    desk.store.begin_session(session).await.map(|_| secret)
}

async fn visitor(desk: &Desk, secret: &Secret) -> Visitor {
    Visitor::recognise(desk.store.as_ref(), true, Some(secret), UnixMillis(i64::MIN)).await.expect("an answer")
}

async fn come(desk: &Desk, person: PersonId) -> Visitor {
    visitor(desk, &begin(desk, person, CameBy::Beginning).await.expect("a session")).await
}

async fn administrator(desk: &Desk) -> (PersonId, Administers) {
    let digest = Secret::new().digest();
    let ticket = Ticket { digest: digest.clone(), purpose: Purpose::SetUp, ends_at: LATER };
    desk.store.keep_ticket(ticket).await.expect("a ticket");
    let root = desk.store.set_up(&digest, account("root")).await.expect("an account");
    (root, come(desk, root).await.administers().expect("an administrator"))
}

fn overtaken<T>(done: &Result<T, StoreError>, what: &str) -> bool {
    matches!(done, Err(StoreError::Overtaken(found)) if *found == what)
}

pub(super) async fn links_for_a_new_password_stand_beside_each_other_until_one_is_used(desk: &Desk) {
    let ann = open(desk, "ann").await;
    let mut links = Vec::new();
    for _ in 0..2 {
        let digest = Secret::new().digest();
        let ticket = Ticket { digest: digest.clone(), purpose: Purpose::Reset(ann), ends_at: LATER };
        desk.store.keep_ticket(ticket).await.expect("a link");
        links.push(digest);
    }
    // Anybody may have one sent, which does not end the one before.
    for digest in &links {
        assert!(desk.store.ticket(digest).await.expect("an answer").is_some());
    }
    desk.store.reset_password(&links[0], hash("new")).await.expect("it is good");
    assert!(desk.store.ticket(&links[1]).await.expect("an answer").is_none(), "a new password ends the others");
}

pub(super) async fn a_session_begins_while_what_was_shown_still_holds(desk: &Desk) {
    let (_, administers) = administrator(desk).await;
    let ann = open(desk, "ann").await;
    let password = || CameBy::Password(hash("one"));
    let myself = visitor(desk, &begin(desk, ann, password()).await.expect("a session")).await.myself().expect("ann");
    desk.store.change_password(&myself, &hash("one"), hash("two")).await.expect("it is changed");
    assert!(overtaken(&begin(desk, ann, password()).await, "account"), "it is not the password any more");
    begin(desk, ann, CameBy::Password(hash("two"))).await.expect("a session");
    let vouched = || CameBy::Identity(identity("ann"));
    assert!(overtaken(&begin(desk, ann, vouched()).await, "account"), "it is not connected");
    desk.store.connect(&myself, &identity("ann")).await.expect("it is connected");
    begin(desk, ann, vouched()).await.expect("a session");
    let bob = open(desk, "bob").await;
    assert!(overtaken(&begin(desk, bob, vouched()).await, "account"), "it is somebody else's");
    desk.store.disable(&administers, ann, true).await.expect("it is disabled");
    for by in [CameBy::Beginning, CameBy::Password(hash("two")), vouched()] {
        assert!(overtaken(&begin(desk, ann, by).await, "account"), "nobody comes into a disabled account");
    }
    let invited = desk.store.invite(&"eve@example.org".parse().expect("an address")).await.expect("invited");
    assert!(overtaken(&begin(desk, invited.id, CameBy::Beginning).await, "account"), "they have not come yet");
}

pub(super) async fn a_password_is_changed_by_whoever_knows_the_present_one(desk: &Desk) {
    let ann = open(desk, "ann").await;
    let myself = come(desk, ann).await.myself().expect("ann");
    let late = desk.store.change_password(&myself, &hash("zero"), hash("two")).await;
    assert!(overtaken(&late, "password"), "{late:?}");
    assert_eq!(desk.store.list_sessions(&myself).await.expect("a list").len(), 1, "and nothing has ended");
    desk.store.change_password(&myself, &hash("one"), hash("two")).await.expect("it is changed");
    assert_eq!(desk.store.myself(&myself).await.expect("ann").password, Some(hash("two")));
    assert_eq!(desk.store.list_sessions(&myself).await.expect("a list"), [], "all sessions end");
}

pub(super) async fn a_provider_is_disconnected_unless_it_is_the_last_way_in(desk: &Desk) {
    let without = NewAccount { password: None, ..account("ann") };
    let ann = desk.store.open_account_by(&identity("first"), without).await.expect("an account");
    let (here, elsewhere) = (come(desk, ann).await, come(desk, ann).await);
    let (myself, bob) = (here.myself().expect("ann"), open(desk, "bob").await);
    let bob = come(desk, bob).await.myself().expect("bob");
    let issuer = identity("first").issuer;
    let end = async |subject| desk.store.disconnect(&myself, &issuer, subject, here.session_id()).await;
    let last = end("first").await;
    assert!(overtaken(&last, "last way in"), "{last:?}");
    desk.store.connect(&myself, &identity("second")).await.expect("it is connected");
    let connected = async || {
        let connections = desk.store.list_connections(&myself).await.expect("a list");
        connections.into_iter().map(|connection| connection.subject).collect::<Vec<_>>()
    };
    assert_eq!(connected().await, ["first", "second"]);
    assert_eq!(desk.store.list_connections(&bob).await.expect("a list"), []);
    let stranger = desk.store.disconnect(&bob, &issuer, "first", None).await;
    assert!(matches!(stranger, Err(StoreError::NotFound(_))), "{stranger:?}");
    end("first").await.expect("another is left");
    assert_eq!(connected().await, ["second"]);
    let sessions: Vec<Session> = desk.store.list_sessions(&myself).await.expect("a list");
    assert_eq!(sessions.iter().map(|session| Some(session.id)).collect::<Vec<_>>(), [here.session_id()]);
    assert_ne!(here.session_id(), elsewhere.session_id(), "the other one has ended");
    assert_eq!(desk.store.person_of(&identity("first")).await.expect("an answer"), None);
    assert!(overtaken(&end("second").await, "last way in"));
}

pub(super) async fn an_instance_keeps_an_administrator(desk: &Desk) {
    let (root, administers) = administrator(desk).await;
    let ann = open(desk, "ann").await;
    let appoint = async |person, administrator| desk.store.appoint(&administers, person, administrator).await;
    let last = appoint(root, false).await;
    assert!(overtaken(&last, "last administrator"), "{last:?}");
    appoint(ann, true).await.expect("there are two");
    assert!(come(desk, ann).await.administers().is_ok());
    appoint(root, false).await.expect("another is left");
    assert!(come(desk, root).await.administers().is_err());
    assert!(overtaken(&appoint(ann, false).await, "last administrator"));
    assert!(overtaken(&desk.store.disable(&administers, ann, true).await, "last administrator"));
    // One whose account is disabled looks after nothing.
    appoint(root, true).await.expect("there are two");
    desk.store.disable(&administers, root, true).await.expect("it is disabled");
    assert!(overtaken(&appoint(ann, false).await, "last administrator"));
    assert!(overtaken(&appoint(root, true).await, "person"), "nor is one appointed");
}

/// A team of the owners Ann and Bob, whose viewer is Eve.
async fn team(desk: &Desk) -> (TeamId, [Visitor; 3]) {
    let mut visitors = Vec::new();
    for name in ["ann", "bob", "eve"] {
        visitors.push(come(desk, open(desk, name).await).await);
    }
    let [ann, bob, eve]: [Visitor; 3] = visitors.try_into().expect("three");
    let name = "Payments".parse().expect("a name");
    let team = desk.store.create_team(&ann.myself().expect("ann"), name).await.expect("a team");
    let owns: OwnsTeam = access::to_team(desk.store.as_ref(), &ann, team).await.expect("hers");
    for (visitor, role) in [(&bob, Role::Owner), (&eve, Role::Viewer)] {
        let person = visitor.person().expect("somebody").id;
        desk.store.invite_member(&owns, person, role, LATER).await.expect("an invitation");
        let link = Secret::new();
        let purpose = Purpose::Join(person, Some(team));
        desk.store.keep_ticket(Ticket { digest: link.digest(), purpose, ends_at: LATER }).await.expect("a link");
        let invited = access::accept_in(desk.store.as_ref(), visitor, &link, UnixMillis(0)).await.expect("invited");
        desk.store.accept(&invited).await.expect("they come");
    }
    (team, [ann, bob, eve])
}

pub(super) async fn a_team_keeps_an_owner_who_can_act(desk: &Desk) {
    let (_, administers) = administrator(desk).await;
    let (team, [ann, bob, eve]) = team(desk).await;
    let id = |visitor: &Visitor| visitor.person().expect("somebody").id;
    let owns: OwnsTeam = access::to_team(desk.store.as_ref(), &bob, team).await.expect("his");
    let none: Vec<(TeamId, Vec<PersonId>)> = Vec::new();
    let ownerless = async || {
        let teams = desk.store.list_ownerless(&administers).await.expect("a list").into_iter();
        let told = teams.map(|(team, members)| (team.id, members.iter().map(|member| member.id).collect()));
        told.collect::<Vec<(TeamId, Vec<PersonId>)>>()
    };
    desk.store.disable(&administers, id(&ann), true).await.expect("her account is disabled");
    assert_eq!(ownerless().await, none, "Bob is left");
    for refused in [
        desk.store.leave(&owns).await,
        desk.store.change_role(&owns, id(&bob), Role::Editor).await,
        desk.store.disable_member(&owns, id(&bob), true).await,
    ] {
        assert!(overtaken(&refused, "last owner"), "{refused:?}");
    }
    let early = desk.store.appoint_owner(&administers, team, id(&eve)).await;
    assert!(matches!(early, Err(StoreError::NotFound(_))), "the team has an owner: {early:?}");
    desk.store.disable(&administers, id(&bob), true).await.expect("his account is disabled at once");
    assert_eq!(ownerless().await, [(team, vec![id(&eve)])]);
    // Whoever else is in it may still go.
    let member: InTeam = access::to_team(desk.store.as_ref(), &eve, team).await.expect("hers");
    desk.store.leave(&member).await.expect("nobody is kept");
    assert_eq!(ownerless().await, [(team, Vec::new())]);
    let gone = desk.store.appoint_owner(&administers, team, id(&eve)).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");
    desk.store.disable(&administers, id(&bob), false).await.expect("it is enabled");
    assert_eq!(ownerless().await, none);
    desk.store.disable_member(&owns, id(&eve), false).await.expect("she is back");
    desk.store.disable(&administers, id(&bob), true).await.expect("it is disabled");
    desk.store.appoint_owner(&administers, team, id(&eve)).await.expect("she is the owner");
    assert_eq!(ownerless().await, none);
    let members = desk.store.list_members(&member).await.expect("a list");
    let eve = members.iter().find(|member| member.person.id == id(&eve)).expect("she is in it");
    assert_eq!((eve.membership.role, eve.membership.state), (Role::Owner, MemberState::Active));
    assert_eq!(eve.person.state, PersonState::Active);
    let deeds = desk.store.list_activity(&member, 1).await.expect("a list");
    assert_eq!((deeds[0].by.as_str(), deeds[0].about.as_str()), ("root", "eve to owner"));
}
