package dev.sallyport.broker.token;

import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.session.SessionId;
import dev.sallyport.tenant.UserId;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a grant that concerns a person found and wrote, committed: everything that is needed to sign the answer.
 *
 * @param person the columns of {@link dev.sallyport.broker.people.Person} and of {@link PersonAccess#heldBy}
 * @param refreshToken the one to hand out
 */
public record Granted(TokenSubject subject, Row person, String refreshToken) {
    /** The columns that {@link #subject} reads, for a relation that is called {@code j}. */
    static final String SUBJECT =
            "j.user_id, j.session_id, j.family_id, j.auth_time, j.session_end, j.acr, j.amr, j.scope";

    /** Reads for whom the tokens are. */
    static TokenSubject subject(Row row, List<String> scope, Optional<String> nonce) {
        return new TokenSubject(
                new UserId(row.getUUID("user_id")),
                new SessionId(row.getUUID("session_id")),
                Optional.of(row.getUUID("family_id")),
                row.getOffsetDateTime("auth_time").toInstant(),
                row.getOffsetDateTime("session_end").toInstant(),
                Optional.ofNullable(row.getString("acr")),
                List.of(row.getArrayOfStrings("amr")),
                scope,
                nonce);
    }

    /** The rows of a gathered statement, one for each question and in their order; found by the hash that both name. */
    static List<Row> inOrder(List<Buffer> hashes, RowSet<Row> rows, String column) {
        Map<Buffer, Row> byHash = new HashMap<>();
        rows.forEach(row -> byHash.put(row.getBuffer(column), row));
        return hashes.stream().map(byHash::get).toList();
    }
}
