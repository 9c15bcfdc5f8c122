package dev.sallyport.scim.run;

import dev.sallyport.tenant.UserId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;

/**
 * Access that the directory does not vouch for.
 *
 * @param label how an administrator recognises the person
 * @param status of the account
 * @param reason {@code never_in_directory}, {@code no_longer_in_directory}, {@code not_vouched_for}, {@code connection_disabled},
 *     {@code off_but_holding} or {@code idle_api_keys}
 * @param evidence what it is concluded from: counts, times, ids; no secret
 * @param since from when on
 * @param age until now, by the database's clock
 */
public record Ghost(
        UserId user, String label, String status, String reason, JsonObject evidence, Instant since, Duration age) {
    /** As the admin API shows it. */
    public JsonObject json() {
        return new JsonObject()
                .put("user", user.toString())
                .put("label", label)
                .put("status", status)
                .put("reason", reason)
                .put("evidence", evidence)
                .put("since", since.toString())
                .put("age_seconds", age.toSeconds());
    }

    /** Where a list goes on behind this one. */
    public String cursor() {
        return user + "/" + reason;
    }
}
