//! Who may do what, decided from facts that are made up here. Each line below is a check that somebody might take away.

use async_trait::async_trait;
use ports::{
    Digest, Facts, Invitation, LinkFacts, LinkId, MemberState, Membership, Name, Owner, PasswordHash, Person, PersonId,
    PersonState, PipelineId, RecordId, Role, Secret, Session, SessionId, StoreError, Team, TeamId, UnixMillis,
    access::{
        self, CanComment, CanEdit, CanManage, CanRead, InTeam, OwnsTeam, PipelineRight, Refused, Standing, TeamRight,
        Visitor,
    },
};
use uuid::Uuid;

const NOW: UnixMillis = UnixMillis(1_000);
const ME: PersonId = PersonId(Uuid::from_u128(1));
const OTHER: PersonId = PersonId(Uuid::from_u128(2));
const TEAM: TeamId = TeamId(Uuid::from_u128(3));
const PIPELINE: PipelineId = PipelineId(Uuid::from_u128(4));
const RECORD: RecordId = RecordId(Uuid::from_u128(5));
const SESSION: SessionId = SessionId(Uuid::from_u128(6));

/// A world of one person, one pipeline and one team.
#[derive(Clone)]
struct World {
    person: Person,
    owner: Option<Owner>,
    membership: Option<Membership>,
    /// What the other person is in the team.
    others: Option<Membership>,
    /// Whether they were asked to sign off.
    asked: bool,
    link: Option<LinkFacts>,
    invitation: Option<Invitation>,
    ends_at: UnixMillis,
    idle_ms: i64,
    /// Whether people may try things without an account.
    sandbox: bool,
}

impl World {
    fn new(state: PersonState) -> Self {
        let name: Name = "Ann".parse().expect("a name");
        let person = Person { id: ME, name, email: None, state, administrator: false, since: UnixMillis(0) };
        Self {
            person,
            owner: None,
            membership: None,
            others: None,
            asked: false,
            link: None,
            invitation: None,
            ends_at: UnixMillis(2_000),
            idle_ms: 500,
            sandbox: true,
        }
    }

    fn member(role: Role, state: MemberState) -> Self {
        let invited_until = (state == MemberState::Invited).then_some(UnixMillis(1_500));
        let membership = Some(Membership { role, state, invited_until });
        Self { owner: Some(Owner::Team(TEAM)), membership, ..Self::new(PersonState::Active) }
    }

    /// The same for somebody of another kind.
    fn but(self, state: PersonState) -> Self {
        Self { person: Person { state, ..self.person }, ..self }
    }

    async fn visitor(&self) -> Visitor {
        Visitor::recognise(self, self.sandbox, Some(&Secret::new()), NOW).await.expect("facts")
    }

    async fn pipeline<R: PipelineRight>(&self) -> Result<R, Refused> {
        access::to_pipeline(self, &self.visitor().await, PIPELINE).await
    }

    async fn team<R: TeamRight>(&self) -> Result<R, Refused> {
        access::to_team(self, &self.visitor().await, TEAM).await
    }

    /// What they may do with the pipeline: read, comment, edit, manage.
    async fn rights(&self) -> [&'static str; 4] {
        let each = [
            outcome(&self.pipeline::<CanRead>().await),
            outcome(&self.pipeline::<CanComment>().await),
            outcome(&self.pipeline::<CanEdit>().await),
            outcome(&self.pipeline::<CanManage>().await),
        ];
        // Whoever asks for all at once hears the same.
        match access::rights(self, &self.visitor().await, PIPELINE).await {
            Ok(all) => {
                assert_eq!((all.read.pipeline(), all.read.by()), (PIPELINE, ME));
                let all = [true, all.comment.is_some(), all.edit.is_some(), all.manage.is_some()];
                assert_eq!(all, each.map(|answer| answer == "yes"));
            }
            refused => assert_eq!(outcome(&refused), each[0]),
        }
        each
    }
}

