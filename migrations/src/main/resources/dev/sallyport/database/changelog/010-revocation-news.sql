--liquibase formatted sql

-- Whose revocations were written, so that a node that missed a notification finds out by looking at one small table, without a lock that
-- writers would wait for. Transactions commit out of order; the number of the transaction says which rows a look may have missed.

--changeset sallyport:010-revocation-news
CREATE TABLE revocation_news (
  tenant_id   uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  seq         bigint GENERATED ALWAYS AS IDENTITY,
  xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  written_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX revocation_news_xid ON revocation_news (xid);
COMMENT ON TABLE revocation_news IS 'One row for each statement that wrote revocations of a tenant; kept for an hour. No wall: it holds nothing of a person.';

--changeset sallyport:010-revocations-written splitStatements:false
DROP TRIGGER written ON revocations;
DROP FUNCTION revocation_written();
CREATE FUNCTION revocations_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO revocation_news (tenant_id) SELECT DISTINCT tenant_id FROM added;
  PERFORM pg_notify('sallyport_revocations', t.tenant_id::text) FROM (SELECT DISTINCT tenant_id FROM added) t;
  RETURN NULL;
END $$;
CREATE TRIGGER written AFTER INSERT ON revocations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION revocations_written();

--changeset sallyport:010-signing-key-rounds
-- How often housekeeping has met a key in its state, at least ten minutes apart: a clock that jumps does not shorten the time that verifiers need.
ALTER TABLE signing_keys ADD COLUMN rounds integer NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX signing_keys_one_published ON signing_keys (tenant_id, alg) WHERE state = 'published';
