--liquibase formatted sql

--changeset sallyport:014-audit-transaction
ALTER TABLE audit_events ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
COMMENT ON COLUMN audit_events.xid IS 'The transaction that wrote it. Whoever chains events needs to look only at those of transactions that were not over when it looked last.';
CREATE INDEX audit_events_xid ON audit_events (tenant_id, xid);
