--liquibase formatted sql

--changeset sallyport:018-setup-links
ALTER TABLE setup_links
  ADD COLUMN code_hash bytea CHECK (octet_length(code_hash) = 32),
  ADD COLUMN wrong_codes integer NOT NULL DEFAULT 0 CHECK (wrong_codes >= 0),
  ADD COLUMN last_seen_at timestamptz;
ALTER TABLE setup_links DROP CONSTRAINT setup_links_purposes_check;
ALTER TABLE setup_links ADD CONSTRAINT setup_links_purposes_check
  CHECK (purposes <@ ARRAY['federate', 'domain', 'directory', 'renew', 'break_glass'] AND cardinality(purposes) > 0);
COMMENT ON COLUMN setup_links.code_hash IS 'Hash of the link''s secret and the code that the recipient gets on another channel, together: the code cannot be guessed from it by whoever has only the table. NULL: no code is asked for.';
COMMENT ON COLUMN setup_links.last_seen_at IS 'When the session that redeemed the link last asked for a page, to the minute.';

--changeset sallyport:018-expiry-warnings
CREATE TABLE expiry_warnings (
  tenant_id   uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  subject     text NOT NULL CHECK (length(subject) BETWEEN 1 AND 500),
  expires_at  timestamptz NOT NULL,
  days        integer NOT NULL CHECK (days IN (30, 14, 3, 0)),
  warned_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, subject, expires_at, days)
);
COMMENT ON TABLE expiry_warnings IS 'Which warnings were given, so that each is given once; 0 days: it has ended.';

--changeset sallyport:018-open-alarms splitStatements:false
CREATE TABLE open_alarms (
  kind  text PRIMARY KEY,
  open  bigint NOT NULL
);
COMMENT ON TABLE open_alarms IS 'How many alarms of each kind are open over all tenants, for the metrics; names no tenant.';
INSERT INTO open_alarms (kind, open) SELECT kind, count(*) FROM alarms WHERE resolved_at IS NULL GROUP BY kind;
CREATE FUNCTION count_open_alarms() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change integer := 0;
  of_kind text;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.resolved_at IS NULL THEN change := change - 1; of_kind := OLD.kind; END IF;
  IF TG_OP <> 'DELETE' AND NEW.resolved_at IS NULL THEN change := change + 1; of_kind := NEW.kind; END IF;
  IF change <> 0 THEN
    INSERT INTO open_alarms AS o (kind, open) VALUES (of_kind, greatest(change, 0))
    ON CONFLICT (kind) DO UPDATE SET open = greatest(o.open + change, 0);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER counted AFTER INSERT OR DELETE OR UPDATE OF resolved_at ON alarms FOR EACH ROW EXECUTE FUNCTION count_open_alarms();
