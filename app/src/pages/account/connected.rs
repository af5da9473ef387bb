//! The providers that vouch for oneself, and the way to connect one.

use leptos::{prelude::*, server_fn::ServerFn};
use ports::Connection;

use crate::{api::connections::Disconnect, context::AppContext, standing::day};

/// Where a form is sent by which somebody connects the provider. It is no server function: it answers with a page that leads on.
const CONNECT: &str = "/account/connect";

/// Which providers vouch for oneself; nothing where there is none and none to be connected.
pub(super) fn section(connections: &[Connection]) -> impl IntoView + use<> {
    let provider = expect_context::<AppContext>().provider;
    if provider.is_none() && connections.is_empty() {
        return None;
    }
    let rows = connections.iter().map(row).collect_view();
    let table = (!connections.is_empty()).then(|| {
        view! {
            <div class="tablewrap" tabindex="0" role="region" aria-label="Your providers">
                <table>
                    <caption class="visually-hidden">"Your providers"</caption>
                    <thead><tr><th scope="col">"Provider"</th><th scope="col">"Known there as"</th><th scope="col">"Since"</th><th scope="col"><span class="visually-hidden">"What to do"</span></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    let connect = provider.map(|provider| {
        view! {
            <form method="post" action=CONNECT>
                <p class="actions"><button type="submit">"Connect "{provider.name().to_owned()}</button></p>
            </form>
        }
    });
    Some(view! {
        <section aria-labelledby="providers-heading">
            <h2 id="providers-heading">"Signing in with a provider"</h2>
            <p>"Whoever is signed in there as one of these comes into your account. All your other sessions end when you disconnect one."</p>
            {table}
            {connect}
        </section>
    })
}

fn row(connection: &Connection) -> impl IntoView + use<> {
    let Connection { issuer, subject, since } = connection;
    view! {
        <tr>
            <th scope="row"><bdi>{host(issuer).to_owned()}</bdi></th>
            <td><bdi>{subject.clone()}</bdi></td>
            <td class="day">{day(*since)}</td>
            <td>
                <form method="post" action=Disconnect::url()>
                    <input type="hidden" name="issuer" value=issuer.clone() />
                    <input type="hidden" name="subject" value=subject.clone() />
                    <button type="submit">"Disconnect"<span class="visually-hidden">{format!(": {}", host(issuer))}</span></button>
                </form>
            </td>
        </tr>
    }
}

/// The host in the address by which a provider is known.
fn host(issuer: &str) -> &str {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_provider_is_called_by_its_host() {
        for (issuer, expected) in [
            ("https://id.example.org/realms/people", "id.example.org"),
            ("https://id.example.org", "id.example.org"),
            ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
            ("no address", "no address"),
        ] {
            assert_eq!(host(issuer), expected);
        }
    }
}
