package dev.sallyport.roles;

/** Something about a previewed mapping that is allowed but probably not meant. */
public sealed interface Warning {

    /** The warning as a sentence for the administrator. */
    String message();

    /** Nobody would hold a permission that somebody holds now, or nobody would hold {@code tenant:admin}. */
    record NobodyHolds(Permission permission) implements Warning {

        @Override
        public String message() {
            return "Nobody would hold '" + permission + "'.";
        }
    }

    /** None of the people is in the rule's group. */
    record MatchesNobody(MappingRule rule) implements Warning {

        @Override
        public String message() {
            return "Nobody is in the group '" + rule.groupValue() + "' of " + rule.source() + ".";
        }
    }

    /** The rule has ended and gives nothing. */
    record Expired(MappingRule rule) implements Warning {

        @Override
        public String message() {
            return "The rule for the group '" + rule.groupValue() + "' of " + rule.source() + " has expired.";
        }
    }
}
