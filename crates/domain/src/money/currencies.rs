//! The currencies of the world (ISO 4217, list one, as of 2026), by how many decimals their amounts have. Codes without
//! a minor unit, like those of gold and of testing, are not for selling.

const NONE: &[[u8; 3]] = &[
    *b"BIF", *b"CLP", *b"DJF", *b"GNF", *b"ISK", *b"JPY", *b"KMF", *b"KRW", *b"PYG", *b"RWF", *b"UGX",
    *b"UYI", *b"VND", *b"VUV", *b"XAF", *b"XOF", *b"XPF",
];

const TWO: &[[u8; 3]] = &[
    *b"AED", *b"AFN", *b"ALL", *b"AMD", *b"AOA", *b"ARS", *b"AUD", *b"AWG", *b"AZN", *b"BAM", *b"BBD",
    *b"BDT", *b"BMD", *b"BND", *b"BOB", *b"BOV", *b"BRL", *b"BSD", *b"BTN", *b"BWP", *b"BYN", *b"BZD",
    *b"CAD", *b"CDF", *b"CHE", *b"CHF", *b"CHW", *b"CNY", *b"COP", *b"COU", *b"CRC", *b"CUP", *b"CVE",
    *b"CZK", *b"DKK", *b"DOP", *b"DZD", *b"EGP", *b"ERN", *b"ETB", *b"EUR", *b"FJD", *b"FKP", *b"GBP",
    *b"GEL", *b"GHS", *b"GIP", *b"GMD", *b"GTQ", *b"GYD", *b"HKD", *b"HNL", *b"HTG", *b"HUF", *b"IDR",
    *b"ILS", *b"INR", *b"IRR", *b"JMD", *b"KES", *b"KGS", *b"KHR", *b"KPW", *b"KYD", *b"KZT", *b"LAK",
    *b"LBP", *b"LKR", *b"LRD", *b"LSL", *b"MAD", *b"MDL", *b"MGA", *b"MKD", *b"MMK", *b"MNT", *b"MOP",
    *b"MRU", *b"MUR", *b"MVR", *b"MWK", *b"MXN", *b"MXV", *b"MYR", *b"MZN", *b"NAD", *b"NGN", *b"NIO",
    *b"NOK", *b"NPR", *b"NZD", *b"PAB", *b"PEN", *b"PGK", *b"PHP", *b"PKR", *b"PLN", *b"QAR", *b"RON",
    *b"RSD", *b"RUB", *b"SAR", *b"SBD", *b"SCR", *b"SDG", *b"SEK", *b"SGD", *b"SHP", *b"SLE", *b"SOS",
    *b"SRD", *b"SSP", *b"STN", *b"SVC", *b"SYP", *b"SZL", *b"THB", *b"TJS", *b"TMT", *b"TOP", *b"TRY",
    *b"TTD", *b"TWD", *b"TZS", *b"UAH", *b"USD", *b"USN", *b"UYU", *b"UZS", *b"VED", *b"VES", *b"WST",
    *b"XAD", *b"XCD", *b"XCG", *b"YER", *b"ZAR", *b"ZMW", *b"ZWG",
];

const THREE: &[[u8; 3]] = &[*b"BHD", *b"IQD", *b"JOD", *b"KWD", *b"LYD", *b"OMR", *b"TND"];

const FOUR: &[[u8; 3]] = &[*b"CLF", *b"UYW"];

/// How many decimals amounts of this currency have; none if there is no such currency.
pub(super) fn decimals(code: [u8; 3]) -> Option<u8> {
    let lists = [(NONE, 0), (TWO, 2), (THREE, 3), (FOUR, 4)];
    lists.into_iter().find(|(codes, _)| codes.contains(&code)).map(|(_, decimals)| decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_stands_once_and_in_its_place() {
        let mut seen = std::collections::HashSet::new();
        for codes in [NONE, TWO, THREE, FOUR] {
            assert!(codes.is_sorted(), "{codes:?}");
            for code in codes {
                assert!(code.iter().all(u8::is_ascii_uppercase) && seen.insert(code), "{code:?}");
            }
        }
    }
}
