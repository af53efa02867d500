//! The pipeline behind the stations. Each binary is thin; what it does is here and in `wicket-domain`.