fn outcome<T>(asked: &Result<T, Refused>) -> &'static str {
    match asked {
        Ok(_) => "yes",
        Err(Refused::Missing(_)) => "missing",
        Err(Refused::Forbidden(_)) => "forbidden",
        Err(Refused::NotSignedIn) => "sign in",
        Err(Refused::Store(_)) => "failed",
    }
}

#[async_trait]
impl Facts for World {
    async fn session(&self, _: &Digest) -> Result<Option<Session>, StoreError> {
        Ok(Some(Session {
            id: SESSION,
            person: self.person.clone(),
            agent: String::new(),
            begun_at: UnixMillis(0),
            seen_at: UnixMillis(900),
            ends_at: self.ends_at,
            idle_ms: self.idle_ms,
        }))
    }

    async fn standing(&self, pipeline: PipelineId, person: PersonId) -> Result<Option<Standing>, StoreError> {
        assert_eq!(pipeline, PIPELINE);
        let membership = if person == ME { self.membership } else { self.others };
        Ok(self.owner.map(|owner| Standing { owner, membership }))
    }

    async fn is_decider(&self, _: PipelineId, _: PersonId) -> Result<bool, StoreError> {
        Ok(self.asked)
    }

    async fn link(&self, _: &Digest, unlocked: Option<&Digest>) -> Result<Option<LinkFacts>, StoreError> {
        let unlocked_until = unlocked.map(|_| UnixMillis(1_500));
        Ok(self.link.clone().map(|link| LinkFacts { unlocked_until, ..link }))
    }

    async fn invitation(&self, _: &Digest) -> Result<Option<Invitation>, StoreError> {
        Ok(self.invitation.clone())
    }

    async fn pipeline_of_record(&self, record: RecordId) -> Result<Option<PipelineId>, StoreError> {
        Ok((record == RECORD).then_some(PIPELINE))
    }

    async fn membership(&self, team: TeamId, person: PersonId) -> Result<Option<Membership>, StoreError> {
        assert_eq!((team, person), (TEAM, ME));
        Ok(self.membership)
    }

    async fn memberships(&self, _: PersonId) -> Result<Vec<(Team, Membership)>, StoreError> {
        let team = Team { id: TEAM, name: "Payments".parse().expect("a name") };
        Ok(self.membership.into_iter().map(|membership| (team.clone(), membership)).collect())
    }
}

#[tokio::test]
async fn a_session_counts_until_it_ends_and_while_it_is_used() {
    let counts = async |change: fn(&mut World)| {
        let mut world = World::new(PersonState::Active);
        change(&mut world);
        world.visitor().await.person().is_some()
    };
    assert!(counts(|_| ()).await);
    assert!(!counts(|world| world.ends_at = NOW).await);
    assert!(counts(|world| world.ends_at = UnixMillis(1_001)).await);
    assert!(!counts(|world| world.idle_ms = 100).await, "used 100 ms ago");
    assert!(counts(|world| world.idle_ms = 101).await);
    assert!(counts(|world| world.person.state = PersonState::Guest).await);
    assert!(!counts(|world| world.person.state = PersonState::Invited).await);
    assert!(!counts(|world| world.person.state = PersonState::Disabled).await);
    let nobody = Visitor::recognise(&World::new(PersonState::Active), true, None, NOW).await.expect("facts");
    assert!(nobody.person().is_none() && nobody.session_id().is_none() && nobody.session().is_none());
    let somebody = World::new(PersonState::Active).visitor().await;
    assert_eq!(somebody.session_id(), Some(SESSION));
    assert_eq!(somebody.session().map(|session| session.id), Some(SESSION));
}

#[tokio::test]
async fn only_people_with_an_account_are_somebody_to_themselves() {
    let guest = World::new(PersonState::Guest).visitor().await;
    assert!(guest.account().is_none() && guest.guest().is_some());
    assert_eq!(outcome(&guest.myself()), "sign in");
    let ann = World::new(PersonState::Active).visitor().await;
    assert!(ann.account().is_some() && ann.guest().is_none());
    assert_eq!(ann.myself().expect("an account").id(), ME);
}

