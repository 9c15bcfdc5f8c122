package dev.sallyport.scim.run;

import static dev.sallyport.scim.Waiting.await;
import static dev.sallyport.scim.Waiting.failure;
import static dev.sallyport.scim.Waiting.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.TenantId;
import dev.sallyport.scim.directory.Cause;
import dev.sallyport.scim.directory.DirectoryAuth;
import dev.sallyport.scim.directory.DirectoryChange;
import dev.sallyport.scim.directory.RowsPeople;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs: a directory over HTTP, a real database, one or more nodes. */
@Timeout(60)
class SyncRunTest {
    private SyncHouse house;
    private FakeDirectory directory;

    @BeforeEach
    void open() {
        house = new SyncHouse();
        directory = house.directory;
    }

    @AfterEach
    void close() {
        house.close();
    }

    private TenantId synced(int people) {
        directory.people(people);
        house.worker(house.people);
        TenantId tenant = house.tenant();
        SyncRun first = house.sync(tenant);
        assertEquals(RunState.DONE, first.state(), first.reason());
        assertEquals(people, first.counts().admitted());
        assertEquals(people, house.active(tenant).size());
        return tenant;
    }

    private static Set<String> ids(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "u" + i).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({"0, 100, HELD", "1, 99, HELD", "89, 11, HELD", "90, 10, DONE", "100, 0, DONE"})
    @DisplayName("F01: an empty or tiny answer removes nobody; what is released is exactly the set that was held")
    void emptyOrTiny(int left, int missing, RunState state) {
        TenantId tenant = synced(100);
        directory.people(left);
        SyncRun run = house.sync(tenant);
        assertEquals(state, run.state());
        if (state == RunState.DONE) {
            assertEquals(missing, run.counts().removed());
            assertEquals(ids(1, left), house.active(tenant));
            return;
        }
        assertEquals(missing, run.counts().held());
        assertEquals(ids(1, 100), house.active(tenant));
        directory.people(3);
        await(house.runs.release(tenant, run.id(), "user:human"));
        SyncRun released = house.rest(tenant, run.id());
        assertEquals(RunState.DONE, released.state());
        assertEquals(missing, released.counts().removed());
        assertEquals(left == 0 ? Set.of() : ids(1, left), house.active(tenant));
        assertTrue(
                house.people.removals.stream().allMatch(cause -> cause.actor().equals("user:human")));
        assertEquals(
                SyncRefused.Reason.NOT_HELD,
                failure(SyncRefused.class, house.runs.release(tenant, run.id(), "user:human"))
                        .reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500", "401", "403", "404", "429", "html", "total", "short", "twice", "noid", "shrinks", "reset", "list"
            })
    @DisplayName("F02: a page that fails in any way leaves everybody as they are, and the next good run converges")
    void partialReads(String kind) {
        directory.cap = 5;
        TenantId tenant = synced(20);
        directory.remove("u7");
        for (int page = 1; page <= 4; page++) {
            int bad = page;
            directory.mischief = (request, at) -> at == bad ? mischief(kind, request) : Optional.empty();
            SyncRun run = house.sync(tenant);
            assertEquals(Optional.of(false), run.complete(), kind + " on page " + page);
            assertFalse(run.reason().isEmpty());
            assertEquals(ids(1, 20), house.active(tenant), kind + " on page " + page);
        }
        directory.mischief = (request, at) -> Optional.empty();
        SyncRun good = house.sync(tenant);
        assertEquals(1, good.counts().removed());
        assertFalse(house.active(tenant).contains("u7"));
        assertEquals(1, house.people.removals.size());
    }

    private Optional<JsonObject> mischief(String kind, HttpServerRequest request) {
        List<JsonObject> five = new ArrayList<>(directory.users.subList(0, 5));
        return switch (kind) {
            case "html" -> Optional.of(new JsonObject().put("Resources", "<html>"));
            case "total" -> Optional.of(FakeDirectory.list(5, five).put("totalResults", "many"));
            case "short" -> Optional.of(FakeDirectory.list(19, List.of()));
            case "twice" -> Optional.of(FakeDirectory.list(19, List.of(five.get(0), five.get(0), five.get(1))));
            case "noid" -> Optional.of(FakeDirectory.list(19, List.of(new JsonObject().put("userName", "x"))));
            case "shrinks" -> Optional.of(FakeDirectory.list(6, five));
            case "list" -> Optional.of(FakeDirectory.list(19, five).put("Resources", new JsonArray().add("x")));
            case "reset" -> {
                request.connection().close();
                yield Optional.of(new JsonObject());
            }
            default -> FakeDirectory.status(request, Integer.parseInt(kind));
        };
    }

