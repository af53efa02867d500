//! Rules and messages of the pipeline behind the stations: what its Lambdas take, refuse and work out. Pure.
