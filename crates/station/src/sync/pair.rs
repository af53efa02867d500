//! Pairing: a code names a cloud's address and a house, the rest is asked there, and the answer is kept in the file.

use wicket_domain::pairing::{Pairing, PairingCode, PairingError};

use super::link::{not_paired, told};
use crate::Station;
use crate::actor::Actor;
use crate::cloud::{CloudFault, CloudTrouble, Guide, GuideFault};
use crate::fault::{Code, Fault};
use crate::view::PairingView;

impl Station {
    /// Takes a pairing code and asks the cloud that it names for the rest. From then on the station has that cloud.
    pub fn pair(&self, by: &Actor, code: &str, guide: &dyn Guide) -> Result<Pairing, Fault> {
        self.own()?;
        let code = PairingCode::parse(code).map_err(|error| refused(&error))?;
        let answer = guide.ask(&code).map_err(|fault| not_told(&code, &fault))?;
        let pairing = Pairing::answered(&answer, &code).map_err(|error| refused(&error))?;
        let now = self.clock.now();
        self.write(|tx| {
            if let Some(before) = tx.cloud()?.and_then(|row| Pairing::read(&row.pairing).ok())
                && (&before.environment, &before.venue) != (&pairing.environment, &pairing.venue)
            {
                let named = |pairing: &Pairing| format!("{} in {}", pairing.venue, pairing.environment);
                let message = format!(
                    "This station is paired with {} already. Set up another station for {}.",
                    named(&before),
                    named(&pairing)
                );
                return Err(Fault::new(Code::AlreadySetUp, message));
            }
            tx.put_pairing(&pairing.json(), now)?;
            let body = serde_json::json!({ "environment": pairing.environment, "region": pairing.region });
            self.books(tx).enter(now, &by.text(), "paired", &body.to_string())
        })?;
        self.keys().forget_own();
        Ok(pairing)
    }

    /// What the station is paired with.
    pub fn pairing(&self) -> Result<Option<Pairing>, Fault> {
        let row = self.store.read::<_, Fault>(|read| Ok(read.cloud()?))?;
        row.map(|row| Pairing::read(&row.pairing)).transpose().map_err(|_| {
            let message = "What this station keeps of its cloud is of another version of Wicket. Pair it once more \
                           (`wicket pair CODE`).";
            Fault::new(Code::OtherVersion, message)
        })
    }

    /// The pairing as another station takes it.
    pub fn pairing_view(&self) -> Result<PairingView, Fault> {
        let pairing = self.pairing()?.ok_or_else(not_paired)?;
        let code = pairing.code().map_err(|error| refused(&error))?.text();
        let qr = wicket_print::qr_modules(&code)?;
        let row = |y| (0..qr.side()).map(|x| if qr.is_dark(x, y) { '1' } else { '0' }).collect();
        let modules = (0..qr.side()).map(row).collect();
        Ok(PairingView { environment: pairing.environment, venue: pairing.venue, code, modules })
    }
}

fn refused(error: &PairingError) -> Fault {
    let code = match error {
        PairingError::Foreign | PairingError::Damaged => Code::BadInput,
        PairingError::OtherCode | PairingError::OlderCloud | PairingError::NewerCloud => Code::OtherVersion,
        PairingError::NoWicket
        | PairingError::Other(_)
        | PairingError::Field(_)
        | PairingError::FarEmulator => Code::NoWicket,
    };
    Fault::new(code, error.to_string())
}

/// Why the cloud that a code names has not told the rest.
fn not_told(code: &PairingCode, fault: &GuideFault) -> Fault {
    match fault {
        GuideFault::NoWicket => refused(&PairingError::NoWicket),
        GuideFault::Cancelled => {
            Fault::new(Code::NoAnswer, "Nobody waits for the cloud any more. The station was not paired.")
        }
        GuideFault::Cloud(CloudFault { trouble: CloudTrouble::Unreachable, words }) => {
            let message = format!(
                "{} cannot be reached. See to the network, and compare the address in the pairing code. Then try again. \
                 ({words})",
                code.address()
            );
            Fault::new(Code::NoAnswer, message)
        }
        GuideFault::Cloud(fault) => Fault { code: Code::NoAnswer, ..told(fault) },
    }
}
