//! The tests that run the whole pipeline. One binary, so that it links once; one file per subject.

mod cli;
mod determinism;
mod examples;
mod host_program;
mod injection;
mod layers;
mod mutations;
mod owner;
mod readme;
mod refusals;
mod support;
