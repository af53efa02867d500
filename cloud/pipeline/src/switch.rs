//! A switch that the operator sets: whether something is done at all.

use std::time::Duration;

use crate::cached::Cached;
use crate::fault::Fault;
use crate::world::{Parameter, World};

/// How long a function may be behind.
const GOOD_FOR: Duration = Duration::from_mins(1);
/// The other word is `on`; the parameter itself accepts no third.
const OFF: &str = "off";

/// A parameter that is `on` or `off`, asked for once a minute.
pub(crate) struct Switch {
    parameter: Parameter,
    known: Cached<bool>,
}

impl Switch {
    pub(crate) fn new(parameter: Parameter) -> Self {
        Self { parameter, known: Cached::new(GOOD_FOR) }
    }

    /// Whether it is on. A switch that cannot be read is a fault, so that nothing is done that somebody switched off.
    pub(crate) async fn is_on(&self, world: &World) -> Result<bool, Fault> {
        let ask = async || Ok(world.settings.parameter(self.parameter).await?.trim() != OFF);
        self.known.get(world, "switch", ask).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;

    #[test]
    fn a_switch_is_asked_for_once_a_minute() {
        let memory = Memory::new(jiff::Timestamp::UNIX_EPOCH);
        let world = memory.world();
        let switch = Switch::new(Parameter::WebOrders);
        let is_on = || memory.run(switch.is_on(&world)).unwrap();
        assert!(is_on(), "as after a deployment");
        memory.choose(Parameter::WebOrders, "off");
        assert!(is_on(), "still known from before");
        memory.run(world.time.sleep(GOOD_FOR + Duration::from_secs(1)));
        assert!(!is_on());
    }
}