    @Test
    @DisplayName("F05: paging that moves underfoot in twenty runs removes nobody wrongly, and whoever left is removed")
    void pagingThatMoves() {
        directory.cap = 5;
        directory.people(20);
        house.worker(house.people);
        TenantId tenant = house.tenant(change(DirectoryAuth.bearer(), FakeDirectory.TOKEN, 1));
        house.sync(tenant);
        AtomicInteger newcomers = new AtomicInteger();
        Set<String> left = new java.util.TreeSet<>();
        for (int round = 1; round <= 20; round++) {
            directory.mischief = (request, page) -> {
                if (page == 3) {
                    // Somebody on a page that was read leaves, somebody comes at the end: the walk skips one living
                    // person and all counts agree.
                    JsonObject gone = directory.users.remove(0);
                    left.add(gone.getString("id"));
                    directory.users.add(FakeDirectory.person("n" + newcomers.incrementAndGet()));
                }
                return Optional.empty();
            };
            house.sync(tenant);
            Set<String> alive =
                    directory.users.stream().map(user -> user.getString("id")).collect(Collectors.toSet());
            Set<String> here = house.active(tenant);
            for (String id : ids(1, 20)) {
                assertTrue(
                        !alive.contains(id) || here.contains(id), id + " is alive and was removed in round " + round);
            }
        }
        directory.mischief = (request, page) -> Optional.empty();
        house.sync(tenant);
        house.sync(tenant);
        Set<String> stillHere = house.active(tenant);
        stillHere.retainAll(left);
        assertEquals(Set.of(), stillHere);
    }

    @Test
    @DisplayName("I06, I07: a node that dies while applying is followed by another, and everything happens once")
    void nodeDiesInTheMiddle() {
        directory.people(60);
        TenantId tenant = house.tenant();
        RowsPeople dying = new RowsPeople(house.database);
        dying.answersLeft.set(17);
        SyncWorker first = house.worker(dying);
        SyncRun queued = await(house.runs.queue(tenant, RunMode.FULL, false, "operator"));
        until(
                house.vertx,
                () -> house.database.ping(),
                done -> dying.answersLeft.get() == 0 && dying.admissions.get() >= 18);
        first.crash();
        house.worker(house.people);
        SyncRun run = house.rest(tenant, queued.id());
        assertEquals(RunState.DONE, run.state(), run.reason());
        assertEquals(60, run.counts().admitted());
        assertEquals(60, dying.admissions.get() + house.people.admissions.get());
        assertEquals(ids(1, 60), house.active(tenant));
        directory.people(57);
        house.sync(tenant);
        assertEquals(3, house.people.removals.size());
    }

    @Test
    @DisplayName("I07: three nodes, ten tenants, each person is made once")
    void manyNodes() {
        directory.people(10);
        List<TenantId> tenants =
                IntStream.range(0, 10).mapToObj(i -> house.tenant()).toList();
        house.worker(house.people);
        house.worker(house.people);
        house.worker(house.people);
        Map<TenantId, UUID> queued = tenants.stream().collect(Collectors.toMap(tenant -> tenant, tenant -> await(
                        house.runs.queue(tenant, RunMode.FULL, false, "operator"))
                .id()));
        queued.forEach((tenant, run) ->
                assertEquals(RunState.DONE, house.rest(tenant, run).state()));
        assertEquals(100, house.people.admissions.get());
    }

    @Test
    void aDryRunSaysWhoWouldGoAndChangesNothing() {
        TenantId tenant = synced(20);
        directory.remove("u3");
        directory.users.add(FakeDirectory.person("new"));
        SyncRun run = house.sync(tenant, true);
        assertEquals(RunState.DONE, run.state());
        assertEquals(1, run.counts().removed());
        assertEquals(1, run.counts().admitted());
        assertEquals("gone", house.findings(tenant, run, "remove").get(0).reason());
        assertEquals(
                "u3@example.com", house.findings(tenant, run, "remove").get(0).label());
        assertEquals(ids(1, 20), house.active(tenant));
        assertEquals(List.of(), house.people.removals);
    }

    @Test
    void aSecondRunOverTheSameDirectoryHasNothingToDo() {
        directory.group("g1", "Staff", "u1", "u2");
        TenantId tenant = synced(20);
        SyncRun again = house.sync(tenant);
        assertEquals(20, again.counts().unchanged());
        assertEquals(List.of(), await(house.runs.findings(tenant, again.id(), Optional.empty(), 10)));
        assertEquals(0, house.people.updates.get());
    }

