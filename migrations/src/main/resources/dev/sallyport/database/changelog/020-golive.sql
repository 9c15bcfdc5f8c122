--liquibase formatted sql

--changeset sallyport:020-succession
ALTER TABLE connections ADD COLUMN succeeded_at timestamptz;
COMMENT ON COLUMN connections.succeeded_at IS 'When the connection that this one replaces was switched off, because a second person had come by this one. Once only: whoever switches the former on again has the last word.';
