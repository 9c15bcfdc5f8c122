--liquibase formatted sql

-- What a tenant is configured to be. Every table from here on belongs to one tenant: tenant_id comes first in its primary
-- key and in each of its foreign keys, and row-level security is forced on it (see isolation.sql).

--changeset sallyport:002-tenant-applications
CREATE TABLE tenant_applications (
  tenant_id   uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  client_id   text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  audience    text NOT NULL CHECK (length(audience) BETWEEN 1 AND 500),
  enabled_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, client_id)
);

--changeset sallyport:002-connections
CREATE TABLE connections (
  tenant_id                   uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id                          uuid NOT NULL,
  name                        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  protocol                    text NOT NULL DEFAULT 'oidc' CHECK (protocol IN ('oidc')),
  issuer                      text NOT NULL CHECK (length(issuer) BETWEEN 8 AND 2000),
  client_id                   text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 500),
  client_secret               bytea,
  token_endpoint_auth_method  text NOT NULL DEFAULT 'client_secret_basic' CHECK (token_endpoint_auth_method IN ('client_secret_basic', 'client_secret_post', 'private_key_jwt')),
  scopes                      text[] NOT NULL DEFAULT '{openid,profile,email}',
  claims                      jsonb NOT NULL DEFAULT '{}',
  algorithms                  text[] NOT NULL DEFAULT '{ES256,RS256}',
  status                      text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'disabled')),
  secret_expires_at           timestamptz,
  created_at                  timestamptz NOT NULL DEFAULT now(),
  updated_at                  timestamptz NOT NULL DEFAULT now(),
  version                     bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
COMMENT ON COLUMN connections.client_secret IS 'Wrapped with the tenant''s data key; bound to this row.';
COMMENT ON COLUMN connections.algorithms IS 'The signature algorithms that are believed; asymmetric ones only.';

--changeset sallyport:002-connection-tests
CREATE TABLE connection_tests (
  tenant_id      uuid NOT NULL,
  id             uuid NOT NULL,
  connection_id  uuid NOT NULL,
  kind           text NOT NULL CHECK (kind IN ('checks', 'sign_in')),
  ok             boolean NOT NULL,
  result         jsonb NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);

--changeset sallyport:002-domains
CREATE TABLE domains (
  tenant_id    uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  domain       text NOT NULL CHECK (domain = lower(domain) AND length(domain) BETWEEN 3 AND 253),
  status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'verified')),
  txt_value    text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  checked_at   timestamptz,
  verified_at  timestamptz,
  PRIMARY KEY (tenant_id, domain)
);
-- The routing table of home-realm discovery; it has no tenant wall because finding the tenant is its purpose. One owner per domain.
CREATE TABLE domain_routes (
  domain       text PRIMARY KEY,
  tenant_id    uuid NOT NULL,
  verified_at  timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, domain) REFERENCES domains (tenant_id, domain) ON DELETE CASCADE
);

--changeset sallyport:002-setup-links
CREATE TABLE setup_links (
  tenant_id           uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id                  text NOT NULL,
  secret_hash         bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  purposes            text[] NOT NULL CHECK (purposes <@ ARRAY['federate', 'domain', 'directory', 'renew'] AND cardinality(purposes) > 0),
  recipient           text,
  created_by          text NOT NULL,
  created_at          timestamptz NOT NULL DEFAULT now(),
  expires_at          timestamptz NOT NULL,
  opened              integer NOT NULL DEFAULT 0,
  redeemed_at         timestamptz,
  session_hash        bytea CHECK (octet_length(session_hash) = 32),
  session_expires_at  timestamptz,
  revoked_at          timestamptz,
  completed_at        timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK ((redeemed_at IS NULL) = (session_hash IS NULL))
);
COMMENT ON COLUMN setup_links.session_hash IS 'Hash of the one browser session that redeemed the link; it can be set once only.';

--changeset sallyport:002-setup-link-one-winner splitStatements:false
CREATE FUNCTION setup_link_redeemed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.redeemed_at IS NOT NULL AND (NEW.redeemed_at IS DISTINCT FROM OLD.redeemed_at OR NEW.session_hash IS DISTINCT FROM OLD.session_hash) THEN
    RAISE EXCEPTION 'setup link was redeemed before' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER redeemed_once BEFORE UPDATE ON setup_links FOR EACH ROW EXECUTE FUNCTION setup_link_redeemed_once();

--changeset sallyport:002-signing-keys
CREATE TABLE signing_keys (
  tenant_id     uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  kid           text NOT NULL,
  alg           text NOT NULL CHECK (alg IN ('ES256', 'RS256')),
  public_jwk    jsonb NOT NULL,
  private_jwk   bytea,
  state         text NOT NULL CHECK (state IN ('published', 'active', 'retired', 'revoked')),
  created_at    timestamptz NOT NULL DEFAULT now(),
  activate_at   timestamptz NOT NULL DEFAULT now(),
  retired_at    timestamptz,
  unpublish_at  timestamptz,
  PRIMARY KEY (tenant_id, kid),
  CHECK (state IN ('published', 'active') OR private_jwk IS NULL)
);
CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys (tenant_id, alg) WHERE state = 'active';

--changeset sallyport:002-role-rules
CREATE TABLE role_rules (
  tenant_id    uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id           uuid NOT NULL,
  source       text NOT NULL,
  group_value  text NOT NULL CHECK (length(group_value) BETWEEN 1 AND 500),
  expires_at   timestamptz,
  reason       text,
  created_by   text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE role_rule_roles (
  tenant_id  uuid NOT NULL,
  rule_id    uuid NOT NULL,
  role       text NOT NULL REFERENCES roles (name),
  PRIMARY KEY (tenant_id, rule_id, role),
  FOREIGN KEY (tenant_id, rule_id) REFERENCES role_rules (tenant_id, id) ON DELETE CASCADE
);
CREATE TABLE role_mappings (
  tenant_id   uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
  version     bigint NOT NULL DEFAULT 1,
  updated_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE role_mappings IS 'One row per tenant: the version of its rule list as a whole (ETag).';

--changeset sallyport:002-scim-tokens
CREATE TABLE scim_tokens (
  tenant_id     uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id            uuid NOT NULL,
  token_hash    bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  last_used_at  timestamptz,
  revoked_at    timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, token_hash)
);

--changeset sallyport:002-config-triggers
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON tenant_applications DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('tenant_id');
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON connections DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('tenant_id');
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON signing_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('tenant_id');
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON role_mappings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('tenant_id');
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON role_rules DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('tenant_id');
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON role_rule_roles DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('tenant_id');
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON domains DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('tenant_id');
