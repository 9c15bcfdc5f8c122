-- Run after every migration, by the owner of the tables. Walls every tenant table off and gives the application role what it
-- needs and nothing else. New tables cannot forget the wall: whatever has a tenant_id gets it, except the routing tables named here.
DO $$
DECLARE
  t text;
  app text := '@app_role@';
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), app);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', current_schema(), app);
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', current_schema(), app);
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_events, audit_chain FROM %I', app);
  EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON offboardings FROM %I', app);
  FOR t IN SELECT c.relname FROM pg_class c
           WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
             AND c.relname IN ('databasechangelog', 'databasechangeloglock', 'schema_state') LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %I FROM %I', t, app);
  END LOOP;
  FOR t IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
             AND a.attname = 'tenant_id' AND NOT a.attisdropped
             AND c.relname NOT IN ('jobs', 'domain_routes', 'revocation_news') LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('DROP POLICY IF EXISTS tenant_wall ON %I', t);
    EXECUTE format('CREATE POLICY tenant_wall ON %I USING (tenant_id = nullif(current_setting(''sallyport.tenant'', true), '''')::uuid)', t);
    -- Until a table has been analysed the planner takes a tenant for a small part of it, and may read the tenant's rows for one of
    -- them. Where it can be told otherwise (PostgreSQL 18), it is.
    IF current_setting('server_version_num')::int >= 180000
       AND EXISTS (SELECT 1 FROM pg_class k WHERE k.relnamespace = current_schema()::regnamespace AND k.relname = t AND k.reltuples < 0) THEN
      EXECUTE format('SELECT pg_restore_attribute_stats(''schemaname'', %L, ''relname'', %L, ''attname'', ''tenant_id'', ''inherited'', false, '
        || '''null_frac'', 0::real, ''avg_width'', 16, ''n_distinct'', 1::real)', current_schema(), t);
    END IF;
  END LOOP;
END $$;
