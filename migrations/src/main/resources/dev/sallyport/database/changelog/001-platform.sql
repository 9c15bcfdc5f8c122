--liquibase formatted sql

-- What belongs to the platform and to no tenant: the registry of tenants, the vendor's applications, the catalogue of
-- permissions and roles, jobs, operator tokens. None of these rows holds a person.

--changeset sallyport:001-config-version
CREATE TABLE config_state (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  version  bigint NOT NULL
);
INSERT INTO config_state (version) VALUES (1);
COMMENT ON TABLE config_state IS 'Its version grows with every committed change of configuration; nodes compare it to know that their caches are fresh.';

--changeset sallyport:001-tenants
CREATE TABLE tenants (
  id                    uuid PRIMARY KEY,
  slug                  text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(slug) <= 40),
  name                  text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  status                text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'active', 'suspended')),
  isolation             text NOT NULL DEFAULT 'shared' CHECK (isolation IN ('shared', 'dedicated')),
  data_key              bytea NOT NULL,
  admission             text NOT NULL DEFAULT 'open' CHECK (admission IN ('open', 'domain', 'group', 'approval', 'provisioned')),
  admission_groups      text[] NOT NULL DEFAULT '{}',
  access_token_seconds  integer NOT NULL DEFAULT 300 CHECK (access_token_seconds BETWEEN 30 AND 300),
  session_idle_seconds  integer NOT NULL DEFAULT 28800 CHECK (session_idle_seconds BETWEEN 60 AND 2592000),
  session_max_seconds   integer NOT NULL DEFAULT 86400 CHECK (session_max_seconds BETWEEN 60 AND 7776000),
  refresh_idle_seconds  integer NOT NULL DEFAULT 86400 CHECK (refresh_idle_seconds BETWEEN 60 AND 2592000),
  not_before            timestamptz,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  version               bigint NOT NULL DEFAULT 1
);
COMMENT ON COLUMN tenants.data_key IS 'The tenant''s data key, wrapped by the master key; it wraps every secret of this tenant.';
COMMENT ON COLUMN tenants.not_before IS 'Cut-off of the whole tenant: nothing that was issued before is good any more.';

--changeset sallyport:001-permissions
CREATE TABLE permissions (
  name         text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_.:-]{0,63}$'),
  description  text NOT NULL DEFAULT '',
  platform     boolean NOT NULL DEFAULT false
);
CREATE TABLE roles (
  name         text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_.:-]{0,63}$'),
  description  text NOT NULL DEFAULT '',
  updated_at   timestamptz NOT NULL DEFAULT now(),
  version      bigint NOT NULL DEFAULT 1
);
CREATE TABLE role_permissions (
  role        text NOT NULL REFERENCES roles (name) ON DELETE CASCADE,
  permission  text NOT NULL REFERENCES permissions (name),
  PRIMARY KEY (role, permission)
);

--changeset sallyport:001-applications
CREATE TABLE applications (
  client_id                   text PRIMARY KEY CHECK (client_id ~ '^[A-Za-z0-9_.-]{1,100}$'),
  name                        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  type                        text NOT NULL CHECK (type IN ('web', 'spa', 'native', 'service')),
  redirect_uris               text[] NOT NULL DEFAULT '{}',
  post_logout_redirect_uris   text[] NOT NULL DEFAULT '{}',
  backchannel_logout_uri      text,
  resource                    text NOT NULL,
  third_party                 boolean NOT NULL DEFAULT false,
  token_endpoint_auth_method  text NOT NULL CHECK (token_endpoint_auth_method IN ('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none')),
  signing_alg                 text NOT NULL DEFAULT 'ES256' CHECK (signing_alg IN ('ES256', 'RS256')),
  jwks                        jsonb,
  jwks_uri                    text,
  created_at                  timestamptz NOT NULL DEFAULT now(),
  updated_at                  timestamptz NOT NULL DEFAULT now(),
  version                     bigint NOT NULL DEFAULT 1,
  CHECK ((type IN ('spa', 'native')) = (token_endpoint_auth_method = 'none'))
);
CREATE TABLE application_secrets (
  client_id    text NOT NULL REFERENCES applications (client_id) ON DELETE CASCADE,
  secret_hash  bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz,
  PRIMARY KEY (client_id, secret_hash)
);

--changeset sallyport:001-operator-tokens
CREATE TABLE operator_tokens (
  token_hash  bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  created_at  timestamptz NOT NULL DEFAULT now()
);

--changeset sallyport:001-jobs
-- Work to be done, whichever node gets to it first. Leases are judged by this database's clock alone; the fence grows with
-- every claim, so that a node that was paused cannot finish what another has taken over.
CREATE TABLE jobs (
  tenant_id    uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  kind         text NOT NULL,
  key          text NOT NULL DEFAULT '',
  due_at       timestamptz NOT NULL DEFAULT now(),
  lease_until  timestamptz,
  fence        bigint NOT NULL DEFAULT 0,
  attempts     integer NOT NULL DEFAULT 0,
  last_error   text,
  PRIMARY KEY (tenant_id, kind, key)
);
CREATE INDEX jobs_due ON jobs (due_at);

--changeset sallyport:001-idempotency
CREATE TABLE idempotency_keys (
  actor         text NOT NULL,
  key           text NOT NULL,
  request_hash  bytea NOT NULL,
  status        integer,
  headers       jsonb,
  body          bytea,
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (actor, key)
);
COMMENT ON TABLE idempotency_keys IS 'Answers of POST requests that carried an Idempotency-Key, kept a day. Answers that hold a secret are kept without it.';

--changeset sallyport:001-config-changed splitStatements:false
-- Every change of configuration moves the version and tells the listening nodes whose configuration it was. The triggers fire at
-- commit, so that the one row they all write is held for a moment only.
CREATE FUNCTION config_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject text := '*';
BEGIN
  UPDATE config_state SET version = version + 1;
  IF TG_ARGV[0] IS NOT NULL THEN
    IF TG_OP = 'DELETE' THEN
      subject := to_jsonb(OLD) ->> TG_ARGV[0];
    ELSE
      subject := to_jsonb(NEW) ->> TG_ARGV[0];
    END IF;
  END IF;
  PERFORM pg_notify('sallyport_config', subject);
  RETURN NULL;
END $$;

--changeset sallyport:001-config-triggers
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON tenants DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed('id');
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON permissions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed();
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON roles DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed();
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON role_permissions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed();
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON applications DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed();
CREATE CONSTRAINT TRIGGER config_changed AFTER INSERT OR UPDATE OR DELETE ON application_secrets DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION config_changed();
