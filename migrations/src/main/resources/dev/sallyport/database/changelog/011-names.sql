--liquibase formatted sql

-- Names as they are compared. Behind row-level security an index on lower(user_name) is never used: lower() is not leakproof, so
-- that the planner may not ask it before the wall. A column that holds the lower-case form may be asked.

--changeset sallyport:011-user-names
ALTER TABLE users
  ADD COLUMN user_name_key text GENERATED ALWAYS AS (lower(user_name)) STORED,
  ADD COLUMN email_key text GENERATED ALWAYS AS (lower(email)) STORED;
DROP INDEX users_user_name;
DROP INDEX users_email;
-- A user name is free again once its holder has left; the tombstone keeps the identity, not the name.
CREATE UNIQUE INDEX users_user_name ON users (tenant_id, user_name_key) WHERE status <> 'offboarded';
CREATE INDEX users_name ON users (tenant_id, user_name_key);
CREATE INDEX users_email ON users (tenant_id, email_key);

--changeset sallyport:011-awaited-names
ALTER TABLE awaited_identities ADD COLUMN user_name_key text GENERATED ALWAYS AS (lower(user_name)) STORED;
DROP INDEX awaited_identities_user_name;
CREATE UNIQUE INDEX awaited_identities_user_name ON awaited_identities (tenant_id, connection_id, user_name_key)
  WHERE user_name_key IS NOT NULL;
