--liquibase formatted sql

-- The tenant's directory: where it is read, what was read, and what followed from it.

--changeset sallyport:005-directories
CREATE TABLE directories (
  tenant_id           uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
  kind                text NOT NULL DEFAULT 'scim' CHECK (kind IN ('scim')),
  base_url            text NOT NULL CHECK (length(base_url) BETWEEN 8 AND 2000),
  auth_type           text NOT NULL CHECK (auth_type IN ('bearer', 'basic', 'oauth2_client_credentials')),
  auth_settings       jsonb NOT NULL DEFAULT '{}',
  auth_secret         bytea NOT NULL,
  connection_id       uuid,
  interval_seconds    integer NOT NULL DEFAULT 900 CHECK (interval_seconds BETWEEN 60 AND 604800),
  max_removals        integer NOT NULL DEFAULT 50 CHECK (max_removals >= 0),
  max_removal_ratio   double precision NOT NULL DEFAULT 0.1 CHECK (max_removal_ratio BETWEEN 0 AND 1),
  enabled             boolean NOT NULL DEFAULT true,
  last_full_read_at   timestamptz,
  updated_at          timestamptz NOT NULL DEFAULT now(),
  version             bigint NOT NULL DEFAULT 1,
  FOREIGN KEY (tenant_id, connection_id) REFERENCES connections (tenant_id, id)
);
COMMENT ON COLUMN directories.connection_id IS 'The connection through which people of this directory sign in; people who are admitted from it wait for their identity there.';

--changeset sallyport:005-sync-runs
CREATE TABLE sync_runs (
  tenant_id      uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id             uuid NOT NULL,
  mode           text NOT NULL CHECK (mode IN ('incremental', 'full')),
  dry_run        boolean NOT NULL DEFAULT false,
  state          text NOT NULL CHECK (state IN ('queued', 'reading', 'planning', 'applying', 'held', 'done', 'failed')),
  complete       boolean,
  reason         text,
  requested_by   text NOT NULL,
  released_by    text,
  released_at    timestamptz,
  fence          bigint NOT NULL DEFAULT 0,
  found          integer NOT NULL DEFAULT 0,
  admitted       integer NOT NULL DEFAULT 0,
  updated        integer NOT NULL DEFAULT 0,
  unchanged      integer NOT NULL DEFAULT 0,
  suspected      integer NOT NULL DEFAULT 0,
  removed        integer NOT NULL DEFAULT 0,
  held           integer NOT NULL DEFAULT 0,
  skipped        integer NOT NULL DEFAULT 0,
  created_at     timestamptz NOT NULL DEFAULT now(),
  started_at     timestamptz,
  finished_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX sync_runs_one_at_a_time ON sync_runs (tenant_id) WHERE state IN ('queued', 'reading', 'planning', 'applying');

-- What a run read, page by page. Unlogged: after a crash of the database the run reads again.
CREATE UNLOGGED TABLE sync_entries (
  tenant_id      uuid NOT NULL,
  run_id         uuid NOT NULL,
  resource_id    text NOT NULL,
  external_id    text,
  user_name      text,
  active         boolean NOT NULL,
  resource       jsonb NOT NULL,
  fingerprint    bytea NOT NULL,
  page           integer NOT NULL,
  PRIMARY KEY (tenant_id, run_id, resource_id)
);

CREATE TABLE sync_findings (
  tenant_id    uuid NOT NULL,
  run_id       uuid NOT NULL,
  id           uuid NOT NULL,
  action       text NOT NULL CHECK (action IN ('admit', 'update', 'suspect', 'remove', 'hold', 'skip')),
  resource_id  text,
  user_id      uuid,
  label        text,
  reason       text NOT NULL,
  state        text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'done', 'failed', 'kept')),
  detail       text,
  done_at      timestamptz,
  PRIMARY KEY (tenant_id, run_id, id),
  FOREIGN KEY (tenant_id, run_id) REFERENCES sync_runs (tenant_id, id) ON DELETE CASCADE
);