    @Test
    @DisplayName("inactive needs no second reading; who is active again returns, who was closed here does not")
    void comingAndGoing() {
        TenantId tenant = synced(40);
        directory.user("u1").put("active", false);
        directory.user("u2").put("active", "False");
        house.execute(
                tenant,
                "UPDATE users SET status = 'offboarded' WHERE tenant_id = $1 AND user_name = $2",
                "u3@example.com");
        SyncRun run = house.sync(tenant);
        assertEquals(2, run.counts().removed());
        assertEquals("closed_here", house.findings(tenant, run, "skip").get(0).reason());
        assertTrue(house.people.removals.stream().allMatch(c -> c.code().equals(Cause.DIRECTORY_INACTIVE)));
        directory.user("u1").put("active", true);
        house.sync(tenant);
        Set<String> active = house.active(tenant);
        assertTrue(active.contains("u1"));
        assertFalse(active.contains("u2"));
        assertFalse(active.contains("u3"));
    }

    @Test
    @DisplayName(
            "F06: people who share a user name or an external id, or cannot be mapped, are skipped with the reason")
    void skipped() {
        directory.people(4);
        directory.users.add(FakeDirectory.person("a").put("userName", "U1@Example.COM"));
        directory.users.add(FakeDirectory.person("b").put("externalId", "ext-u2"));
        directory.users.add(FakeDirectory.person("c").put("userName", null));
        directory.users.add(FakeDirectory.person("d").put("active", "perhaps"));
        directory.users.add(FakeDirectory.person("e").put("displayName", "x".repeat(301)));
        directory.users.add(FakeDirectory.person("f").put("displayName", "a\u0000b"));
        house.worker(house.people);
        TenantId tenant = house.tenant();
        SyncRun run = house.sync(tenant);
        assertEquals(Set.of("u3", "u4"), house.active(tenant));
        Map<String, String> reasons = house.findings(tenant, run, "skip").stream()
                .filter(finding -> finding.resourceId().isPresent())
                .collect(Collectors.toMap(finding -> finding.resourceId().get(), SyncFinding::reason));
        assertEquals(
                Map.of(
                        "u1", "duplicate_user_name",
                        "a", "duplicate_user_name",
                        "u2", "duplicate_external_id",
                        "b", "duplicate_external_id",
                        "c", "no_user_name",
                        "d", "unreadable_active",
                        "e", "too_long:display_name",
                        "f", "control_character:display_name"),
                reasons);
    }

    @Test
    @DisplayName("F06: a directory person whose user name somebody else has takes nothing over")
    void takenUserName() {
        directory.people(3);
        house.worker(house.people);
        TenantId tenant = house.tenant();
        house.execute(tenant, """
                INSERT INTO users (tenant_id, id, status, user_name, source, status_cause)
                VALUES ($1, $2, 'active', 'u2@example.com', 'admin', 'test')""", UUID.randomUUID());
        SyncRun run = house.sync(tenant);
        SyncFinding failed = house.findings(tenant, run, "admit").stream()
                .filter(finding -> finding.state().equals("failed"))
                .findFirst()
                .orElseThrow();
        assertEquals("user_name_taken", failed.detail());
        assertEquals(Set.of("u1", "u3"), house.active(tenant));
    }

    @Test
    @DisplayName("I11: the last administrator is held, everybody else who left goes")
    void lastAdministrator() {
        TenantId tenant = synced(40);
        house.admins.add(house.user(tenant, "u1"));
        directory.remove("u1");
        directory.remove("u2");
        SyncRun run = house.sync(tenant);
        assertEquals(RunState.HELD, run.state());
        assertEquals("last_admin", house.findings(tenant, run, "hold").get(0).reason());
        assertTrue(house.active(tenant).contains("u1"));
        assertFalse(house.active(tenant).contains("u2"));
    }

    @Test
    void aNewerReadReplacesWhatAnOlderOneHolds() {
        TenantId tenant = synced(20);
        directory.people(1);
        SyncRun held = house.sync(tenant);
        assertEquals(RunState.HELD, held.state());
        directory.people(20);
        house.sync(tenant);
        assertEquals(
                RunState.DONE,
                await(house.runs.find(tenant, held.id())).orElseThrow().state());
        assertEquals(
                SyncRefused.Reason.NOT_HELD,
                failure(SyncRefused.class, house.runs.release(tenant, held.id(), "user:human"))
                        .reason());
    }

