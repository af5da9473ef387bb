//! Promises about invitations and one-time links.

use ports::{
    CameBy, Identity, MemberState, Name, NewAccount, NewSession, PasswordHash, Person, PersonId, Purpose, Role, Secret,
    TeamId, Ticket, UnixMillis,
    access::{Administers, InTeam, OwnsTeam, accept_in, to_team},
    fake::Desk,
};

use super::{is_missing, is_overtaken};

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);
const LATER: UnixMillis = UnixMillis(NOW.0 + 1);

fn named(name: &str) -> Name {
    name.parse().expect("a name")
}

fn account(name: &str) -> NewAccount {
    let email = format!("{name}@example.org").parse().expect("an address");
    NewAccount { email, name: named(name), password: None, guest: None }
}

fn password() -> PasswordHash {
    PasswordHash("hash".to_owned())
}

/// The desk of somebody who has an account.
async fn of(desk: &Desk, person: PersonId) -> Desk {
    let secret = Secret::new();
    let (by, lasts_ms, idle_ms) = (CameBy::Beginning, i64::MAX, i64::MAX);
    let session = NewSession { person, by, secret: secret.clone(), agent: String::new(), lasts_ms, idle_ms };
    desk.store.begin_session(session).await.expect("a session");
    Desk::of(desk.store.clone(), &secret).await.expect("they are recognised")
}

async fn sign_up(desk: &Desk, name: &str) -> Desk {
    let person = desk.store.open_account(account(name)).await.expect("an account");
    of(desk, person).await
}

async fn team(owner: &Desk, name: &str) -> OwnsTeam {
    let myself = owner.visitor().myself().expect("an account");
    let team = owner.store.create_team(&myself, named(name)).await.expect("a team");
    to_team(owner.store.as_ref(), owner.visitor(), team).await.expect("theirs")
}

async fn ticket(desk: &Desk, purpose: Purpose, ends_at: UnixMillis) -> Secret {
    let secret = Secret::new();
    desk.store.keep_ticket(Ticket { digest: secret.digest(), purpose, ends_at }).await.expect("it is kept");
    secret
}

async fn person(desk: &Desk, name: &str) -> Person {
    desk.store.invite(&account(name).email).await.expect("somebody")
}

/// Invites somebody into a team; the secret of the link.
async fn invite(desk: &Desk, team: &OwnsTeam, name: &str, until: UnixMillis) -> Secret {
    let person = person(desk, name).await.id;
    desk.store.invite_member(team, person, Role::Editor, until).await.expect("they are invited");
    ticket(desk, Purpose::Join(person, Some(team.team())), until).await
}

async fn state(desk: &Desk, team: TeamId, person: PersonId) -> Option<MemberState> {
    desk.store.membership(team, person).await.expect("it is read").map(|membership| membership.state)
}

async fn administers(desk: &Desk) -> Administers {
    let secret = ticket(desk, Purpose::SetUp, LATER).await;
    let root = desk.store.set_up(&secret.digest(), account("root")).await.expect("an account");
    of(desk, root).await.visitor().administers().expect("they do")
}

fn identity() -> Identity {
    let (issuer, subject) = ("https://provider.example".to_owned(), "bob".to_owned());
    Identity { issuer, subject, email: None, email_verified: false, name: None }
}

pub(super) async fn a_link_lets_into_its_team_once_and_ends_all_other_invitations(desk: &Desk) {
    let ann = sign_up(desk, "ann").await;
    for by_provider in [false, true] {
        let name = if by_provider { "eve" } else { "bob" };
        let (one, other) = (team(&ann, "One").await, team(&ann, "Other").await);
        let meant = invite(desk, &one, name, LATER).await;
        let used = invite(desk, &other, name, LATER).await;
        let person = person(desk, name).await.id;
        let alone = ticket(desk, Purpose::Join(person, None), LATER).await;
        let join = async |secret: &Secret| {
            if by_provider {
                desk.store.join_by(&secret.digest(), &identity(), named(name), None).await
            } else {
                desk.store.join(&secret.digest(), named(name), password(), None).await
            }
        };
        assert_eq!(join(&used).await.expect("it lets them in"), person);
        assert_eq!(state(desk, other.team(), person).await, Some(MemberState::Active));
        assert_eq!(state(desk, one.team(), person).await, None);
        for secret in [&meant, &used, &alone] {
            assert_eq!(desk.store.ticket(&secret.digest()).await.expect("it is looked up"), None);
            assert!(is_missing(&join(secret).await));
        }
    }
}

pub(super) async fn an_invitation_is_accepted_by_its_own_link(desk: &Desk) {
    let (ann, bob) = (sign_up(desk, "ann").await, sign_up(desk, "bob").await);
    let (one, other) = (team(&ann, "One").await, team(&ann, "Other").await);
    let first = invite(desk, &one, "bob", LATER).await;
    let id = bob.visitor().person().expect("somebody").id;
    let accepted = accept_in(desk.store.as_ref(), bob.visitor(), &first, NOW).await.expect("invited");
    // In the meantime another link was made, and the first is good for nothing.
    let second = invite(desk, &one, "bob", LATER).await;
    assert!(is_missing(&desk.store.accept(&accepted).await));
    assert_eq!(state(desk, one.team(), id).await, Some(MemberState::Invited));
    let accepted = accept_in(desk.store.as_ref(), bob.visitor(), &second, NOW).await.expect("invited");
    desk.store.accept(&accepted).await.expect("they come");
    assert!(is_missing(&desk.store.accept(&accepted).await), "it is good once");
    assert_eq!(state(desk, one.team(), id).await, Some(MemberState::Active));
    // What the team has taken back, its link does not give.
    let third = invite(desk, &other, "bob", LATER).await;
    let accepted = accept_in(desk.store.as_ref(), bob.visitor(), &third, NOW).await.expect("invited");
    desk.store.disable_member(&other, id, true).await.expect("it is taken back");
    assert!(is_missing(&desk.store.accept(&accepted).await));
    assert_eq!(state(desk, other.team(), id).await, None);
}

