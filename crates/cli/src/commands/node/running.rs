//! A node while it runs: startup, signals, stop.

use workmint_api::{ApiConfig, Server};
use workmint_node::{Config, Node};

use super::dev;
use super::plan::Plan;
use crate::failure::Failure;
use crate::serving::{self, Signals, failed, say};

/// Runs the node until somebody stops it.
pub(super) fn run(plan: Plan, mut api: ApiConfig) -> Result<(), Failure> {
    let runtime = serving::runtime()?;
    if plan.genesis.is_some() {
        // Where nobody can be served nothing is made.
        serving::require_free(&api)?;
        plan.save_keys()?;
    }
    let mut config = Config::new(plan.dir.clone());
    config.genesis.clone_from(&plan.genesis);
    config.production = plan.production;
    config.most_pause_ms = plan.most_pause_ms;
    let node = Node::start(config).map_err(failed)?;
    if let Some(keys) = &plan.keys {
        api.faucet = keys.faucet(node.genesis());
    }
    let ended = runtime.block_on(serve_until_stopped(&plan, &node, api));
    let stopping = node.clone();
    stopping.stop();
    ended?;
    let head = node.head();
    say(&format!("Stopped at height {}, epoch {}.", head.height, head.epoch));
    Ok(())
}

async fn serve_until_stopped(plan: &Plan, node: &Node, api: ApiConfig) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    let server = serving::listen(node.clone(), api).await?;
    announce(plan, node, &server);
    let reporters =
        plan.keys.as_ref().map(|keys| tokio::spawn(dev::attest(node.clone(), keys.signers())));
    signals.wait(&server).await;
    say("Stopping: open requests end, then the last block is written.");
    if let Some(reporters) = reporters {
        reporters.abort();
    }
    server.stop().await;
    Ok(())
}

fn announce(plan: &Plan, node: &Node, server: &Server) {
    let (chain, head) = (node.chain(), node.head());
    let how = if head.height == 0 { "new" } else { "continued" };
    let address = server.address();
    let mut lines = vec![
        format!("Network   {}, chain id {}, genesis {}", chain.name, chain.chain_id, chain.genesis),
        format!(
            "Data      {} ({how}: height {}, epoch {})",
            plan.dir.display(),
            head.height,
            head.epoch
        ),
        format!("JSON-RPC  http://{address}/rpc (WebSocket: ws://{address}/rpc)"),
        format!("REST      http://{address}/v1, described in http://{address}/openapi.json"),
        format!("Metrics   http://{address}/metrics, health http://{address}/health"),
    ];
    if let Some(admin) = server.admin_address() {
        lines.push(format!("Admin     http://{admin}"));
    }
    if let Some(keys) = &plan.keys {
        lines.push(format!(
            "Keys      {} (development only: anybody who can read them owns this network)",
            keys.folder().display()
        ));
    }
    if plan.lacks_dev {
        lines.push(
            "Note      this directory was made with --dev; without it the faucet and the reporters \
             are off"
                .to_owned(),
        );
    }
    lines.push("Stop      Ctrl-C, or kill -TERM".to_owned());
    for line in lines {
        say(&line);
    }
}
