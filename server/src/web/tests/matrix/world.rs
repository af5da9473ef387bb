//! A world with somebody of every kind in it, and something that belongs to each.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use model::EXAMPLES;
use ports::{
    Accounts, CameBy, CommentId, CommentOn, Discussion, Email, Identity, Links, Name, NewAccount, NewComment, NewLink,
    NewRecord, NewSession, Owner, PersonId, PipelineId, Pipelines, Purpose, RecordText, Role, Secret, Subject, TeamId,
    Teams, Ticket, UnixMillis,
    access::{self, CanEdit, CanManage, OwnsTeam, Visitor},
};
use store::SqliteStore;

use super::super::site::NOW;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Nobody,
    /// Has a share link to what is our team's, and nothing else.
    Link,
    /// Has one that was revoked.
    RevokedLink,
    /// Has one that has ended.
    EndedLink,
    Sandbox,
    OtherTeam,
    Invited,
    Viewer,
    Editor,
    Owner,
    /// Was an editor of the team.
    LeftTeam,
    /// Is an editor of the team whose account is disabled.
    Disabled,
    Administrator,
}

impl Who {
    pub(super) const ALL: [Who; 13] = [
        Who::Nobody,
        Who::Link,
        Who::RevokedLink,
        Who::EndedLink,
        Who::Sandbox,
        Who::OtherTeam,
        Who::Invited,
        Who::Viewer,
        Who::Editor,
        Who::Owner,
        Who::LeftTeam,
        Who::Disabled,
        Who::Administrator,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Who::Nobody => "nobody",
            Who::Link => "link",
            Who::RevokedLink => "revoked link",
            Who::EndedLink => "ended link",
            Who::Sandbox => "sandbox",
            Who::OtherTeam => "other team",
            Who::Invited => "invited",
            Who::Viewer => "viewer",
            Who::Editor => "editor",
            Who::Owner => "owner",
            Who::LeftTeam => "left team",
            Who::Disabled => "disabled",
            Who::Administrator => "administrator",
        }
    }

    /// Whether they come without a session: a link in their hands makes nobody of them.
    fn is_nobody(self) -> bool {
        matches!(self, Who::Nobody | Who::Link | Who::RevokedLink | Who::EndedLink)
    }

    /// Whether they have an account and may use it.
    pub(super) fn has_account(self) -> bool {
        !self.is_nobody() && !matches!(self, Who::Sandbox | Who::Disabled)
    }
}

/// Whose the thing is that they ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whose {
    /// What they would call their own: their team's, or their sandbox's.
    Own,
    /// What belongs to others.
    Others,
    /// What does not exist.
    Missing,
}

impl Whose {
    pub(super) const ALL: [Whose; 3] = [Whose::Own, Whose::Others, Whose::Missing];
}

/// What an address or a form names.
#[derive(Clone, Debug, Default)]
pub(super) struct Things {
    pub(super) pipeline: String,
    pub(super) record: String,
    pub(super) comment: String,
    /// Somebody who may be asked about the pipeline.
    pub(super) colleague: String,
    pub(super) team: String,
    /// A member of that team.
    pub(super) member: String,
    /// Somebody with an account.
    pub(super) person: String,
    /// A session: of oneself, of others, or none.
    pub(super) session: String,
    pub(super) set_up: String,
    pub(super) join: String,
    /// The secret of the link by which somebody with an account comes into our team.
    pub(super) invitation: String,
    /// Somebody whom an administrator has invited.
    pub(super) asked: String,
    pub(super) reset: String,
    /// The id of a share link to the pipeline.
    pub(super) link: String,
    /// The secret of a share link.
    pub(super) shared: String,
    /// What a provider calls somebody.
    pub(super) subject: String,
}

impl Things {
    /// A path or a body with these in place of their names.
    pub(super) fn put_into(&self, text: &str) -> String {
        let names = [
            ("{pipeline}", &self.pipeline),
            ("{record}", &self.record),
            ("{comment}", &self.comment),
            ("{colleague}", &self.colleague),
            ("{team}", &self.team),
            ("{member}", &self.member),
            ("{person}", &self.person),
            ("{session}", &self.session),
            ("{set-up}", &self.set_up),
            ("{join}", &self.join),
            ("{invitation}", &self.invitation),
            ("{asked}", &self.asked),
            ("{reset}", &self.reset),
            ("{link}", &self.link),
            ("{shared}", &self.shared),
            ("{subject}", &self.subject),
        ];
        names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}

/// What there is, by names that stay the same in every copy of the database.
#[derive(Debug)]
pub(super) struct World {
    secrets: BTreeMap<Who, Secret>,
    things: BTreeMap<(Who, Whose), Things>,
}

impl World {
    pub(super) fn secret(&self, who: Who) -> Option<&Secret> {
        self.secrets.get(&who)
    }

