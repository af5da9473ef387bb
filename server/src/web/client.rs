//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use app::context::Client;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use super::WebState;

/// Puts the [`Client`] into the request.
pub(super) async fn locate(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    // Only a request that came by no connection has no peer: one of a test.
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let client = client(peer, request.headers(), &state.proxies);
    request.extensions_mut().insert(Client(client));
    next.run(request).await
}

/// Who stands at the other end of all proxies that are ours. What anybody else writes into the header is not believed: from
/// the right, the first address that is none of ours is the client's.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_ours(peer, proxies) {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut client = peer;
    for address in addresses.into_iter().rev() {
        // Behind what cannot be read there may be anybody.
        let Ok(address) = address.parse::<IpAddr>() else { break };
        client = address.to_canonical();
        if !is_ours(client, proxies) {
            break;
        }
    }
    client
}

/// Whether one of our own proxies has this address.
pub(super) fn is_ours(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|proxy| proxy.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: &[&str], proxies: &[&str], expected: &str) {
        let headers: HeaderMap = forwarded
            .iter()
            .map(|value| (axum::http::HeaderName::from_static("x-forwarded-for"), value.parse().expect("a header")))
            .collect();
        let proxies: Vec<IpNet> = proxies.iter().map(|proxy| proxy.parse().expect("a network")).collect();
        let client = client(peer.parse().expect("an address"), &headers, &proxies);
        assert_eq!(client.to_string(), expected, "{peer} {forwarded:?} {proxies:?}");
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        check("192.0.2.1", &["198.51.100.7"], &[], "192.0.2.1");
        check("192.0.2.1", &["198.51.100.7"], &["10.0.0.0/8"], "192.0.2.1");
        check("10.0.0.1", &["198.51.100.7"], &["10.0.0.0/8"], "198.51.100.7");
        check("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.2"], &["10.0.0.0/8"], "198.51.100.7");
        check("10.0.0.1", &["203.0.113.9", "198.51.100.7"], &["10.0.0.0/8"], "198.51.100.7");
        check("10.0.0.1", &[], &["10.0.0.0/8"], "10.0.0.1");
        check("10.0.0.1", &["198.51.100.7, nonsense"], &["10.0.0.0/8"], "10.0.0.1");
        check("::ffff:10.0.0.1", &["2001:db8::1"], &["10.0.0.0/8"], "2001:db8::1");
    }
}
