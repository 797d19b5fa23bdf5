//! The table of settings.

use super::Setting;

const fn setting(
    [key, flag, variable]: [&'static str; 3],
    default: &'static str,
    shape: &'static str,
    says: &'static str,
) -> Setting {
    Setting { key, flag, variable, default, shape, says }
}

/// Every setting, in the order they are shown.
pub(crate) const SETTINGS: &[Setting] = &[
    setting(
        ["node.network", "network", "WORKMINT_NETWORK"],
        "gonka",
        "NAME|FILE",
        "The network to start: a built-in one, or a network.toml file",
    ),
    setting(
        ["node.data_dir", "data-dir", "WORKMINT_DATA_DIR"],
        "workmint-data/node",
        "DIR",
        "Where the network's data lies",
    ),
    setting(
        ["node.accounts", "accounts", "WORKMINT_ACCOUNTS"],
        "",
        "NAME=ADDRESS,..",
        "Addresses for the names in the network's file: first owners and holders of roles",
    ),
    setting(
        ["node.block_time", "block-time", "WORKMINT_BLOCK_TIME"],
        "instant",
        "instant|MS",
        "When blocks are made: as soon as a transaction waits, or every so many milliseconds (1 to \
         60000)",
    ),
    setting(
        ["node.most_pause", "most-pause", "WORKMINT_MOST_PAUSE"],
        "1d",
        "LENGTH",
        "Longest time from one block to the next, such as 12h or 30d; when more has passed the \
         clock is not believed, and no block is made",
    ),
    setting(
        ["node.dev", "dev", "WORKMINT_DEV"],
        "false",
        "",
        "A network for development: a chain id of its own, new keys for every name, kept in \
         DATA-DIR/keys, a faucet, and reporters that attest what is reported",
    ),
    setting(
        ["node.epoch_length", "epoch-length", "WORKMINT_EPOCH_LENGTH"],
        "",
        "LENGTH",
        "Another length of epochs for a new --dev network: 30s, 1h, 100 blocks",
    ),
    setting(
        ["api.listen", "listen", "WORKMINT_LISTEN"],
        "127.0.0.1:8645",
        "ADDRESS:PORT",
        "Where JSON-RPC, REST, WebSocket, metrics and health are served; port 0 takes a free one",
    ),
    setting(
        ["api.admin", "admin", "WORKMINT_ADMIN"],
        "off",
        "ADDRESS:PORT|off",
        "Where the operator's surface is served; loopback only",
    ),
    setting(
        ["api.cors", "cors", "WORKMINT_CORS"],
        "",
        "ORIGIN,..",
        "Origins of web pages that may call, or *",
    ),
    setting(
        ["api.hosts", "hosts", "WORKMINT_HOSTS"],
        "",
        "NAME,..",
        "Names by which a node on loopback may be called, beside localhost",
    ),
    setting(
        ["api.forwarded", "forwarded", "WORKMINT_FORWARDED"],
        "false",
        "",
        "Take clients' addresses from X-Forwarded-For; only behind a proxy of one's own",
    ),
    setting(
        ["limits.per_address", "limit-per-address", "WORKMINT_LIMIT_PER_ADDRESS"],
        "500",
        "N",
        "Requests a second of one client address; 0: no limit",
    ),
    setting(
        ["limits.per_account", "limit-per-account", "WORKMINT_LIMIT_PER_ACCOUNT"],
        "200",
        "N",
        "Transactions a second of one account; 0: no limit",
    ),
    setting(
        ["limits.connections", "limit-connections", "WORKMINT_LIMIT_CONNECTIONS"],
        "1024",
        "N",
        "Connections at once",
    ),
    setting(
        ["limits.body_bytes", "limit-body-bytes", "WORKMINT_LIMIT_BODY_BYTES"],
        "1048576",
        "BYTES",
        "Longest body of a request",
    ),
    setting(
        [
            "limits.connections_per_address",
            "limit-connections-per-address",
            "WORKMINT_LIMIT_CONNECTIONS_PER_ADDRESS",
        ],
        "256",
        "N",
        "Connections at once of one client address",
    ),
    setting(
        ["limits.head_bytes", "limit-head-bytes", "WORKMINT_LIMIT_HEAD_BYTES"],
        "32768",
        "BYTES",
        "Longest head of a request",
    ),
    setting(
        ["limits.json_depth", "limit-json-depth", "WORKMINT_LIMIT_JSON_DEPTH"],
        "64",
        "N",
        "Deepest nesting of JSON",
    ),
    setting(
        ["limits.batch", "limit-batch", "WORKMINT_LIMIT_BATCH"],
        "100",
        "N",
        "Calls in one JSON-RPC batch",
    ),
    setting(
        ["limits.transactions", "limit-transactions", "WORKMINT_LIMIT_TRANSACTIONS"],
        "1000",
        "N",
        "Transactions in one `workmint_submitRawTransactions`",
    ),
    setting(
        ["limits.answer_bytes", "limit-answer-bytes", "WORKMINT_LIMIT_ANSWER_BYTES"],
        "16777216",
        "BYTES",
        "What the answers of one body may have together",
    ),
    setting(
        ["limits.log_blocks", "limit-log-blocks", "WORKMINT_LIMIT_LOG_BLOCKS"],
        "10000",
        "N",
        "Blocks one `eth_getLogs` may span",
    ),
    setting(
        ["limits.logs", "limit-logs", "WORKMINT_LIMIT_LOGS"],
        "10000",
        "N",
        "Logs one `eth_getLogs` may give",
    ),
    setting(
        ["limits.subscriptions", "limit-subscriptions", "WORKMINT_LIMIT_SUBSCRIPTIONS"],
        "32",
        "N",
        "Subscriptions of one connection",
    ),
    setting(
        ["limits.queued_messages", "limit-queued-messages", "WORKMINT_LIMIT_QUEUED_MESSAGES"],
        "1024",
        "N",
        "Messages that wait for one slow reader before it is cut off",
    ),
    setting(
        ["limits.heavy", "limit-heavy", "WORKMINT_LIMIT_HEAVY"],
        "2",
        "N",
        "Costly questions (explain, what-if, proofs of all) at once",
    ),
    setting(
        ["limits.remembered", "limit-remembered", "WORKMINT_LIMIT_REMEMBERED"],
        "65536",
        "N",
        "Clients and accounts remembered for rates",
    ),
    setting(
        ["limits.faucet_per_hour", "limit-faucet-per-hour", "WORKMINT_LIMIT_FAUCET_PER_HOUR"],
        "10",
        "N",
        "Gifts of the faucet to one account in an hour, and ten times that to one client address; \
         0: no limit",
    ),
    setting(
        ["limits.head_seconds", "limit-head-seconds", "WORKMINT_LIMIT_HEAD_SECONDS"],
        "30",
        "SECONDS",
        "How long a head may take, and a connection be idle",
    ),
    setting(
        ["limits.body_seconds", "limit-body-seconds", "WORKMINT_LIMIT_BODY_SECONDS"],
        "10",
        "SECONDS",
        "How long a body may take",
    ),
    setting(
        ["limits.write_seconds", "limit-write-seconds", "WORKMINT_LIMIT_WRITE_SECONDS"],
        "20",
        "SECONDS",
        "How long a client may take none of what is written to it",
    ),
    setting(
        ["limits.drain_seconds", "limit-drain-seconds", "WORKMINT_LIMIT_DRAIN_SECONDS"],
        "10",
        "SECONDS",
        "How long open requests have when the node stops",
    ),
    setting(
        ["log.format", "log-format", "WORKMINT_LOG_FORMAT"],
        "text",
        "text|json",
        "How the log on standard error is written",
    ),
    setting(
        ["log.level", "log-level", "WORKMINT_LOG_LEVEL"],
        "info",
        "LEVEL",
        "What is logged: error, warn, info, debug, trace, or a filter: info,workmint_api=debug",
    ),
];