    @Test
    void groupsBecomeMembershipsAndAListThatBreaksOffTakesNoneAway() {
        directory.group("g1", "Staff", "u1", "u2");
        directory.group("g2", "Admins", "u1");
        directory.group("g3", "Twin", "u1");
        directory.group("g4", "Twin", "u2");
        TenantId tenant = synced(20);
        assertEquals(Set.of("Staff", "Admins"), house.groupsOf(tenant, "u1"));
        directory.groups.removeIf(group -> group.getString("id").equals("g2"));
        directory.mischief = (request, page) ->
                request.path().endsWith("/Groups") ? FakeDirectory.status(request, 500) : Optional.empty();
        SyncRun run = house.sync(tenant);
        assertTrue(house.findings(tenant, run, "skip").stream()
                .anyMatch(f -> f.reason().equals("groups_not_read")));
        assertEquals(Set.of("Staff", "Admins"), house.groupsOf(tenant, "u1"));
        directory.mischief = (request, page) -> Optional.empty();
        house.sync(tenant);
        assertEquals(Set.of("Staff"), house.groupsOf(tenant, "u1"));
        assertEquals(Set.of("Staff"), house.groupsOf(tenant, "u2"));
        directory.groups.clear();
        house.sync(tenant);
        assertEquals(Set.of("Staff"), house.groupsOf(tenant, "u1"));
    }

    @Test
    @DisplayName("who was suspended and comes back gets the groups of the directory again")
    void membershipsAfterSuspension() {
        directory.group("g1", "Staff", "u1");
        TenantId tenant = synced(3);
        house.execute(
                tenant, "UPDATE users SET status = 'suspended' WHERE tenant_id = $1 AND user_name = 'u1@example.com'");
        house.execute(tenant, "DELETE FROM memberships WHERE tenant_id = $1");
        house.sync(tenant);
        assertEquals(Set.of(), house.groupsOf(tenant, "u1"));
        house.execute(
                tenant, "UPDATE users SET status = 'active' WHERE tenant_id = $1 AND user_name = 'u1@example.com'");
        house.sync(tenant);
        assertEquals(Set.of("Staff"), house.groupsOf(tenant, "u1"));
    }

    @Test
    @DisplayName("C05: a list that never ends is left, and nobody is removed")
    void endless() {
        directory.cap = 5;
        TenantId tenant = synced(20);
        AtomicInteger made = new AtomicInteger();
        directory.mischief = (request, page) -> page == 0
                ? Optional.empty()
                : Optional.of(FakeDirectory.list(
                        made.get() + 100,
                        IntStream.range(0, 5)
                                .mapToObj(i -> FakeDirectory.person("e" + made.incrementAndGet()))
                                .toList()));
        SyncRun run = house.sync(tenant);
        assertEquals(Optional.of(false), run.complete());
        assertTrue(made.get() < 300, made + " people were read");
        Set<String> active = house.active(tenant);
        active.retainAll(ids(1, 20));
        assertEquals(ids(1, 20), active);
    }

    @Test
    void readsByCursorWhereItIsOffered() {
        directory.cursor = true;
        directory.cap = 7;
        TenantId tenant = synced(20);
        directory.remove("u20");
        assertEquals(1, house.sync(tenant).counts().removed());
    }

    @Test
    void waitsWhenItIsToldTo() {
        AtomicInteger refused = new AtomicInteger();
        directory.mischief = (request, page) -> {
            if (page == 1 && refused.getAndIncrement() == 0) {
                request.response().putHeader("Retry-After", "1");
                return FakeDirectory.status(request, 429);
            }
            return Optional.empty();
        };
        synced(5);
        assertEquals(2, directory.requests.get("/Users").get());
    }

    @Test
    void showsItselfWithBasicAndWithClientCredentials() {
        directory.people(3);
        house.worker(house.people);
        directory.expected = "Basic dXNlcjpwYTpzcw==";
        TenantId basic = house.tenant(change(DirectoryAuth.basic("user"), "pa:ss", 0.1));
        assertEquals(3, house.sync(basic).counts().admitted());
        directory.expected = "Bearer fresh";
        DirectoryAuth auth =
                DirectoryAuth.clientCredentials("client", "http://" + directory.authority() + "/token", "scim");
        TenantId oauth = house.tenant(change(auth, "se cret", 0.1));
        assertEquals(3, house.sync(oauth).counts().admitted());
        assertEquals(List.of("Basic Y2xpZW50OnNlK2NyZXQ="), directory.authorizations);
    }

    private DirectoryChange change(DirectoryAuth auth, String secret, double ratio) {
        return new DirectoryChange(
                directory.base(), auth, Optional.of(secret), Optional.empty(), Duration.ofDays(7), 50, ratio, true);
    }

