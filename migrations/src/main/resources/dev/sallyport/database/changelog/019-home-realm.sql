--liquibase formatted sql

--changeset sallyport:019-tenant-name-key
-- A generated column, because an index on lower(name) would not be used. Names are not unique; home-realm discovery takes one that is.
ALTER TABLE tenants ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) STORED;
CREATE INDEX tenants_name_key ON tenants (name_key);

--changeset sallyport:019-domain-watch
ALTER TABLE domains
  ADD COLUMN next_check_at timestamptz NOT NULL DEFAULT now() + interval '1 minute',
  ADD COLUMN missing_since timestamptz;
COMMENT ON COLUMN domains.next_check_at IS 'When the background looks for the proof again: soon after it was claimed, rarely once it was found.';
COMMENT ON COLUMN domains.missing_since IS 'Since when the name servers say that the proof of a proven domain is gone. NULL: it was there when last looked for.';

--changeset sallyport:019-routing-rules
CREATE TABLE routings (
  tenant_id   uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
  version     bigint NOT NULL DEFAULT 1,
  updated_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE routings IS 'One row per tenant: the version of its routing rules as a whole (ETag).';
CREATE TABLE routing_rules (
  tenant_id      uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  position       integer NOT NULL CHECK (position >= 0),
  domain         text,
  client_id      text,
  connection_id  uuid NOT NULL,
  PRIMARY KEY (tenant_id, position),
  FOREIGN KEY (tenant_id, domain) REFERENCES domains (tenant_id, domain) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE routing_rules IS 'By which connection people of a tenant with several sign in; the first rule that fits counts. Both conditions NULL: fits always.';
