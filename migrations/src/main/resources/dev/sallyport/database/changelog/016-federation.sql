--liquibase formatted sql

-- How a connection proves who we are to its provider, and where to.

--changeset sallyport:016-connections
ALTER TABLE connections
  ADD COLUMN assertion_audience text NOT NULL DEFAULT 'issuer' CHECK (assertion_audience IN ('issuer', 'token_endpoint')),
  ADD COLUMN stopped text CHECK (stopped IN ('issuer_changed', 'token_endpoint_moved'));
COMMENT ON COLUMN connections.assertion_audience IS 'What the provider wants to read as aud of a private_key_jwt assertion.';
COMMENT ON COLUMN connections.stopped IS 'Why nobody signs in by it although it is active: what the provider says of itself has changed. NULL: nothing is the matter.';

--changeset sallyport:016-connection-keys
CREATE TABLE connection_keys (
  tenant_id      uuid NOT NULL,
  connection_id  uuid NOT NULL,
  kid            text NOT NULL,
  public_jwk     jsonb NOT NULL,
  private_jwk    bytea NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  activate_at    timestamptz NOT NULL DEFAULT now(),
  retire_at      timestamptz,
  PRIMARY KEY (tenant_id, connection_id, kid),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE connection_keys IS 'The keys by which we are a client of the provider (private_key_jwt). All that are not retired are published; the one that was activated last signs.';
COMMENT ON COLUMN connection_keys.private_jwk IS 'Sealed.';
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON connection_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('tenant_id');

--changeset sallyport:016-provider-documents
CREATE TABLE provider_documents (
  tenant_id      uuid NOT NULL,
  connection_id  uuid NOT NULL,
  issuer         text NOT NULL,
  document       jsonb NOT NULL,
  read_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, connection_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE provider_documents IS 'What each provider last said of itself that was good: one node reads it for all, and it outlasts a provider that is away.';
