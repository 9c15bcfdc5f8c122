--liquibase formatted sql

-- Who is known in a tenant, by which proofs, in which groups.

--changeset sallyport:003-users
CREATE TABLE users (
  tenant_id          uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id                 uuid NOT NULL,
  status             text NOT NULL CHECK (status IN ('staged', 'waiting', 'active', 'suspended', 'offboarded')),
  user_name          text NOT NULL CHECK (length(user_name) BETWEEN 1 AND 320),
  email              text CHECK (length(email) <= 320),
  email_verified     boolean NOT NULL DEFAULT false,
  display_name       text CHECK (length(display_name) <= 300),
  given_name         text CHECK (length(given_name) <= 200),
  family_name        text CHECK (length(family_name) <= 200),
  source             text NOT NULL CHECK (source IN ('jit', 'import', 'scim', 'directory', 'admin')),
  status_cause       text NOT NULL,
  status_changed_at  timestamptz NOT NULL DEFAULT now(),
  not_before         timestamptz,
  last_sign_in_at    timestamptz,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  version            bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
COMMENT ON COLUMN users.not_before IS 'Cut-off: nothing that was issued to this person before is good any more.';
-- A user name is free again once its holder has left; the tombstone keeps the identity, not the name.
CREATE UNIQUE INDEX users_user_name ON users (tenant_id, lower(user_name)) WHERE status <> 'offboarded';
CREATE INDEX users_email ON users (tenant_id, lower(email));
CREATE INDEX users_status ON users (tenant_id, status, id);

--changeset sallyport:003-identities
CREATE TABLE identities (
  tenant_id      uuid NOT NULL,
  id             uuid NOT NULL,
  user_id        uuid NOT NULL,
  connection_id  uuid NOT NULL,
  issuer         text NOT NULL,
  subject        text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  claims         jsonb NOT NULL DEFAULT '{}',
  created_at     timestamptz NOT NULL DEFAULT now(),
  last_used_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, connection_id, issuer, subject),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE identities IS 'The only key by which a sign-in finds a person. Rows outlive offboarding: they are the tombstone that just-in-time creation respects.';
CREATE INDEX identities_user ON identities (tenant_id, user_id);

--changeset sallyport:003-directory-accounts
CREATE TABLE directory_accounts (
  tenant_id      uuid NOT NULL,
  source         text NOT NULL CHECK (source IN ('pull', 'push')),
  resource_id    text NOT NULL CHECK (length(resource_id) BETWEEN 1 AND 500),
  external_id    text,
  user_id        uuid NOT NULL,
  active         boolean NOT NULL,
  resource       jsonb NOT NULL DEFAULT '{}',
  fingerprint    bytea,
  last_seen_run  uuid,
  last_seen_at   timestamptz NOT NULL DEFAULT now(),
  absent_since   timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  version        bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, source, resource_id),
  UNIQUE (tenant_id, source, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE directory_accounts IS 'What the directory says of a person: its resource id, and whether it vouches for them.';
CREATE UNIQUE INDEX directory_accounts_external_id ON directory_accounts (tenant_id, source, external_id) WHERE external_id IS NOT NULL;

--changeset sallyport:003-groups
CREATE TABLE groups (
  tenant_id     uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id            uuid NOT NULL,
  source        text NOT NULL,
  value         text NOT NULL CHECK (length(value) BETWEEN 1 AND 500),
  display_name  text,
  external_id   text,
  last_seen_at  timestamptz NOT NULL DEFAULT now(),
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  version       bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, source, value)
);
COMMENT ON COLUMN groups.source IS 'The id of the connection whose claims named the group, or ''scim''. Equal names of two sources never meet.';
CREATE TABLE memberships (
  tenant_id  uuid NOT NULL,
  user_id    uuid NOT NULL,
  group_id   uuid NOT NULL,
  since      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id, group_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX memberships_group ON memberships (tenant_id, group_id);
CREATE TABLE grants (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  user_id     uuid NOT NULL,
  role        text NOT NULL REFERENCES roles (name),
  expires_at  timestamptz,
  reason      text NOT NULL,
  granted_by  text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, user_id, role),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

--changeset sallyport:003-imports
CREATE TABLE imports (
  tenant_id       uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id              uuid NOT NULL,
  status          text NOT NULL CHECK (status IN ('pending_approval', 'rejected', 'applying', 'applied', 'failed')),
  connection_id   uuid,
  content_sha256  bytea NOT NULL,
  row_count       integer NOT NULL,
  error_count     integer NOT NULL,
  requested_by    text NOT NULL,
  decided_by      text,
  decided_at      timestamptz,
  applied_at      timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
  CHECK (decided_by IS NULL OR status = 'rejected' OR decided_by <> requested_by)
);
CREATE TABLE import_rows (
  tenant_id  uuid NOT NULL,
  import_id  uuid NOT NULL,
  row_no     integer NOT NULL,
  data       jsonb NOT NULL,
  plan       text NOT NULL CHECK (plan IN ('create', 'update', 'unchanged', 'conflict', 'error')),
  detail     text,
  user_id    uuid,
  applied_at timestamptz,
  PRIMARY KEY (tenant_id, import_id, row_no),
  FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id) ON DELETE CASCADE
);

--changeset sallyport:003-pending-links
-- A person who was provisioned before the first sign-in, waiting for exactly one federated identity or one user name of one connection.
CREATE TABLE awaited_identities (
  tenant_id      uuid NOT NULL,
  user_id        uuid NOT NULL,
  connection_id  uuid NOT NULL,
  subject        text,
  user_name      text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id, connection_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id) ON DELETE CASCADE,
  CHECK (subject IS NOT NULL OR user_name IS NOT NULL)
);
CREATE UNIQUE INDEX awaited_identities_subject ON awaited_identities (tenant_id, connection_id, subject) WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX awaited_identities_user_name ON awaited_identities (tenant_id, connection_id, lower(user_name)) WHERE user_name IS NOT NULL;