    pub(super) fn things(&self, who: Who, whose: Whose) -> &Things {
        &self.things[&(who, whose)]
    }

    /// Makes a world in a database.
    pub(super) async fn make(data: &Path) -> Self {
        let clock = Arc::new(ports::fake::FixedClock::at(NOW));
        let store = SqliteStore::open(data, clock).await.expect("the database opens");
        crate::seed::seed_examples(&store).await.expect("the examples are stored");
        let maker = Maker { store: store.clone() };
        let world = maker.make().await;
        store.close().await.expect("it can be closed");
        world
    }
}

/// Share links to a pipeline: the id of one that is good, and secrets.
struct LinksOfWorld {
    id: String,
    good: String,
    /// The one that the good link had before.
    replaced: String,
    revoked: String,
    ended: String,
}

struct Maker {
    store: SqliteStore,
}

impl Maker {
    async fn make(&self) -> World {
        let mut secrets = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for who in Who::ALL {
            match who {
                who if who.is_nobody() => continue,
                Who::Sandbox => ids.insert(who, self.store.create_guest().await.expect("a guest")),
                Who::Administrator => ids.insert(who, self.first_administrator().await),
                _ => ids.insert(who, self.account(who.word()).await),
            };
            secrets.insert(who, self.session(ids[&who]).await);
            if who != Who::Sandbox {
                self.connect(&secrets[&who], who.word()).await;
            }
        }
        let victim = self.account("victim").await;
        let founder = self.account("founder").await;
        let founder_secret = self.session(founder).await;
        let ours = self.team(&founder_secret, "Ours").await;
        for (who, role) in [
            (Who::Viewer, Role::Viewer),
            (Who::Editor, Role::Editor),
            (Who::Owner, Role::Owner),
            (Who::LeftTeam, Role::Editor),
            (Who::Disabled, Role::Editor),
        ] {
            self.join(&founder_secret, ours, ids[&who], &secrets[&who], role).await;
        }
        let victim_secret = self.session(victim).await;
        self.connect(&victim_secret, "victim").await;
        self.join(&founder_secret, ours, victim, &victim_secret, Role::Viewer).await;
        self.invite(&founder_secret, ours, ids[&Who::Invited], Role::Editor).await;
        let owns: OwnsTeam =
            access::to_team(&self.store, &self.visitor(&founder_secret).await, ours).await.expect("theirs");
        self.store.disable_member(&owns, ids[&Who::LeftTeam], true).await.expect("they leave");
        let theirs = self.team(&secrets[&Who::OtherTeam], "Theirs").await;
        self.join(&secrets[&Who::OtherTeam], theirs, victim, &victim_secret, Role::Owner).await;

        let of_ours = self.pipeline(&founder_secret, Owner::Team(ours)).await;
        let of_theirs = self.pipeline(&secrets[&Who::OtherTeam], Owner::Team(theirs)).await;
        let of_sandbox = self.pipeline(&secrets[&Who::Sandbox], Owner::Person(ids[&Who::Sandbox])).await;
        let administrator = ids[&Who::Administrator];
        let of_administrator = self.pipeline(&secrets[&Who::Administrator], Owner::Person(administrator)).await;
        // Everybody may have a link that is good; what was one before it was replaced, is what nobody has any more.
        let mut links = BTreeMap::new();
        for (who, made) in [
            (Who::Owner, &of_ours),
            (Who::OtherTeam, &of_theirs),
            (Who::Sandbox, &of_sandbox),
            (Who::Administrator, &of_administrator),
        ] {
            let by = if who == Who::Owner { &founder_secret } else { &secrets[&who] };
            links.insert(made.id, self.links(by, made.id).await);
        }
        self.ask(&founder_secret, of_ours.id, ids[&Who::Viewer]).await;
        let administers = self.visitor(&secrets[&Who::Administrator]).await.administers().expect("they do");
        self.store.disable(&administers, ids[&Who::Disabled], true).await.expect("they are disabled");

        let (set_up, reset) = (self.ticket(Purpose::SetUp).await, self.ticket(Purpose::Reset(victim)).await);
        let newcomer = self.store.invite(&"newcomer@example.org".parse().expect("an address")).await.expect("invited");
        self.invite(&founder_secret, ours, newcomer.id, Role::Viewer).await;
        let join = self.ticket(Purpose::Join(newcomer.id, Some(ours))).await;
        let invitation = self.ticket(Purpose::Join(ids[&Who::Invited], Some(ours))).await;
        let asked = [self.asked("asked").await, self.asked("asked.too").await];
        let nowhere = || uuid::Uuid::now_v7().to_string();
        let mut things = BTreeMap::new();
        for who in Who::ALL {
            let (own, others) = match who {
                Who::Sandbox => ((&of_sandbox, ours), (&of_ours, theirs)),
                Who::OtherTeam => ((&of_theirs, theirs), (&of_ours, ours)),
                Who::Administrator => ((&of_administrator, ours), (&of_ours, theirs)),
                _ => ((&of_ours, ours), (&of_theirs, theirs)),
            };
            let founder_session = self.session_id(&founder_secret).await;
            let own_session = match secrets.get(&who) {
                // A session beside the one they come with, so that they stay signed in when it ends.
                Some(_) if who != Who::Disabled => self.session_id(&self.session(ids[&who]).await).await,
                _ => nowhere(),
            };
            let alone = matches!(who, Who::Sandbox | Who::Administrator).then(|| ids[&who]);
            let of = |(made, team): (&Made, TeamId), session: String| Things {
                pipeline: made.id.0.to_string(),
                record: made.record.clone(),
                comment: made.comment.clone(),
                colleague: alone.unwrap_or(victim).0.to_string(),
                team: team.0.to_string(),
                member: victim.0.to_string(),
                person: victim.0.to_string(),
                session,
                set_up: set_up.clone(),
                join: join.clone(),
                invitation: invitation.clone(),
                asked: asked[0].0.to_string(),
                reset: reset.clone(),
                link: links[&made.id].id.clone(),
                shared: links[&made.id].replaced.clone(),
                subject: "victim".to_owned(),
            };
            let ours = &links[&own.0.id];
            let shared = match who {
                Who::RevokedLink => &ours.revoked,
                Who::EndedLink => &ours.ended,
                _ => &ours.good,
            };
            let (shared, subject) = (shared.clone(), who.word().to_owned());
            things.insert((who, Whose::Own), Things { shared, subject, ..of(own, own_session) });
            let wrong = [&reset, &set_up, &join].map(Clone::clone);
            let [for_set_up, for_join, for_reset] = wrong;
            let others = Things {
                person: founder.0.to_string(),
                colleague: victim.0.to_string(),
                ..of(others, founder_session)
            };
            things.insert(
                (who, Whose::Others),
                Things {
                    set_up: for_set_up,
                    join: for_join.clone(),
                    invitation: for_join,
                    asked: asked[1].0.to_string(),
                    reset: for_reset,
                    ..others
                },
            );
            let none = Secret::new().reveal();
            let missing = Things {
                pipeline: nowhere(),
                record: nowhere(),
                comment: nowhere(),
                colleague: nowhere(),
                team: nowhere(),
                member: nowhere(),
                person: nowhere(),
                session: nowhere(),
                set_up: none.clone(),
                join: none.clone(),
                invitation: none.clone(),
                asked: nowhere(),
                reset: none.clone(),
                link: nowhere(),
                shared: none,
                subject: nowhere(),
            };
            things.insert((who, Whose::Missing), missing);
        }
        World { secrets, things }
    }

