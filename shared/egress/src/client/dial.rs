use std::fmt::{self, Debug, Formatter};
use std::net::{IpAddr, SocketAddr};

use tokio::{net::TcpStream, time::timeout};

use super::connect::{Lookup, Trust, judge};
use super::{Egress, EgressError};
use crate::check::check_host_url;

impl Egress {
    /// Connects to a host that a user named, for a protocol that is not HTTP.
    ///
    /// The name is resolved once, and the connection goes to one of the addresses that were judged.
    ///
    /// # Errors
    ///
    /// Whatever keeps the connection from being made.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, EgressError> {
        let (host, url) = check_host_url(host, port, &self.allowed)?;
        let trust = if self.allowed.contains(&url) { Trust::Everything } else { Trust::Public };
        let dialed = timeout(self.limits.connect, self.dial(&host, port, trust)).await;
        dialed.unwrap_or(Err(EgressError::TimedOut { host }))
    }

    async fn dial(&self, host: &str, port: u16, trust: Trust) -> Result<TcpStream, EgressError> {
        let addresses = match host.parse::<IpAddr>() {
            // By its spelling, it has been judged.
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => {
                let found = (self.lookup.0)(host.to_owned()).await.unwrap_or_default();
                judge(host.to_owned(), found, trust)?
            }
        };
        for mut address in addresses {
            address.set_port(port);
            if let Ok(stream) = TcpStream::connect(address).await {
                return Ok(stream);
            }
        }
        Err(EgressError::Unreachable { host: host.to_owned() })
    }
}

impl Debug for Lookup {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Lookup")
    }
}