#[tokio::test]
async fn only_administrators_look_after_accounts() {
    for (state, administrator, expected) in [
        (PersonState::Active, true, "yes"),
        (PersonState::Active, false, "missing"),
        (PersonState::Guest, true, "missing"),
        (PersonState::Disabled, true, "missing"),
    ] {
        let mut world = World::new(state);
        world.person.administrator = administrator;
        let administers = world.visitor().await.administers();
        assert_eq!(outcome(&administers), expected, "{state:?} {administrator}");
        assert!(administers.is_err() || administers.is_ok_and(|administers| administers.id() == ME));
    }
}

#[tokio::test]
async fn ones_own_pipeline_is_ones_own() {
    for (owner, expected) in [
        (Some(Owner::Person(ME)), ["yes"; 4]),
        (Some(Owner::Person(OTHER)), ["missing"; 4]),
        (Some(Owner::Program), ["missing"; 4]),
        (Some(Owner::Nobody), ["missing"; 4]),
        (Some(Owner::Team(TEAM)), ["missing"; 4]),
        (None, ["missing"; 4]),
    ] {
        for state in [PersonState::Guest, PersonState::Active] {
            let world = World { owner, ..World::new(state) };
            assert_eq!(world.rights().await, expected, "{owner:?} {state:?}");
        }
        let disabled = World { owner, ..World::new(PersonState::Disabled) };
        assert_eq!(disabled.rights().await, ["missing"; 4]);
    }
}

#[tokio::test]
async fn a_guest_only_reads_where_there_is_no_sandbox_any_more() {
    let owner = Some(Owner::Person(ME));
    let guest = World { owner, sandbox: false, ..World::new(PersonState::Guest) };
    assert_eq!(guest.rights().await, ["yes", "sign in", "sign in", "sign in"]);
    let visitor = guest.visitor().await;
    assert_eq!(outcome(&access::create_in(&guest, &visitor, Owner::Person(ME)).await), "sign in");
    assert_eq!(outcome(&access::create_in(&guest, &visitor, Owner::Person(OTHER)).await), "missing");
    assert_eq!(outcome(&visitor.works()), "sign in");
    let roles =
        access::workspaces(&guest, &visitor).await.expect("facts").into_iter().map(|workspace| workspace.role());
    assert_eq!(roles.collect::<Vec<_>>(), [Role::Viewer], "they see what they have");
    assert_eq!(visitor.takes_along().map(access::TakesAlong::guest), Some(ME), "and may take it along");
    // What is others' is not there for them either.
    assert_eq!(World { owner: Some(Owner::Person(OTHER)), ..guest.clone() }.rights().await, ["missing"; 4]);
    let nobody = Visitor::recognise(&guest, false, None, NOW).await.expect("facts");
    assert_eq!(outcome(&nobody.works()), "sign in");
    let somebody = Visitor::recognise(&guest, true, None, NOW).await.expect("facts");
    assert_eq!(outcome(&somebody.works()), "yes");
    // Whoever has an account notices nothing.
    let ann = guest.but(PersonState::Active);
    assert_eq!(ann.rights().await, ["yes"; 4]);
    assert_eq!(outcome(&access::create_in(&ann, &ann.visitor().await, Owner::Person(ME)).await), "yes");
    assert!(ann.visitor().await.works().is_ok() && ann.visitor().await.takes_along().is_none());
}

