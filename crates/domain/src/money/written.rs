//! Amounts as a ticket writes them. A ticket speaks English, so an amount is written as the English window writes it:
//! with the signs of Unicode CLDR (`en`), of which no two currencies share one, and the code where there is no sign.

use super::Money;

/// Stands between letters and figures; no line ends at it.
const BLANK: char = '\u{A0}';

/// The currencies that CLDR's English has a sign for.
const SIGNS: [(&str, &str); 21] = [
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("PHP", "₱"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
    ("XAF", "FCFA"),
    ("XCD", "EC$"),
    ("XOF", "F\u{202F}CFA"),
    ("XPF", "CFPF"),
];

impl Money {
    /// The amount as a ticket writes it, with every decimal: `$1,299.00`, `CA$12.50`, `¥1,200`, `HUF 4,500.00`. The blank
    /// is U+00A0.
    pub fn written(&self) -> String {
        let code = self.currency.code();
        let sign = SIGNS.iter().find(|(known, _)| *known == code).map_or(code, |(_, sign)| sign);
        let decimal = self.decimal();
        let (minus, digits) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |rest| ("-", rest));
        let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let mut written = format!("{minus}{sign}");
        if sign.ends_with(char::is_alphabetic) {
            written.push(BLANK);
        }
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                written.push(',');
            }
            written.push(digit);
        }
        written.push_str(fraction);
        written
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn amounts_are_written_in_english() {
        for (code, minor, written) in [
            ("USD", 29_900, "$299.00"),
            ("USD", 123_456_789, "$1,234,567.89"),
            ("CAD", 29_900, "CA$299.00"),
            ("EUR", 1_250, "€12.50"),
            ("GBP", 5, "£0.05"),
            ("JPY", 1_200, "¥1,200"),
            ("CNY", 1_200, "CN¥12.00"),
            ("KRW", 55_000, "₩55,000"),
            ("CHF", 125_000, "CHF\u{A0}1,250.00"),
            ("HUF", 450_000, "HUF\u{A0}4,500.00"),
            ("KWD", 12_500, "KWD\u{A0}12.500"),
            ("XAF", 1_200, "FCFA\u{A0}1,200"),
            ("EUR", -1_250, "-€12.50"),
            ("SEK", -99_999, "-SEK\u{A0}999.99"),
            ("JPY", i64::MIN, "-¥9,223,372,036,854,775,808"),
        ] {
            assert_eq!(Money::new(minor, code.parse().unwrap()).written(), written, "{code}");
        }
    }

    #[test]
    fn a_sign_is_that_of_one_currency() {
        let signs: BTreeSet<_> = SIGNS.iter().map(|(_, sign)| sign).collect();
        assert_eq!(signs.len(), SIGNS.len());
        for (code, sign) in SIGNS {
            assert_eq!(code.parse::<super::super::Currency>().unwrap().code(), code);
            assert!(sign.parse::<super::super::Currency>().is_err(), "{sign} is another currency's code");
        }
    }
}
