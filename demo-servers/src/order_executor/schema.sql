-- Amounts are whole numbers of 1e-8: of USD for prices and values, of a pair's first half for quantities.

CREATE TABLE IF NOT EXISTS sessions (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    initial_cash BIGINT NOT NULL,
    cash         BIGINT NOT NULL,
    active       BIGINT NOT NULL,
    started_ms   BIGINT NOT NULL,
    stopped_ms   BIGINT
);

CREATE TABLE IF NOT EXISTS orders (
    id           TEXT PRIMARY KEY,
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    symbol       TEXT NOT NULL,
    side         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    quantity     BIGINT NOT NULL,
    limit_price  BIGINT,
    status       TEXT NOT NULL,
    reason       TEXT,
    tick         BIGINT NOT NULL,
    created_ms   BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS orders_by_status ON orders (session_id, status);

CREATE TABLE IF NOT EXISTS trades (
    number       BIGINT PRIMARY KEY,
    order_id     TEXT NOT NULL UNIQUE REFERENCES orders (id),
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    symbol       TEXT NOT NULL,
    side         TEXT NOT NULL,
    quantity     BIGINT NOT NULL,
    price        BIGINT NOT NULL,
    fee          BIGINT NOT NULL,
    realized_pnl BIGINT,
    tick         BIGINT NOT NULL,
    executed_ms  BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS trades_by_session ON trades (session_id, number);

CREATE TABLE IF NOT EXISTS positions (
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    symbol       TEXT NOT NULL,
    quantity     BIGINT NOT NULL,
    cost         BIGINT NOT NULL,
    PRIMARY KEY (session_id, symbol)
);

CREATE TABLE IF NOT EXISTS portfolio_values (
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    tick         BIGINT NOT NULL,
    value        BIGINT NOT NULL,
    PRIMARY KEY (session_id, tick)
);

-- The last trade before each round: its account can be looked at as it was when the round began.
CREATE TABLE IF NOT EXISTS rounds (
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    tick         BIGINT NOT NULL,
    trade        BIGINT NOT NULL,
    PRIMARY KEY (session_id, tick)
);

-- One row, which health checks write.
CREATE TABLE IF NOT EXISTS health (
    id           BIGINT PRIMARY KEY,
    checked_ms   BIGINT NOT NULL
);
