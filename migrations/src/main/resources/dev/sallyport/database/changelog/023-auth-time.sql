--liquibase formatted sql

--changeset sallyport:023-auth-time
ALTER TABLE sessions ADD COLUMN auth_time_told boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN sessions.auth_time_told IS 'Whether the IdP said auth_time. Otherwise that is when it vouched for the person, and no max_age is met by it.';
