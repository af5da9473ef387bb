//! Teams: those one is in, and one of them with its members.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use ports::{
    Activity, Deed, Member, MemberState, Membership, PersonId, PersonState, Role, Team,
    access::{self, InTeam},
};
use uuid::Uuid;

use super::{
    address::named,
    awaited::{Awaited, awaited, awaited_view},
    instead::instead,
    listed::listed,
};
use crate::{
    api::{
        teams::{ChangeRole, CreateTeam, DisableMember, InviteMember, LeaveTeam, RenameTeam, in_team},
        workspaces::PipelineItem,
    },
    components::{Field, LinkToHandOn, Returned, SiteHeader},
    context::{AppContext, link_to_show, store, visitor::visitor},
    error::AppError,
    standing::{day, moment},
};

/// The teams of the visitor, and those they were asked into.
#[component]
pub(crate) fn TeamsPage() -> impl IntoView {
    let returned = Returned::here();
    Suspend::new(async move {
        match list_teams().await {
            Ok(teams) => teams_view(teams, &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

async fn list_teams() -> Result<Vec<(Team, Membership)>, AppError> {
    let myself = visitor()?.myself()?;
    let AppContext { store, clock, .. } = expect_context::<AppContext>();
    let mut teams = store.memberships(myself.id()).await?;
    let now = clock.now();
    teams.retain(|(_, membership)| match membership.state {
        MemberState::Active => true,
        MemberState::Invited => membership.invited_until.is_some_and(|until| now < until),
        MemberState::Disabled => false,
    });
    Ok(teams)
}

fn teams_view(teams: Vec<(Team, Membership)>, returned: &Returned) -> impl IntoView + use<> {
    let (asked, mine): (Vec<_>, Vec<_>) =
        teams.into_iter().partition(|(_, membership)| membership.state == MemberState::Invited);
    let none = mine.is_empty();
    let asked = asked.into_iter().map(|(team, membership)| {
        let until = membership.invited_until.map(day).unwrap_or_default();
        view! {
            <li>
                <div><h3><bdi>{team.name.to_string()}</bdi></h3><p>{format!("You are invited as {}, until {until}: open the link you were given.", membership.role.word())}</p></div>
            </li>
        }
    });
    let mine = mine.into_iter().map(|(team, membership)| {
        view! {
            <li>
                <a href=format!("/teams/{}", team.id.0) rel="external"><bdi>{team.name.to_string()}</bdi></a>
                <small>{membership.role.word()}</small>
            </li>
        }
    });
    view! {
        <Title text="Teams" />
        <SiteHeader />
        <main class="page">
            <h1>"Teams"</h1>
            <p class="lead">"A team's pipelines are seen by all its members, and changed by its editors and owners."</p>
            {returned.view()}
            <ul class="rows">{asked.collect_view()}</ul>
            {none.then(|| view! { <p class="empty">"You are in no team yet. Make one, and invite your teammates."</p> })}
            <ul class="rows plain">{mine.collect_view()}</ul>
            <form method="post" action=CreateTeam::url() class="inline">
                <label for="team-name">"Name of a new team"</label>
                <input id="team-name" name="name" type="text" maxlength="100" autocomplete="off" required value=returned.typed(CreateTeam::url(), "name").unwrap_or_default() />
                <button type="submit" class="primary">"Make it"</button>
            </form>
        </main>
    }
}

/// One team.
#[component]
pub(crate) fn TeamPage() -> impl IntoView {
    let (returned, id) = (Returned::here(), named("team"));
    Suspend::new(async move {
        match get_team(id).await {
            Ok(view) => team_view(&view, &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

/// So many deeds are shown.
const SHOWN: u32 = 50;

/// A team as its page shows it.
struct TeamView {
    team: Team,
    members: Vec<Member>,
    /// What the visitor may do there.
    role: Role,
    me: PersonId,
    activity: Vec<Activity>,
    waits: Awaited,
    pipelines: Vec<PipelineItem>,
}

async fn get_team(team: Result<Uuid, AppError>) -> Result<TeamView, AppError> {
    let team = team?;
    let member: InTeam = in_team(team).await?;
    let store = store();
    let workspace = access::workspace_of(store.as_ref(), &visitor()?, &member).await?;
    let pipelines = store.list_pipelines(&workspace).await?;
    Ok(TeamView {
        team: store.get_team(&member).await?,
        members: store.list_members(&member).await?,
        role: member.role(),
        me: member.by(),
        activity: store.list_activity(&member, SHOWN).await?,
        waits: awaited(Some(member.team())).await?,
        pipelines: pipelines.into_iter().map(PipelineItem::from).collect(),
    })
}

fn team_view(shown: &TeamView, returned: &Returned) -> impl IntoView + use<> {
    let TeamView { team, members, role, me, activity, waits, pipelines } = shown;
    let id = team.id.0.to_string();
    let owner = *role == Role::Owner;
    let link = link_to_show().map(|link| view! { <LinkToHandOn link /> });
    let rows = members.iter().map(|member| row(&id, member, owner, member.person.id == *me)).collect_view();
    let chosen =
        returned.typed(InviteMember::url(), "role").and_then(|role| Role::from_word(&role)).unwrap_or(Role::Editor);
    let name = returned.typed(RenameTeam::url(), "name").unwrap_or_else(|| team.name.to_string());
    view! {
        <Title text=team.name.to_string() />
        <SiteHeader />
        <main class="page">
            <h1><bdi>{team.name.to_string()}</bdi></h1>
            <p class="lead">{format!("You are {} here. ", match role { Role::Viewer => "a viewer", Role::Editor => "an editor", Role::Owner => "an owner" })}
                "Viewers see and comment, editors change, owners also share outside, move, archive and say who is in the team."</p>
            {returned.view()}
            {link}
            {awaited_view(waits)}
            <section aria-labelledby="pipelines-heading">
                <h2 id="pipelines-heading">"Pipelines"</h2>
                {pipelines.is_empty().then(|| view! { <p class="empty">"None yet. Start one on the "<a href="/" rel="external">"home page"</a>", or move one of yours."</p> })}
                {listed(pipelines.clone())}
            </section>
            <h2>"Members"</h2>
            <div class="tablewrap" tabindex="0" role="region" aria-label="Members">
                <table class="people">
                    <caption class="visually-hidden">"Members"</caption>
                    <thead><tr><th scope="col">"Name"</th><th scope="col">"Role"</th><th scope="col">"State"</th><th scope="col"><span class="visually-hidden">"What to do"</span></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {owner.then(|| view! {
                <section aria-labelledby="invite-heading">
                    <h2 id="invite-heading">"Invite somebody"</h2>
                    <form method="post" action=InviteMember::url() class="stack">
                        <input type="hidden" name="team" value=id.clone() />
                        <Field name="email" label="E-mail address" kind="email" value=returned.typed(InviteMember::url(), "email").unwrap_or_default() hint="You get a link to hand on. It is good once, for seven days." />
                        <div class="field"><label for="role">"Role"</label>{roles("role".to_owned(), chosen)}</div>
                        <p class="actions"><button type="submit" class="primary">"Make an invitation"</button></p>
                    </form>
                </section>
                <section aria-labelledby="rename-heading">
                    <h2 id="rename-heading">"Name of the team"</h2>
                    <form method="post" action=RenameTeam::url() class="inline">
                        <input type="hidden" name="team" value=id.clone() />
                        <label for="name">"Name"</label>
                        <input id="name" name="name" type="text" maxlength="100" autocomplete="off" required value=name />
                        <button type="submit">"Change it"</button>
                    </form>
                </section>
            })}
            <section aria-labelledby="activity-heading">
                <h2 id="activity-heading">"What was done"</h2>
                <ol class="rows plain">{activity.iter().map(deed).collect_view()}</ol>
            </section>
            <p>
                <a href=format!("/teams/{id}/export.zip") rel="external" download>"Download everything the team has"</a>
                " as one file: pipelines with all versions, what was said and signed off, records, and what was done."
            </p>
            <form method="post" action=LeaveTeam::url()>
                <input type="hidden" name="team" value=id.clone() />
                <p class="actions"><button type="submit">"Leave the team"</button></p>
            </form>
        </main>
    }
}

fn roles(id: String, chosen: Role) -> impl IntoView + use<> {
    let options =
        Role::ALL.map(|role| view! { <option value=role.word() selected=role == chosen>{role.word()}</option> });
    view! { <select id=id name="role">{options.collect_view()}</select> }
}

fn row(team: &str, member: &Member, owner: bool, me: bool) -> impl IntoView + use<> {
    let Member { person, membership } = member;
    let hidden = || {
        view! {
            <input type="hidden" name="team" value=team.to_owned() />
            <input type="hidden" name="person" value=person.id.0.to_string() />
        }
    };
    let whom = || view! { <span class="visually-hidden">{format!(": {}", person.name)}</span> };
    let role = if owner && !me && membership.state == MemberState::Active {
        let id = format!("role-{}", person.id.0);
        view! {
            <form method="post" action=ChangeRole::url() class="inline">
                {hidden()}
                <label class="visually-hidden" for=id.clone()>{format!("Role of {}", person.name)}</label>
                {roles(id, membership.role)}
                <button type="submit">"Change"{whom()}</button>
            </form>
        }
        .into_any()
    } else {
        membership.role.word().into_any()
    };
    let (verb, disabled) = match membership.state {
        MemberState::Invited => ("Take back", "true"),
        MemberState::Active => ("Disable membership", "true"),
        MemberState::Disabled => ("Enable membership", "false"),
    };
    let what = if me {
        "You".into_any()
    } else if owner {
        view! {
            <form method="post" action=DisableMember::url()>
                {hidden()}
                <input type="hidden" name="disabled" value=disabled />
                <button type="submit">{verb}{whom()}</button>
            </form>
        }
        .into_any()
    } else {
        ().into_any()
    };
    let until = membership.invited_until.map(|until| format!(" until {}", day(until))).unwrap_or_default();
    // Until somebody comes, a team sees their address alone.
    let known = membership.state != MemberState::Invited && person.state == PersonState::Disabled;
    let account = if known { "; the account is disabled" } else { "" };
    let email = person.email.as_ref().map(ToString::to_string).unwrap_or_default();
    // Whoever has not come yet is known by their address alone.
    let who = match membership.state {
        MemberState::Invited => view! { <bdi>{email}</bdi> }.into_any(),
        MemberState::Active | MemberState::Disabled => {
            view! { <bdi>{person.name.to_string()}</bdi><small><bdi>{email}</bdi></small> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{who}</th>
            <td>{role}</td>
            <td>{format!("{}{until}{account}", membership.state.word())}</td>
            <td class="buttons">{what}</td>
        </tr>
    }
}

fn deed(activity: &Activity) -> impl IntoView + use<> {
    let pipeline = activity.pipeline.as_ref().map(|(id, name)| match name {
        Some(name) => {
            view! { " "<a href=format!("/pipelines/{}/frame", id.0) rel="external"><bdi>{name.clone()}</bdi></a> }
                .into_any()
        }
        None if activity.deed == Deed::TookOut => ().into_any(),
        None => " a pipeline that is elsewhere now".into_any(),
    });
    let about = (!activity.about.is_empty()).then(|| view! { " "<bdi>{activity.about.clone()}</bdi> });
    view! {
        <li>
            <span><bdi>{activity.by.to_string()}</bdi>" "{activity.deed.words()}{pipeline}{about}</span>
            <small>{moment(activity.at)}" UTC"</small>
        </li>
    }
}
