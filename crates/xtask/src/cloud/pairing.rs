//! The pairing code of a cloud. Stations read it with `wicket-domain`, which this program may not depend on; the test of
//! several stations and a development cloud (`crates/cloud-aws/tests/together`) pairs with what is written here.

/// What a pairing code begins with.
const PREFIX: &str = "WKP2:";

/// The code for a house of the cloud whose HTTP API has this address.
pub(super) fn code(api_url: &str, venue: &str) -> String {
    let address = api_url.split_once("://").map_or(api_url, |(_, address)| address);
    format!("{PREFIX}{}/{venue}", address.trim_end_matches('/')).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_an_address_and_a_house() {
        let address = "https://abcdef1234.execute-api.eu-central-1.amazonaws.com";
        let code = code(address, "grand-hall");
        assert_eq!(code, "WKP2:ABCDEF1234.EXECUTE-API.EU-CENTRAL-1.AMAZONAWS.COM/GRAND-HALL");
    }

    #[test]
    fn the_templates_output_is_the_same_code() {
        let workspace = crate::workspace::Workspace::find().unwrap();
        let template = std::fs::read_to_string(workspace.root().join("cloud/template.yaml")).unwrap();
        let (_, outputs) = template.split_once("\n  PairingCode:\n").unwrap();
        let (output, _) = outputs.split_once("\n  StationQueueUrl:\n").unwrap();
        assert!(output.contains(&format!("{PREFIX}${{ApiDomain}}/house")), "{output}");
    }
}
