package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.OKTA;
import static dev.sallyport.roles.Example.OPERATE;
import static dev.sallyport.roles.Example.READ;
import static dev.sallyport.roles.Example.TOMORROW;
import static dev.sallyport.roles.Example.WRITE;
import static dev.sallyport.roles.Example.mapping;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Threat B08: nobody can grant what they do not hold. */
class GrantAuthorityTest {

    private final GrantAuthority reader = GrantAuthority.holding(Set.of(READ));
    private final MappingRule viewers = MappingRule.of("r1", OKTA, "Finance", "viewer");
    private final MappingRule admins = MappingRule.of("r2", OKTA, "IT", "admin");

    @Test
    void B08_aNewRuleIsMeasuredAgainstTheGrantor() {
        assertEquals(
                List.of(new Violation(
                        "rules[1].roles",
                        "The role 'accountant' grants [invoice:write], which you do not hold yourself.")),
                reader.judge(
                        RoleMapping.empty(),
                        mapping(viewers, MappingRule.of("r3", OKTA, "Finance", "accountant")),
                        CATALOGUE));
    }

    @Test
    void B08_whatAColleagueSetUpMayStayMoveOrGo() {
        assertEquals(0, faults(mapping(admins, viewers), mapping(viewers, admins)));
        assertEquals(0, faults(mapping(admins, viewers), mapping(viewers)));
        assertEquals(0, faults(mapping(admins), mapping(admins.until(TOMORROW))));
        assertEquals(0, faults(mapping(admins), mapping(MappingRule.of("new-id", OKTA, "IT", "admin"))));
        MappingRule both = MappingRule.of("r2", OKTA, "IT", "admin", "viewer");
        assertEquals(0, faults(mapping(admins), mapping(both)));
    }

    @Test
    void B08_anApprovedIdIsNoCoverForAnotherMeaning() {
        assertEquals(1, faults(mapping(admins), mapping(MappingRule.of("r2", OKTA, "Everyone", "admin"))));
        assertEquals(1, faults(mapping(viewers), mapping(MappingRule.of("r1", OKTA, "Finance", "admin"))));
        assertEquals(1, faults(mapping(admins), mapping(MappingRule.of("r2", GroupSource.scim(), "IT", "admin"))));
        assertEquals(1, faults(mapping(admins.until(TOMORROW)), mapping(admins)));
        assertEquals(1, faults(mapping(admins.until(TOMORROW)), mapping(admins.until(TOMORROW.plusNanos(1)))));
    }

    @Test
    void B08_directGrantsAreMeasuredTheSameWay() {
        DirectGrant admin = DirectGrant.of("d1", "admin");
        assertEquals(1, reader.judge(List.of(), List.of(admin), CATALOGUE).size());
        assertEquals(0, reader.judge(List.of(admin), List.of(admin), CATALOGUE).size());
        assertEquals(
                1,
                reader.judge(List.of(admin.until(TOMORROW)), List.of(admin), CATALOGUE)
                        .size());
        assertEquals(
                0,
                reader.judge(List.of(), List.of(DirectGrant.of("d2", "viewer")), CATALOGUE)
                        .size());
    }

    @Test
    void B08_aPlatformRoleIsForTheOperatorToGiveEvenIfTheGrantorHoldsIt() {
        List<DirectGrant> platform = List.of(DirectGrant.of("d1", "operator"));
        GrantAuthority holder = GrantAuthority.holding(Set.of(OPERATE));
        assertEquals(1, holder.judge(List.of(), platform, CATALOGUE).size());
        assertEquals(
                0,
                GrantAuthority.operator().judge(List.of(), platform, CATALOGUE).size());
    }

    @Test
    void B08_aKeyCannotCarryMoreThanItsMaker() {
        assertEquals(List.of(), reader.judge(Set.of(READ), "permissions"));
        assertEquals(
                List.of(new Violation("permissions", "You do not hold [invoice:write] and cannot grant it.")),
                reader.judge(Set.of(READ, WRITE), "permissions"));
        assertEquals(List.of(), GrantAuthority.operator().judge(Set.of(WRITE), "permissions"));
    }

    @Test
    void B08_theOperatorMayMapEverythingThatCanBeMapped() {
        assertEquals(
                List.of(), GrantAuthority.operator().judge(RoleMapping.empty(), mapping(admins, viewers), CATALOGUE));
    }

    private int faults(RoleMapping before, RoleMapping after) {
        return reader.judge(before, after, CATALOGUE).size();
    }
}
