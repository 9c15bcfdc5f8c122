--liquibase formatted sql

-- From the first redirect to the last refresh. Bearer secrets are kept as SHA-256 only.

--changeset sallyport:004-login-transactions
CREATE TABLE login_transactions (
  tenant_id       uuid NOT NULL,
  state_hash      bytea NOT NULL CHECK (octet_length(state_hash) = 32),
  connection_id   uuid NOT NULL,
  issuer          text NOT NULL,
  purpose         text NOT NULL CHECK (purpose IN ('sign_in', 'test')),
  browser_hash    bytea NOT NULL CHECK (octet_length(browser_hash) = 32),
  request         jsonb NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, state_hash),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE login_transactions IS 'One sign-in that is under way at the tenant''s IdP. The row is deleted before its code is used: it can be answered once. Nonce and PKCE verifier are derived from the secret in the browser''s cookie and lie nowhere here.';
CREATE INDEX login_transactions_expiry ON login_transactions (tenant_id, expires_at);

--changeset sallyport:004-sessions
CREATE TABLE sessions (
  tenant_id         uuid NOT NULL,
  id                uuid NOT NULL,
  secret_hash       bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  user_id           uuid NOT NULL,
  connection_id     uuid NOT NULL,
  identity_id       uuid NOT NULL,
  upstream_sid      text,
  auth_time         timestamptz NOT NULL,
  acr               text,
  amr               text[] NOT NULL DEFAULT '{}',
  user_agent        text,
  created_at        timestamptz NOT NULL DEFAULT now(),
  last_seen_at      timestamptz NOT NULL DEFAULT now(),
  expires_at        timestamptz NOT NULL,
  ended_at          timestamptz,
  end_cause         text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, secret_hash),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, identity_id) REFERENCES identities (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (tenant_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_upstream ON sessions (tenant_id, connection_id, upstream_sid) WHERE ended_at IS NULL;
CREATE TABLE session_applications (
  tenant_id   uuid NOT NULL,
  session_id  uuid NOT NULL,
  client_id   text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  since       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, session_id, client_id),
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE session_applications IS 'The applications that hold tokens of a session and are told when it ends.';

--changeset sallyport:004-refresh
CREATE TABLE refresh_families (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  user_id     uuid NOT NULL,
  session_id  uuid NOT NULL,
  client_id   text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  scope       text[] NOT NULL,
  audience    text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  end_cause   text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_families_user ON refresh_families (tenant_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX refresh_families_session ON refresh_families (tenant_id, session_id) WHERE ended_at IS NULL;
CREATE TABLE refresh_tokens (
  tenant_id      uuid NOT NULL,
  token_hash     bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  family_id      uuid NOT NULL,
  generation     integer NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz NOT NULL,
  used_at        timestamptz,
  successor_box  bytea,
  PRIMARY KEY (tenant_id, token_hash),
  UNIQUE (tenant_id, family_id, generation),
  FOREIGN KEY (tenant_id, family_id) REFERENCES refresh_families (tenant_id, id) ON DELETE CASCADE,
  CHECK ((used_at IS NULL) = (successor_box IS NULL))
);
COMMENT ON COLUMN refresh_tokens.successor_box IS 'The successor, sealed with a key derived from this very token: whoever holds this token, and only they, can be given the same successor again.';
CREATE UNIQUE INDEX refresh_tokens_one_live ON refresh_tokens (tenant_id, family_id) WHERE used_at IS NULL;

--changeset sallyport:004-codes
CREATE TABLE authorization_codes (
  tenant_id       uuid NOT NULL,
  code_hash       bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  client_id       text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  redirect_uri    text NOT NULL,
  user_id         uuid NOT NULL,
  session_id      uuid NOT NULL,
  scope           text[] NOT NULL,
  audience        text NOT NULL,
  nonce           text,
  code_challenge  text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  used_at         timestamptz,
  family_id       uuid,
  PRIMARY KEY (tenant_id, code_hash),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX authorization_codes_user ON authorization_codes (tenant_id, user_id);
CREATE INDEX authorization_codes_session ON authorization_codes (tenant_id, session_id);

--changeset sallyport:004-consents
CREATE TABLE consents (
  tenant_id   uuid NOT NULL,
  user_id     uuid NOT NULL,
  client_id   text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  scopes      text[] NOT NULL,
  granted_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id, client_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

--changeset sallyport:004-api-keys
CREATE TABLE api_keys (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  key_hash      bytea NOT NULL CHECK (octet_length(key_hash) = 32),
  user_id       uuid NOT NULL,
  name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  scope         text[] NOT NULL DEFAULT '{}',
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz,
  last_used_at  timestamptz,
  ended_at      timestamptz,
  end_cause     text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key_hash),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX api_keys_user ON api_keys (tenant_id, user_id) WHERE ended_at IS NULL;

--changeset sallyport:004-used-jtis
CREATE TABLE used_jtis (
  tenant_id   uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  issuer      text NOT NULL,
  jti         text NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, issuer, jti)
);
COMMENT ON TABLE used_jtis IS 'Assertions, logout tokens and event tokens that were taken once and are not taken twice.';