#[tokio::test]
async fn a_teams_pipeline_is_its_members_by_their_roles() {
    for (role, expected) in [
        (Role::Viewer, ["yes", "yes", "forbidden", "forbidden"]),
        (Role::Editor, ["yes", "yes", "yes", "forbidden"]),
        (Role::Owner, ["yes", "yes", "yes", "yes"]),
    ] {
        assert_eq!(World::member(role, MemberState::Active).rights().await, expected, "{role:?}");
        for state in [MemberState::Invited, MemberState::Disabled] {
            assert_eq!(World::member(role, state).rights().await, ["missing"; 4], "{role:?} {state:?}");
        }
        // What somebody is in a team says nothing of what is a person's.
        let world = World { owner: Some(Owner::Person(OTHER)), ..World::member(role, MemberState::Active) };
        assert_eq!(world.rights().await, ["missing"; 4]);
    }
}

#[tokio::test]
async fn a_right_says_whose_and_what() {
    let world = World::member(Role::Owner, MemberState::Active);
    let manage: CanManage = world.pipeline().await.expect("an owner");
    assert_eq!((manage.pipeline(), manage.by()), (PIPELINE, ME));
    let edit: CanEdit = world.pipeline().await.expect("an owner");
    assert_eq!((edit.pipeline(), edit.by()), (PIPELINE, ME));
    let read: CanRead = world.pipeline().await.expect("an owner");
    assert_eq!((read.pipeline(), read.by()), (PIPELINE, ME));
    let viewer = World::member(Role::Viewer, MemberState::Active);
    let Err(Refused::Forbidden(who)) = viewer.pipeline::<CanEdit>().await else { panic!("a viewer must not edit") };
    assert_eq!(who, "editors and owners of its team");
}

