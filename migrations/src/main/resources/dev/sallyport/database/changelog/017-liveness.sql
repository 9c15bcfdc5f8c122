--liquibase formatted sql

-- How a person gets out when their own provider says so: by a logout token, or by a refresh token of the provider's that is good no more.

--changeset sallyport:017-upstream-logouts
ALTER TABLE sessions ADD COLUMN upstream_sub text;
COMMENT ON COLUMN sessions.upstream_sub IS 'The provider''s sub, where the connection keys people by another claim: its logout tokens name people by sub.';
CREATE INDEX sessions_upstream_sub ON sessions (connection_id, upstream_sub, tenant_id) WHERE upstream_sub IS NOT NULL;
CREATE TABLE upstream_logouts (
  tenant_id      uuid NOT NULL,
  connection_id  uuid NOT NULL,
  name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 600),
  sub            text,
  received_at    timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, connection_id, name),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE upstream_logouts IS 'What a provider said has ended, kept for as long as a sign-in that was begun before may still be under way: such a sign-in opens nothing.';

--changeset sallyport:017-upstream-grants
CREATE TABLE upstream_grants (
  tenant_id      uuid NOT NULL,
  session_id     uuid NOT NULL,
  connection_id  uuid NOT NULL,
  identity_id    uuid NOT NULL,
  token_box      bytea NOT NULL,
  checked_at     timestamptz NOT NULL DEFAULT now(),
  retry_at       timestamptz NOT NULL DEFAULT now(),
  failures       integer NOT NULL DEFAULT 0,
  claim          uuid,
  claimed_until  timestamptz,
  PRIMARY KEY (tenant_id, session_id),
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX upstream_grants_identity ON upstream_grants (identity_id, tenant_id);
COMMENT ON TABLE upstream_grants IS 'The provider''s own refresh token of a session, sealed. By it the provider is asked whether the person still exists there; it goes when the session ends.';
COMMENT ON COLUMN upstream_grants.checked_at IS 'When the provider last said that the person is there.';
COMMENT ON COLUMN upstream_grants.failures IS 'How often in a row it did not say yes or no.';
COMMENT ON COLUMN upstream_grants.claim IS 'Whoever asks the provider now, until claimed_until; an answer counts only while its claim stands. A claim whose time is over was lost with its node.';
ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check;
ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('backchannel_logout', 'webhook', 'security_event', 'upstream_revocation'));
