--liquibase formatted sql

-- The tenant last in every index but the primary keys. A plan is made once and kept; on a table that is still small, reading "all rows of
-- the tenant" by any index that begins with the tenant looks as cheap to the planner as the one row by its key, and stays chosen while
-- the tenant grows. An index that does not begin with the tenant cannot be read that way. Tenants are scanned by the primary keys.
-- For the same reason no index is limited to what has not ended: as long as it is small it looks cheaper than the key.

--changeset sallyport:013-people
DROP INDEX users_user_name, users_name, users_email, users_status, identities_user, memberships_group;
CREATE UNIQUE INDEX users_user_name ON users (user_name_key, tenant_id) WHERE status <> 'offboarded';
CREATE INDEX users_name ON users (user_name_key, tenant_id);
CREATE INDEX users_email ON users (email_key, tenant_id);
CREATE INDEX users_status ON users (status, tenant_id, id);
CREATE INDEX identities_user ON identities (user_id, tenant_id);
CREATE INDEX memberships_group ON memberships (group_id, tenant_id);
ALTER TABLE directory_accounts DROP CONSTRAINT directory_accounts_tenant_id_source_user_id_key;
ALTER TABLE directory_accounts ADD CONSTRAINT directory_accounts_tenant_id_source_user_id_key UNIQUE (user_id, source, tenant_id);
ALTER TABLE groups DROP CONSTRAINT groups_tenant_id_source_value_key;
ALTER TABLE groups ADD CONSTRAINT groups_tenant_id_source_value_key UNIQUE (value, source, tenant_id);

--changeset sallyport:013-sign-in
DROP INDEX login_transactions_expiry, pushed_requests_expiry, consent_requests_expiry, sessions_user, sessions_upstream,
  refresh_families_user, refresh_families_session, refresh_tokens_one_live, authorization_codes_user, authorization_codes_session,
  api_keys_user, consents_client;
CREATE INDEX login_transactions_expiry ON login_transactions (expires_at, tenant_id);
CREATE INDEX pushed_requests_expiry ON pushed_requests (expires_at, tenant_id);
CREATE INDEX consent_requests_expiry ON consent_requests (expires_at, tenant_id);
CREATE INDEX sessions_user ON sessions (user_id, tenant_id);
CREATE INDEX sessions_upstream ON sessions (connection_id, upstream_sid, tenant_id);
CREATE INDEX refresh_families_user ON refresh_families (user_id, tenant_id);
CREATE INDEX refresh_families_session ON refresh_families (session_id, tenant_id);
CREATE UNIQUE INDEX refresh_tokens_one_live ON refresh_tokens (family_id, tenant_id) WHERE used_at IS NULL;
CREATE INDEX authorization_codes_user ON authorization_codes (user_id, tenant_id);
CREATE INDEX authorization_codes_session ON authorization_codes (session_id, tenant_id);
CREATE INDEX api_keys_user ON api_keys (user_id, tenant_id);
CREATE INDEX consents_client ON consents (client_id, tenant_id);
ALTER TABLE sessions DROP CONSTRAINT sessions_tenant_id_secret_hash_key;
ALTER TABLE sessions ADD CONSTRAINT sessions_tenant_id_secret_hash_key UNIQUE (secret_hash, tenant_id);
ALTER TABLE refresh_tokens DROP CONSTRAINT refresh_tokens_tenant_id_family_id_generation_key;
ALTER TABLE refresh_tokens ADD CONSTRAINT refresh_tokens_tenant_id_family_id_generation_key UNIQUE (family_id, generation, tenant_id);
ALTER TABLE api_keys DROP CONSTRAINT api_keys_tenant_id_key_hash_key;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_tenant_id_key_hash_key UNIQUE (key_hash, tenant_id);

--changeset sallyport:013-exit
DROP INDEX offboardings_user, outbox_offboarding, outbox_state;
CREATE INDEX offboardings_user ON offboardings (user_id, tenant_id);
CREATE INDEX outbox_offboarding ON outbox (offboarding_id, tenant_id);
CREATE INDEX outbox_state ON outbox (state, tenant_id, id);
