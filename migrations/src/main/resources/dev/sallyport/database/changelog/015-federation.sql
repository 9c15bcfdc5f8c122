--liquibase formatted sql

--changeset sallyport:015-connections
ALTER TABLE connections
  ADD COLUMN provider text NOT NULL DEFAULT 'oidc' CHECK (provider IN ('entra', 'okta', 'google', 'keycloak', 'ping', 'jumpcloud', 'oidc')),
  ADD COLUMN liveness_seconds integer CHECK (liveness_seconds BETWEEN 60 AND 86400),
  ADD COLUMN token_endpoint text,
  ADD COLUMN pilot_groups text[],
  ADD COLUMN replaces uuid,
  ADD COLUMN went_live_at timestamptz;
ALTER TABLE connections DROP CONSTRAINT connections_token_endpoint_auth_method_check;
ALTER TABLE connections ADD CONSTRAINT connections_token_endpoint_auth_method_check
  CHECK (token_endpoint_auth_method IN ('client_secret_basic', 'client_secret_post', 'private_key_jwt'));
UPDATE connections SET went_live_at = updated_at WHERE status <> 'draft';
COMMENT ON COLUMN connections.provider IS 'Which product it is, for the words and presets of the setup; decides nothing at a sign-in.';
COMMENT ON COLUMN connections.liveness_seconds IS 'How often, at most, the provider is asked on refresh whether the person still exists there; NULL: never.';
COMMENT ON COLUMN connections.token_endpoint IS 'The endpoint that the stored secret was entered for; it is sent nowhere else.';
COMMENT ON COLUMN connections.pilot_groups IS 'While it is a pilot: only members of these groups come in by it. NULL: everybody.';
COMMENT ON COLUMN connections.replaces IS 'The connection that people came by before; it is switched off once a second person has come by this one.';
COMMENT ON COLUMN connections.went_live_at IS 'When people could first sign in by it; what keys them is fixed from then on.';

--changeset sallyport:015-alarms
CREATE TABLE alarms (
  tenant_id        uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id               uuid NOT NULL,
  kind             text NOT NULL CHECK (kind ~ '^[a-z][a-z0-9_]{0,63}$'),
  subject          text NOT NULL CHECK (length(subject) BETWEEN 1 AND 500),
  detail           jsonb NOT NULL DEFAULT '{}',
  raised_at        timestamptz NOT NULL DEFAULT now(),
  last_seen_at     timestamptz NOT NULL DEFAULT now(),
  times            bigint NOT NULL DEFAULT 1,
  resolved_at      timestamptz,
  acknowledged_at  timestamptz,
  acknowledged_by  text,
  PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE alarms IS 'What somebody has to look at. One open row for each kind and subject, however often it is seen.';
CREATE UNIQUE INDEX alarms_open ON alarms (kind, subject, tenant_id) WHERE resolved_at IS NULL;