    /// Share links to a pipeline.
    async fn links(&self, by: &Secret, pipeline: PipelineId) -> LinksOfWorld {
        let manage: CanManage =
            access::to_pipeline(&self.store, &self.visitor(by).await, pipeline).await.expect("theirs");
        let make = async |ends_at| {
            let secret = Secret::new();
            let (digest, downloads) = (secret.digest(), true);
            let link = NewLink { digest, label: None, version: None, downloads, ends_at, password: None };
            (self.store.make_link(&manage, link).await.expect("a link"), secret)
        };
        let (_, ended) = make(Some(NOW)).await;
        let (revoked_id, revoked) = make(None).await;
        self.store.revoke_link(&manage, revoked_id).await.expect("it is revoked");
        let ((id, replaced), good) = (make(None).await, Secret::new());
        self.store.rotate_link(&manage, id, good.digest()).await.expect("it is replaced");
        let [good, replaced, revoked, ended] = [good, replaced, revoked, ended].map(|secret| secret.reveal());
        LinksOfWorld { id: id.0.to_string(), good, replaced, revoked, ended }
    }

    async fn first_administrator(&self) -> PersonId {
        let secret = Secret::new();
        let digest = secret.digest();
        let ticket = Ticket { digest: digest.clone(), purpose: Purpose::SetUp, ends_at: UnixMillis(i64::MAX) };
        self.store.keep_ticket(ticket).await.expect("a ticket");
        self.store.set_up(&digest, new_account("administrator")).await.expect("an account")
    }

    async fn account(&self, name: &str) -> PersonId {
        self.store.open_account(new_account(name)).await.expect("an account")
    }

    async fn session(&self, person: PersonId) -> Secret {
        let secret = Secret::new();
        let session = NewSession {
            person,
            by: CameBy::Beginning,
            secret: secret.clone(),
            agent: String::new(),
            lasts_ms: 1_000_000_000,
            idle_ms: 1_000_000_000,
        };
        self.store.begin_session(session).await.expect("a session");
        secret
    }

