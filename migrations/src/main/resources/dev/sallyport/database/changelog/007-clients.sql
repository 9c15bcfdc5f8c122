--liquibase formatted sql

-- How applications authenticate, and requests that they push before the browser comes.

--changeset sallyport:007-application-keys
ALTER TABLE applications ADD COLUMN require_par boolean NOT NULL DEFAULT false;
ALTER TABLE applications ADD CONSTRAINT applications_one_source_of_keys
  CHECK (num_nonnulls(jwks, jwks_uri) = CASE WHEN token_endpoint_auth_method = 'private_key_jwt' THEN 1 ELSE 0 END);

--changeset sallyport:007-application-secrets
ALTER TABLE application_secrets ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE application_secrets ADD COLUMN hint text CHECK (length(hint) <= 12);
CREATE UNIQUE INDEX application_secrets_id ON application_secrets (client_id, id);
COMMENT ON COLUMN application_secrets.hint IS 'The first characters, to tell two secrets apart; empty for those that are older than this column.';

--changeset sallyport:007-pushed-requests
CREATE TABLE pushed_requests (
  tenant_id     uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  request_hash  bytea NOT NULL CHECK (octet_length(request_hash) = 32),
  client_id     text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  request       jsonb NOT NULL,
  browser_hash  bytea CHECK (octet_length(browser_hash) = 32),
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  used_at       timestamptz,
  PRIMARY KEY (tenant_id, request_hash)
);
CREATE INDEX pushed_requests_expiry ON pushed_requests (tenant_id, expires_at);
COMMENT ON TABLE pushed_requests IS 'RFC 9126. Opened by one browser, which may open it again until a code was made from it; then it is used.';