pub(super) async fn what_was_taken_back_makes_no_account_and_frees_the_address(desk: &Desk) {
    let ann = sign_up(desk, "ann").await;
    let administers = administers(desk).await;
    let (one, other) = (team(&ann, "One").await, team(&ann, "Other").await);
    let join = async |secret: &Secret| desk.store.join(&secret.digest(), named("Bob"), password(), None).await;
    let by_one = invite(desk, &one, "bob", LATER).await;
    invite(desk, &other, "bob", LATER).await;
    let bob = person(desk, "bob").await.id;
    let alone = ticket(desk, Purpose::Join(bob, None), LATER).await;
    desk.store.disable_member(&one, bob, true).await.expect("it is taken back");
    assert!(is_missing(&join(&by_one).await));
    // A link that is left over gives nothing either, and is not used up by it.
    let left_over = ticket(desk, Purpose::Join(bob, Some(one.team())), LATER).await;
    assert!(is_missing(&join(&left_over).await));
    assert_eq!(person(desk, "bob").await.id, bob);
    desk.store.take_back(&administers, bob).await.expect("it is taken back");
    assert!(is_missing(&join(&alone).await));
    assert!(is_overtaken(&desk.store.take_back(&administers, bob).await), "the other team still invites them");
    assert!(is_overtaken(&desk.store.open_account(account("bob")).await));
    desk.store.disable_member(&other, bob, true).await.expect("it is taken back");
    assert!(is_overtaken(&desk.store.open_account(account("bob")).await), "a link is left over");
    // One that has ended keeps nobody's address, whether they come by a password or by a provider.
    ticket(desk, Purpose::Join(bob, Some(one.team())), NOW).await;
    desk.store.open_account_by(&identity(), account("bob")).await.expect("the address is free");
    assert!(is_missing(&desk.store.take_back(&administers, bob).await), "they are forgotten");
    let ended = invite(desk, &one, "eve", NOW).await;
    assert!(is_missing(&join(&ended).await));
    let eve = desk.store.open_account(account("eve")).await.expect("the address is free");
    assert_eq!(state(desk, one.team(), eve).await, None);
    assert!(is_overtaken(&desk.store.take_back(&administers, eve).await), "they have an account");
}

pub(super) async fn whoever_has_not_come_is_called_by_their_address(desk: &Desk) {
    let (ann, bob) = (sign_up(desk, "ann").await, sign_up(desk, "bob").await);
    let one = team(&ann, "One").await;
    let id = bob.visitor().person().expect("somebody").id;
    let in_team: InTeam = to_team(desk.store.as_ref(), ann.visitor(), one.team()).await.expect("theirs");
    let called = async || {
        let members = desk.store.list_members(&in_team).await.expect("a list");
        let member = members.into_iter().find(|member| member.person.id == id).expect("a member");
        let done = desk.store.list_activity(&in_team, 1).await.expect("a list").remove(0);
        (member.person.name.to_string(), done.about)
    };
    let secret = invite(desk, &one, "bob", LATER).await;
    assert_eq!(called().await, ("bob@example.org".to_owned(), "bob@example.org as editor".to_owned()));
    desk.store.change_role(&one, id, Role::Viewer).await.expect("another role");
    assert_eq!(called().await.1, "bob@example.org to viewer");
    let accepted = accept_in(desk.store.as_ref(), bob.visitor(), &secret, NOW).await.expect("invited");
    desk.store.accept(&accepted).await.expect("they come");
    desk.store.disable_member(&one, id, true).await.expect("they do nothing any more");
    assert_eq!(called().await, ("bob".to_owned(), "bob".to_owned()));
}

pub(super) async fn links_for_a_new_password_end_with_the_password_and_the_account(desk: &Desk) {
    let ann = desk.store.open_account(NewAccount { password: Some(password()), ..account("ann") }).await;
    let ann = of(desk, ann.expect("an account")).await;
    let administers = administers(desk).await;
    let myself = ann.visitor().myself().expect("an account");
    let reset = async |secret: &Secret| desk.store.reset_password(&secret.digest(), password()).await;
    let first = ticket(desk, Purpose::Reset(myself.id()), LATER).await;
    desk.store.change_password(&myself, &password(), password()).await.expect("another password");
    assert!(is_missing(&reset(&first).await));
    let second = ticket(desk, Purpose::Reset(myself.id()), LATER).await;
    desk.store.disable(&administers, myself.id(), true).await.expect("they are disabled");
    assert!(is_missing(&reset(&second).await));
    let third = ticket(desk, Purpose::Reset(myself.id()), LATER).await;
    assert_eq!(reset(&third).await.expect("it is good"), myself.id());
    assert!(is_missing(&reset(&third).await), "it is good once");
}