#[tokio::test]
async fn a_record_is_read_by_whoever_may_read_its_pipeline() {
    let member = World::member(Role::Viewer, MemberState::Active);
    let read = access::to_record(&member, &member.visitor().await, RECORD).await.expect("a member");
    assert_eq!(read.pipeline(), PIPELINE);
    let stranger = World { owner: Some(Owner::Person(OTHER)), ..World::new(PersonState::Active) };
    for (world, record) in [(&stranger, RECORD), (&member, RecordId(Uuid::from_u128(7)))] {
        let refused = access::to_record(world, &world.visitor().await, record).await;
        assert!(matches!(refused, Err(Refused::Missing("record"))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_team_is_its_active_members() {
    for (role, state, expected) in [
        (Role::Viewer, MemberState::Active, ["yes", "forbidden"]),
        (Role::Editor, MemberState::Active, ["yes", "forbidden"]),
        (Role::Owner, MemberState::Active, ["yes", "yes"]),
        (Role::Owner, MemberState::Invited, ["missing", "missing"]),
        (Role::Owner, MemberState::Disabled, ["missing", "missing"]),
    ] {
        let world = World::member(role, state);
        let asked = [outcome(&world.team::<InTeam>().await), outcome(&world.team::<OwnsTeam>().await)];
        assert_eq!(asked, expected, "{role:?} {state:?}");
        assert_eq!(outcome(&world.but(PersonState::Guest).team::<InTeam>().await), "missing");
    }
    assert_eq!(outcome(&World::new(PersonState::Active).team::<InTeam>().await), "missing");
    let owns: OwnsTeam = World::member(Role::Owner, MemberState::Active).team().await.expect("an owner");
    assert_eq!((owns.team(), owns.by(), owns.role()), (TEAM, ME, Role::Owner));
}

/// The world of somebody with the link of an invitation, which ends a moment after what the team says.
fn invited(to: Option<MemberState>) -> World {
    let world = to.map_or_else(|| World::new(PersonState::Active), |state| World::member(Role::Editor, state));
    let team = Team { id: TEAM, name: "Payments".parse().expect("a name") };
    let team = world.membership.map(|membership| (team, membership));
    let invitation = Some(Invitation { person: world.person.clone(), team, ends_at: UnixMillis(1_600) });
    World { invitation, ..world }
}

#[tokio::test]
async fn an_invitation_is_accepted_in_time_by_whoever_was_invited_and_has_its_link() {
    let asked = async |world: &World, now: i64| {
        outcome(&access::accept_in(world, &world.visitor().await, &Secret::new(), UnixMillis(now)).await)
    };
    let bob = invited(Some(MemberState::Invited));
    assert_eq!(asked(&bob, 1_499).await, "yes");
    assert_eq!(asked(&bob, 1_500).await, "missing");
    assert_eq!(asked(&World { invitation: None, ..bob.clone() }, 1_000).await, "missing", "no link is no invitation");
    for other in [Some(MemberState::Active), Some(MemberState::Disabled), None] {
        assert_eq!(asked(&invited(other), 1_000).await, "missing", "{other:?}");
    }
    assert_eq!(asked(&bob.clone().but(PersonState::Guest), 1_000).await, "sign in");
    let with = |change: fn(&mut Invitation)| {
        let mut world = bob.clone();
        world.invitation.iter_mut().for_each(change);
        world
    };
    assert_eq!(asked(&with(|link| link.person.id = OTHER), 1_000).await, "missing", "it is somebody else's");
    assert_eq!(asked(&with(|link| link.ends_at = UnixMillis(1_000)), 1_000).await, "missing", "the link has ended");
    let secret = Secret::new();
    let accepted = access::accept_in(&bob, &bob.visitor().await, &secret, NOW).await.expect("invited");
    assert_eq!((accepted.team(), accepted.person(), accepted.ticket()), (TEAM, ME, &secret.digest()));
}

#[tokio::test]
async fn the_link_of_an_invitation_is_good_in_time_and_while_the_team_stands_by_it() {
    let asked =
        async |world: &World, now: i64| outcome(&access::by_invitation(world, &Secret::new(), UnixMillis(now)).await);
    for (to, until) in [(None, 1_600), (Some(MemberState::Invited), 1_500)] {
        assert_eq!(asked(&invited(to), until - 1).await, "yes", "{to:?}");
        assert_eq!(asked(&invited(to), until).await, "missing", "{to:?}");
    }
    assert_eq!(asked(&invited(Some(MemberState::Active)), 1_000).await, "missing");
    assert_eq!(asked(&World::new(PersonState::Active), 1_000).await, "missing");
}

#[tokio::test]
async fn a_pipeline_is_put_among_ones_own_or_where_one_is_an_editor() {
    let asked = async |world: &World, owner: Owner| {
        let create = access::create_in(world, &world.visitor().await, owner).await;
        assert!(create.as_ref().map_or(true, |create| (create.owner(), create.by()) == (owner, ME)));
        outcome(&create)
    };
    let ann = World::new(PersonState::Active);
    assert_eq!(asked(&ann, Owner::Person(ME)).await, "yes");
    assert_eq!(asked(&ann, Owner::Person(OTHER)).await, "missing");
    assert_eq!(asked(&ann, Owner::Team(TEAM)).await, "missing");
    assert_eq!(asked(&ann, Owner::Program).await, "missing");
    assert_eq!(asked(&ann, Owner::Nobody).await, "missing");
    assert_eq!(asked(&World::new(PersonState::Guest), Owner::Person(ME)).await, "yes");
    assert_eq!(asked(&World::new(PersonState::Disabled), Owner::Person(ME)).await, "missing");
    for (role, expected) in [(Role::Viewer, "forbidden"), (Role::Editor, "yes"), (Role::Owner, "yes")] {
        assert_eq!(asked(&World::member(role, MemberState::Active), Owner::Team(TEAM)).await, expected, "{role:?}");
        assert_eq!(asked(&World::member(role, MemberState::Invited), Owner::Team(TEAM)).await, "missing", "{role:?}");
    }
}

#[tokio::test]
async fn workspaces_are_ones_own_and_those_of_teams_one_is_in() {
    let listed = async |world: &World| {
        let workspaces = access::workspaces(world, &world.visitor().await).await.expect("facts");
        let told = |workspace: &access::Workspace| {
            (workspace.owner(), workspace.role(), workspace.team().map(|team| team.name.to_string()))
        };
        workspaces.iter().map(told).collect::<Vec<_>>()
    };
    let own = (Owner::Person(ME), Role::Owner, None);
    let team = (Owner::Team(TEAM), Role::Viewer, Some("Payments".to_owned()));
    let member = World::member(Role::Viewer, MemberState::Active);
    assert_eq!(listed(&member).await, [own.clone(), team]);
    let visitor = member.visitor().await;
    let in_team: InTeam = member.team().await.expect("a member");
    let ours = access::workspace_of(&member, &visitor, &in_team).await.expect("theirs");
    assert_eq!(ours.owner(), Owner::Team(TEAM));
    // They leave after it was looked up that they are in.
    let left = access::workspace_of(&World::member(Role::Viewer, MemberState::Disabled), &visitor, &in_team).await;
    assert_eq!(outcome(&left), "missing");
    for state in [MemberState::Invited, MemberState::Disabled] {
        assert_eq!(listed(&World::member(Role::Viewer, state)).await, std::slice::from_ref(&own));
    }
    assert_eq!(listed(&member.but(PersonState::Guest)).await, [own]);
    assert_eq!(listed(&World::new(PersonState::Disabled)).await, []);
}

#[tokio::test]
async fn whoever_may_see_a_pipeline_may_be_asked_about_it() {
    let asked = async |world: &World| {
        let by: CanComment = world.pipeline().await.expect("a member");
        let asked = access::to_ask(world, &by, OTHER).await;
        assert!(asked.as_ref().map_or(true, |asked| (asked.pipeline(), asked.person()) == (PIPELINE, OTHER)));
        outcome(&asked)
    };
    let mut world = World::member(Role::Viewer, MemberState::Active);
    assert_eq!(asked(&world).await, "missing", "a stranger");
    for (state, expected) in
        [(MemberState::Active, "yes"), (MemberState::Invited, "missing"), (MemberState::Disabled, "missing")]
    {
        world.others = Some(Membership { role: Role::Viewer, state, invited_until: None });
        assert_eq!(asked(&world).await, expected, "{state:?}");
    }
}

#[tokio::test]
async fn only_the_answer_of_whoever_was_asked_counts_and_of_whom_it_belongs_to() {
    let signs = async |world: &World| {
        let by: CanComment = world.pipeline().await.expect("they may see it");
        let signs = access::to_sign_off(world, &by).await;
        assert!(signs.as_ref().map_or(true, |signs| **signs == by));
        outcome(&signs)
    };
    let member = World::member(Role::Owner, MemberState::Active);
    assert_eq!(signs(&member).await, "forbidden", "not even an owner of the team");
    assert_eq!(signs(&World { asked: true, ..member }).await, "yes");
    let own = World { owner: Some(Owner::Person(ME)), ..World::new(PersonState::Active) };
    assert_eq!(signs(&own).await, "yes");
}

#[tokio::test]
async fn a_link_is_looked_up_with_what_the_browser_was_given() {
    let link = LinkFacts {
        id: LinkId(Uuid::from_u128(8)),
        pipeline: PIPELINE,
        version: Some(3),
        downloads: true,
        ends_at: None,
        revoked_at: None,
        password: Some(PasswordHash("hash".to_owned())),
        unlocked_until: None,
    };
    let world = World { link: Some(link), ..World::new(PersonState::Active) };
    let (secret, given) = (Secret::new(), Secret::new());
    let follow = async |world: &World, given: Option<&Secret>, on: bool| {
        outcome(&access::by_link(world, on, &secret, given, NOW).await.and_then(access::Followed::open))
    };
    assert_eq!(follow(&world, None, true).await, "missing", "its password was not said");
    assert_eq!(follow(&world, Some(&given), true).await, "yes");
    assert_eq!(follow(&world, Some(&given), false).await, "missing", "there are no links here");
    assert_eq!(follow(&World::new(PersonState::Active), Some(&given), true).await, "missing", "there is no such link");
}
