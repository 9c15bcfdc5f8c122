--liquibase formatted sql

-- The exit: what was closed, who must be told, and the book that nobody can rewrite.

--changeset sallyport:006-offboardings
CREATE TABLE offboardings (
  tenant_id      uuid NOT NULL,
  id             uuid NOT NULL,
  user_id        uuid NOT NULL,
  kind           text NOT NULL CHECK (kind IN ('suspend', 'offboard')),
  cause          text NOT NULL,
  actor          text NOT NULL,
  reason         text NOT NULL DEFAULT '',
  closed         jsonb NOT NULL,
  cutoff_at      timestamptz NOT NULL,
  tokens_end_at  timestamptz NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE offboardings IS 'Receipts: what one closing found and shut.';
CREATE INDEX offboardings_user ON offboardings (tenant_id, user_id);

--changeset sallyport:006-outbox
CREATE TABLE outbox (
  tenant_id        uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id               uuid NOT NULL,
  offboarding_id   uuid,
  kind             text NOT NULL CHECK (kind IN ('backchannel_logout', 'webhook', 'security_event')),
  client_id        text REFERENCES applications (client_id) ON DELETE CASCADE,
  subject          text NOT NULL,
  session_id       uuid,
  target           text NOT NULL,
  payload          jsonb NOT NULL DEFAULT '{}',
  state            text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed', 'dead')),
  attempts         integer NOT NULL DEFAULT 0,
  next_attempt_at  timestamptz NOT NULL DEFAULT now(),
  last_answer      text,
  delivered_at     timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, offboarding_id) REFERENCES offboardings (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX outbox_due ON outbox (tenant_id, next_attempt_at) WHERE state IN ('pending', 'failed');
CREATE INDEX outbox_offboarding ON outbox (tenant_id, offboarding_id);

--changeset sallyport:006-revocations
CREATE TABLE revocations (
  tenant_id   uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  seq         bigint GENERATED ALWAYS AS IDENTITY,
  kind        text NOT NULL CHECK (kind IN ('user', 'session', 'family', 'jti', 'kid', 'tenant')),
  value       text NOT NULL,
  not_before  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX revocations_value ON revocations (tenant_id, kind, value);
COMMENT ON TABLE revocations IS 'Cut-offs of access tokens that are already out. An entry leaves when the last token it concerns has expired.';

--changeset sallyport:006-revocations-notify splitStatements:false
CREATE FUNCTION revocation_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sallyport_revocations', NEW.tenant_id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER written AFTER INSERT ON revocations FOR EACH ROW EXECUTE FUNCTION revocation_written();

--changeset sallyport:006-audit
CREATE TABLE audit_events (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor      text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL DEFAULT '',
  cause      text NOT NULL DEFAULT '',
  details    jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE audit_events IS 'Append-only. Events of the platform itself carry the nil UUID as tenant_id.';
CREATE INDEX audit_events_time ON audit_events (tenant_id, at, id);
CREATE TABLE audit_chain (
  tenant_id  uuid NOT NULL,
  seq        bigint NOT NULL,
  event_id   uuid NOT NULL,
  hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (tenant_id, seq),
  UNIQUE (tenant_id, event_id),
  FOREIGN KEY (tenant_id, event_id) REFERENCES audit_events (tenant_id, id)
);
COMMENT ON TABLE audit_chain IS 'hash(n) = SHA-256(hash(n-1) || event n). Written shortly after the event, in order, by whichever node holds the job.';