    /// Has a provider vouch for somebody by a name, and by another, so that they can do without the first.
    async fn connect(&self, secret: &Secret, subject: &str) {
        let myself = self.visitor(secret).await.myself().expect("an account");
        for subject in [subject.to_owned(), format!("{subject} again")] {
            let issuer = "https://id.example.org".to_owned();
            let identity = Identity { issuer, subject, email: None, email_verified: false, name: None };
            self.store.connect(&myself, &identity).await.expect("it is connected");
        }
    }

    async fn visitor(&self, secret: &Secret) -> Visitor {
        Visitor::recognise(&self.store, true, Some(secret), NOW).await.expect("they are recognised")
    }

    async fn session_id(&self, secret: &Secret) -> String {
        self.visitor(secret).await.session_id().expect("a session").0.to_string()
    }

    async fn ticket(&self, purpose: Purpose) -> String {
        let secret = Secret::new();
        let ticket = Ticket { digest: secret.digest(), purpose, ends_at: UnixMillis(i64::MAX) };
        self.store.keep_ticket(ticket).await.expect("a ticket");
        secret.reveal()
    }

    /// Somebody whom an administrator has invited.
    async fn asked(&self, name: &str) -> PersonId {
        let address = format!("{name}@example.org").parse().expect("an address");
        let id = self.store.invite(&address).await.expect("invited").id;
        self.ticket(Purpose::Join(id, None)).await;
        id
    }

    async fn team(&self, founder: &Secret, name: &str) -> TeamId {
        let myself = self.visitor(founder).await.myself().expect("an account");
        self.store.create_team(&myself, name.parse().expect("a name")).await.expect("a team")
    }

    async fn invite(&self, by: &Secret, team: TeamId, person: PersonId, role: Role) {
        let owns: OwnsTeam = access::to_team(&self.store, &self.visitor(by).await, team).await.expect("theirs");
        self.store.invite_member(&owns, person, role, UnixMillis(i64::MAX)).await.expect("an invitation");
    }

    async fn join(&self, by: &Secret, team: TeamId, person: PersonId, secret: &Secret, role: Role) {
        self.invite(by, team, person, role).await;
        let ticket = Secret::parse(&self.ticket(Purpose::Join(person, Some(team))).await).expect("a secret");
        let visitor = self.visitor(secret).await;
        let invited = access::accept_in(&self.store, &visitor, &ticket, NOW).await.expect("invited");
        self.store.accept(&invited).await.expect("they come");
    }

    /// Asks somebody to sign off.
    async fn ask(&self, by: &Secret, pipeline: PipelineId, person: PersonId) {
        let edit: CanEdit = access::to_pipeline(&self.store, &self.visitor(by).await, pipeline).await.expect("theirs");
        let asked = access::to_ask(&self.store, &edit, person).await.expect("they may be asked");
        self.store.name_decider(&edit, &asked).await.expect("they are asked");
    }

    /// A pipeline with figures, a record and a comment.
    async fn pipeline(&self, by: &Secret, owner: Owner) -> Made {
        let visitor = self.visitor(by).await;
        let create = access::create_in(&self.store, &visitor, owner).await.expect("theirs");
        let mut document = EXAMPLES[0].document();
        document.workload.duration_s = 5.0;
        let id = self.store.create_pipeline(&create, &document).await.expect("a pipeline").id;
        let edit: CanEdit = access::to_pipeline(&self.store, &visitor, id).await.expect("theirs");
        let settings = engine::Settings { replications: engine::FEWEST_REPLICATIONS, ..engine::Settings::default() };
        let report = engine::compare(&document, settings).expect("it runs");
        self.store.keep_run(&edit, 1, &ports::Run::of(report)).await.expect("it is kept");
        let markdown = "---\nstatus: proposed\n---\n# Fork\n".to_owned();
        let record =
            NewRecord::new(1, "Fork", move |_| RecordText { markdown: markdown.clone(), ..RecordText::default() });
        let record = self.store.issue_record(&edit, record).await.expect("a record").id;
        let to = CommentOn::Subject(Subject::Pipeline);
        let comment = NewComment {
            id: CommentId(uuid::Uuid::now_v7()),
            to,
            version: 1,
            said: "Well".parse().expect("a text"),
            mentions: Vec::new(),
        };
        let comment = self.store.comment(&edit, comment).await.expect("a comment");
        Made { id, record: record.0.to_string(), comment: comment.0.to_string() }
    }
}

/// A pipeline, and the ids of what is about it.
struct Made {
    id: PipelineId,
    record: String,
    comment: String,
}

fn new_account(name: &str) -> NewAccount {
    let email: Email = format!("{}@example.org", name.replace(' ', ".")).parse().expect("an address");
    let name: Name = name.parse().expect("a name");
    NewAccount { email, name, password: None, guest: None }
}