    @Test
    @DisplayName("B11: nothing is applied for a tenant that is not active")
    void suspendedTenant() {
        TenantId tenant = synced(5);
        directory.user("u1").put("active", false);
        await(house.database.platform(
                "UPDATE tenants SET status = 'suspended' WHERE id = $1", Tuple.of(tenant.value())));
        SyncRun run = house.sync(tenant);
        assertEquals(RunState.FAILED, run.state());
        assertEquals(ids(1, 5), house.active(tenant));
    }

    @Test
    void oneRunAtATimeAndNoneWithoutADirectory() {
        directory.people(3);
        TenantId tenant = house.tenant();
        await(house.runs.queue(tenant, RunMode.FULL, false, "operator"));
        assertEquals(
                SyncRefused.Reason.RUN_UNDER_WAY,
                failure(SyncRefused.class, house.runs.queue(tenant, RunMode.FULL, true, "operator"))
                        .reason());
        await(house.directories.delete(tenant, "operator"));
        assertEquals(
                SyncRefused.Reason.NO_DIRECTORY,
                failure(SyncRefused.class, house.runs.queue(tenant, RunMode.FULL, true, "operator"))
                        .reason());
    }

    @Test
    void theClockStartsRunsAndFreshnessIsKnown() {
        directory.people(3);
        TenantId tenant = house.tenant();
        assertTrue(await(house.runs.freshness(tenant)).orElseThrow().overdue());
        house.worker(house.people);
        await(house.database.platform("UPDATE jobs SET due_at = now() WHERE tenant_id = $1", Tuple.of(tenant.value())));
        SyncRun run = until(
                        house.vertx,
                        () -> house.runs.list(tenant, Optional.empty(), 10),
                        list -> list.size() == 1 && list.get(0).state().isAtRest())
                .get(0);
        assertEquals("schedule", run.requestedBy());
        Freshness freshness = await(house.runs.freshness(tenant)).orElseThrow();
        assertFalse(freshness.overdue());
    }

    @Test
    void ghostsAreFoundWithTheirReason() {
        TenantId tenant = synced(20);
        house.execute(tenant, """
                INSERT INTO users (tenant_id, id, status, user_name, source, status_cause)
                VALUES ($1, $2, 'active', 'ghost@example.com', 'jit', 'test')""", UUID.randomUUID());
        house.execute(
                tenant,
                "UPDATE directory_accounts SET absent_since = now() WHERE tenant_id = $1 AND resource_id = 'u1'");
        house.execute(
                tenant, "UPDATE directory_accounts SET active = false WHERE tenant_id = $1 AND resource_id = 'u2'");
        house.execute(
                tenant, "UPDATE users SET status = 'offboarded' WHERE tenant_id = $1 AND user_name = 'u3@example.com'");
        for (String name : List.of("u3@example.com", "u4@example.com")) {
            house.execute(tenant, """
                    INSERT INTO api_keys (tenant_id, id, key_hash, user_id, name)
                    SELECT $1, $3, sha256($2::text::bytea), id, 'key' FROM users WHERE tenant_id = $1 AND user_name = $2::text""", name, UUID.randomUUID());
        }
        house.execute(tenant, "UPDATE users SET created_at = now() - interval '91 days' WHERE tenant_id = $1");
        List<Ghost> ghosts = await(new Ghosts(house.database).find(tenant, "", 100));
        Map<String, String> found = ghosts.stream().collect(Collectors.toMap(Ghost::label, Ghost::reason));
        assertEquals(
                Map.of(
                        "ghost@example.com", "never_in_directory",
                        "u1@example.com", "no_longer_in_directory",
                        "u2@example.com", "not_vouched_for",
                        "u3@example.com", "off_but_holding",
                        "u4@example.com", "idle_api_keys"),
                found);
        List<Ghost> rest =
                await(new Ghosts(house.database).find(tenant, ghosts.get(1).cursor(), 100));
        assertEquals(
                ghosts.subList(2, 5).stream().map(Ghost::cursor).toList(),
                rest.stream().map(Ghost::cursor).toList());
    }

    @Test
    @DisplayName("H07: the directory's secret is in no row, no audit event and no finding")
    void secretStaysSealed() {
        TenantId tenant = synced(2);
        directory.expected = "Bearer other";
        house.sync(tenant);
        for (String table : List.of("directories", "audit_events", "sync_runs", "sync_findings")) {
            Set<String> rows = house.column(tenant, "SELECT t::text AS v FROM " + table + " t WHERE tenant_id = $1");
            assertTrue(rows.stream().noneMatch(row -> row.contains("canary")), table);
        }
    }
}
