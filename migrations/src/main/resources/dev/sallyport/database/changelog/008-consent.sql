--liquibase formatted sql

-- Questions to people on the way to a third-party application, sign-ins that end on our own page, and sign-outs that go on to the IdP.

--changeset sallyport:008-consent-requests
CREATE TABLE consent_requests (
  tenant_id   uuid NOT NULL,
  id_hash     bytea NOT NULL CHECK (octet_length(id_hash) = 32),
  session_id  uuid NOT NULL,
  client_id   text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  request     jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id_hash),
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE consent_requests IS 'An authorization request that waits for a person''s yes. It belongs to one session, and is deleted by the answer.';
CREATE INDEX consent_requests_expiry ON consent_requests (tenant_id, expires_at);
CREATE INDEX consents_client ON consents (tenant_id, client_id);

--changeset sallyport:008-transaction-purposes
ALTER TABLE login_transactions DROP CONSTRAINT login_transactions_purpose_check;
ALTER TABLE login_transactions ADD CONSTRAINT login_transactions_purpose_check CHECK (purpose IN ('sign_in', 'account', 'test', 'sign_out'));

--changeset sallyport:008-upstream-logout
ALTER TABLE connections ADD COLUMN upstream_logout boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN connections.upstream_logout IS 'Whether signing out here goes on to the provider''s end_session_endpoint.';
ALTER TABLE sessions ADD COLUMN upstream_id_token bytea;
COMMENT ON COLUMN sessions.upstream_id_token IS 'The provider''s ID token, wrapped with the tenant''s data key, for id_token_hint at sign-out; gone when the session ends.';

--changeset sallyport:008-notices
-- For the list of notices, and for what is still to be delivered.
CREATE INDEX outbox_state ON outbox (tenant_id, state, id);
