--liquibase formatted sql

--changeset sallyport:024-scim-refusals
-- One row for each way of being refused, so that a client that is refused a million times fills nothing. Nothing of the request itself is kept.
CREATE TABLE scim_refusals (
  tenant_id  uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  operation  text NOT NULL,
  status     integer NOT NULL,
  cause      text NOT NULL,
  times      bigint NOT NULL DEFAULT 1,
  first_at   timestamptz NOT NULL DEFAULT now(),
  last_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, operation, status, cause)
);
COMMENT ON COLUMN scim_refusals.operation IS 'Method and kind of resource, such as PATCH Users.';
COMMENT ON COLUMN scim_refusals.cause IS 'The scimType of RFC 7644 §3.12, or a finer word of ours such as user_name_taken; the empty string where the status says all.';
