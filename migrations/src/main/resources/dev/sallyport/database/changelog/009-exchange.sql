--liquibase formatted sql

-- Token exchange by policy, and what API keys need to be kept in hand.

--changeset sallyport:009-entrusted
ALTER TABLE applications
  ADD COLUMN manages_api_keys boolean NOT NULL DEFAULT false,
  ADD COLUMN exchanges_api_keys boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN applications.manages_api_keys IS 'Its people may make API keys without a recent sign-in.';
COMMENT ON COLUMN applications.exchanges_api_keys IS 'It may exchange API keys for access tokens (RFC 8693).';
CREATE TABLE application_delegations (
  client_id  text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  target     text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  PRIMARY KEY (client_id, target),
  CHECK (client_id <> target)
);
COMMENT ON TABLE application_delegations IS 'For whose audience an application may exchange the access tokens of its people (RFC 8693).';
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON application_delegations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed();

--changeset sallyport:009-api-keys
ALTER TABLE api_keys ADD COLUMN created_by text;
COMMENT ON COLUMN api_keys.created_by IS 'Who made it, as in the audit log; null for its owner.';

--changeset sallyport:009-revocations
ALTER TABLE revocations DROP CONSTRAINT revocations_kind_check;
ALTER TABLE revocations ADD CONSTRAINT revocations_kind_check CHECK (kind IN ('user', 'session', 'family', 'jti', 'kid', 'tenant', 'api_key'));
