use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Returns whether an address belongs to the public internet.
///
/// Refuses what the IANA registries of special-purpose addresses
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>, `iana-ipv6-special-registry`) call
/// not globally reachable, multicast, and every IPv6 address outside of `2000::/3`, the only block
/// IANA has opened to global unicast. An IPv4 address inside an IPv6 one is judged as the IPv4
/// address it leads to where such addresses are still in use (IPv4-mapped; NAT64, which a
/// network without IPv4 resolves every name to); withdrawn schemes (IPv4-compatible, 6to4, Teredo,
/// ISATAP) are refused whatever they carry.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(embedded) => is_public_v4(embedded),
            None => is_public_v6(address),
        },
    }
}

/// A block of addresses: its first and the length of its prefix in bits, never zero.
type Block<Address> = (Address, u32);

const REFUSED_V4: [Block<Ipv4Addr>; 14] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // "this network", RFC 791
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private, RFC 1918
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // carrier-grade NAT, RFC 6598
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback, RFC 1122
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, RFC 3927; metadata of EC2 and ECS
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private, RFC 1918
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // IETF protocol assignments, RFC 6890
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation, RFC 5737
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays of 6to4, RFC 7526
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private, RFC 1918
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks, RFC 2544
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation, RFC 5737
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation, RFC 5737
    (Ipv4Addr::new(224, 0, 0, 0), 3),     // multicast, RFC 5771; reserved and broadcast, RFC 1112
];

const GLOBAL_UNICAST: Block<Ipv6Addr> = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const REFUSED_V6: [Block<Ipv6Addr>; 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // IETF protocol assignments, RFC 2928; Teredo
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation, RFC 3849
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4, RFC 7526
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation, RFC 9637
];

/// The well-known prefix of NAT64, RFC 6052.
const NAT64: Block<Ipv6Addr> = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

fn is_public_v4(address: Ipv4Addr) -> bool {
    !REFUSED_V4.iter().any(|block| contains_v4(block, address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    contains_v6(&GLOBAL_UNICAST, address)
        && !REFUSED_V6.iter().any(|block| contains_v6(block, address))
        && !is_isatap(address)
}

fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let nat64 = || {
        let [.., a, b, c, d] = address.octets();
        contains_v6(&NAT64, address).then_some(Ipv4Addr::new(a, b, c, d))
    };
    address.to_ipv4_mapped().or_else(nat64)
}

/// RFC 5214, section 6.1: the interface identifier is `[02]00:5efe` and an IPv4 address.
fn is_isatap(address: Ipv6Addr) -> bool {
    let [_, _, _, _, high, low, _, _] = address.segments();
    high & 0xfdff == 0 && low == 0x5efe
}

fn contains_v4(&(first, prefix): &Block<Ipv4Addr>, address: Ipv4Addr) -> bool {
    (first.to_bits() ^ address.to_bits()) >> (Ipv4Addr::BITS - prefix) == 0
}

fn contains_v6(&(first, prefix): &Block<Ipv6Addr>, address: Ipv6Addr) -> bool {
    (first.to_bits() ^ address.to_bits()) >> (Ipv6Addr::BITS - prefix) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addresses: &str, public: bool) {
        for address in addresses.split_whitespace() {
            let parsed = address.parse().expect(address);
            assert_eq!(is_public(parsed), public, "{address}");
        }
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        check("1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0", true);
        check("126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255", true);
        check("172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255", true);
        check("198.20.0.0 223.255.255.255 93.184.216.34", true);
        check("2606:4700:4700::1111 2a00:1450:4001::200e 2001:200:: 2001:4860:4860::8888", true);
    }

    #[test]
    fn special_purpose_v4_is_private() {
        check("0.0.0.0 0.1.2.3 10.0.0.0 10.255.255.255 100.64.0.0 100.100.100.200", false);
        check("100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 169.254.170.2", false);
        check("172.16.0.0 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1", false);
        check("192.88.99.1 192.168.0.0 192.168.255.255 198.18.0.1", false);
        check("198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255", false);
        check("240.0.0.1 255.255.255.255", false);
    }

    #[test]
    fn special_purpose_v6_is_private() {
        check(":: ::1 fc00:: fd00:ec2::254 fdff:ffff:: fe80::1 febf::1 fec0::1 ff02::1", false);
        check("100::1 100:0:0:1::1 2001:1::1 2001:20::1 2001:30::1 2001:db8::1", false);
        check("3fff::1 3fff:fff:: 4000:: 5f00::1 64:ff9b:1::808:808", false);
    }

    #[test]
    fn v4_inside_v6_is_judged_as_v4() {
        check("::ffff:8.8.8.8 64:ff9b::8.8.8.8", true);
        check("::ffff:127.0.0.1 ::ffff:a9fe:a9fe ::ffff:10.0.0.1 ::ffff:0.0.0.0", false);
        check("64:ff9b::127.0.0.1 64:ff9b::169.254.169.254 64:ff9b::10.1.2.3", false);
    }

    #[test]
    fn withdrawn_ways_to_carry_v4_are_private() {
        check("::127.0.0.1 ::8.8.8.8 ::ffff:0:127.0.0.1", false);
        check("2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe::1", false);
        check("2001:0:4136:e378:8000:63bf:80ff:fffe 2001::1", false);
        check("2a00:1450::5efe:7f00:1 2a00:1450::200:5efe:10.0.0.1", false);
    }
}
