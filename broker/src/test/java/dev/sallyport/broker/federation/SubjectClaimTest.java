package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sallyport.tenant.connection.ClaimNames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The key of a person")
class SubjectClaimTest {
    private static final String TENANT = "11111111-2222-3333-4444-555555555555";
    private static final String ISSUER = "https://login.microsoftonline.com/" + TENANT + "/v2.0";

    private static JsonObject claims(Object oid, Object tid) {
        return new JsonObject().put("sub", "pairwise").put("oid", oid).put("tid", tid);
    }

    private static String reason(JsonObject claims, String issuer, String name) {
        return assertThrows(IdTokenCheck.Untrusted.class, () -> SubjectClaim.read(claims, issuer, name))
                .getMessage();
    }

    @Test
    @DisplayName("is sub, or Entra's object and tenant together")
    void bothKinds() {
        assertEquals("pairwise", SubjectClaim.read(claims("o", TENANT), ISSUER, ClaimNames.SUB));
        assertEquals("o-1." + TENANT, SubjectClaim.read(claims("o-1", TENANT), ISSUER, ClaimNames.OID_TID));
        assertEquals("o.t", SubjectClaim.read(claims("o", "t"), "https://idp.example", ClaimNames.OID_TID));
    }

    @Test
    @DisplayName("A02: with one half missing, empty or no text is nobody's")
    void halves() {
        Object[] bad = {
            null, "", 1, true, new JsonArray().add("o"), new JsonObject(), "a.b", "o\u0000", "x".repeat(65), " "
        };
        for (Object value : bad) {
            assertEquals("oid", reason(claims(value, TENANT), ISSUER, ClaimNames.OID_TID));
            assertEquals("tid", reason(claims("o", value), ISSUER, ClaimNames.OID_TID));
        }
        for (Object value : new Object[] {null, "", 1, "x".repeat(256), "a\r\nb"}) {
            assertEquals("subject_claim_missing", reason(new JsonObject().put("sub", value), ISSUER, ClaimNames.SUB));
        }
    }

    @Test
    @DisplayName("A02: of another Entra tenant than the issuer's is refused")
    void otherTenant() {
        assertEquals("tid", reason(claims("o", "another"), ISSUER, ClaimNames.OID_TID));
        assertEquals(
                "tid", reason(claims("o", "another"), "https://sts.windows.net/" + TENANT + "/", ClaimNames.OID_TID));
        assertEquals("tid", reason(claims("o", TENANT), "https://login.microsoftonline.com", ClaimNames.OID_TID));
        assertEquals("tid", reason(claims("o", "AA"), "https://login.microsoftonline.com/aa/v2.0", ClaimNames.OID_TID));
    }

    @Property
    @Label("A02: is different for different people")
    void injective(
            @ForAll @StringLength(min = 1, max = 5) @CharRange(from = 'a', to = 'c') String oid,
            @ForAll @StringLength(min = 1, max = 5) @CharRange(from = 'a', to = 'c') String tid,
            @ForAll @StringLength(min = 1, max = 5) @CharRange(from = 'a', to = 'c') String otherOid,
            @ForAll @StringLength(min = 1, max = 5) @CharRange(from = 'a', to = 'c') String otherTid) {
        Assume.that(!oid.equals(otherOid) || !tid.equals(otherTid));
        assertNotEquals(
                SubjectClaim.read(claims(oid, tid), "https://idp.example", ClaimNames.OID_TID),
                SubjectClaim.read(claims(otherOid, otherTid), "https://idp.example", ClaimNames.OID_TID));
    }
}
