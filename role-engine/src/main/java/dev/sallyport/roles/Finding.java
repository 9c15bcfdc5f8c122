package dev.sallyport.roles;

/** One thing that {@link Lint} would tidy up. */
public sealed interface Finding {

    /** The finding as a sentence for the administrator. */
    String message();

    /** Two live rules give the same role to the same group, and neither of them is superfluous as a whole. */
    record GivenTwice(MappingRule first, MappingRule second, String role) implements Finding {

        @Override
        public String message() {
            return Finding.name(first) + " and " + Finding.name(second) + " both give '" + role + "' to "
                    + Finding.group(first) + ".";
        }
    }

    /** The rule can be deleted without effect: the other one gives the same group all its roles, for as long. */
    record Shadowed(MappingRule rule, MappingRule by) implements Finding {

        @Override
        public String message() {
            return Finding.name(rule) + " changes nothing: " + Finding.name(by) + " gives " + Finding.group(rule)
                    + " the same roles for at least as long.";
        }
    }

    /** The rule has ended. */
    record Expired(MappingRule rule) implements Finding {

        @Override
        public String message() {
            return Finding.name(rule) + " for " + Finding.group(rule) + " has expired.";
        }
    }

    /** The source has not named the rule's group lately, as far as the caller has looked back. */
    record GroupUnseen(MappingRule rule) implements Finding {

        @Override
        public String message() {
            return Finding.name(rule) + " waits for " + Finding.group(rule) + ", which has not been seen.";
        }
    }

    /** The group looks like a pattern. It is compared exactly, so the rule reaches only a group of just that name. */
    record LooksLikePattern(MappingRule rule) implements Finding {

        @Override
        public String message() {
            return Finding.name(rule) + " names " + Finding.group(rule)
                    + "; groups are compared exactly, and there are no patterns.";
        }
    }

    /** The rule names a role that does not exist any more or that tenants may not map; it gives nothing of it. */
    record DeadRole(MappingRule rule, String role) implements Finding {

        @Override
        public String message() {
            return Finding.name(rule) + " names the role '" + role + "', which cannot be mapped.";
        }
    }

    /** A mappable role that no live rule gives. */
    record UnmappedRole(String role) implements Finding {

        @Override
        public String message() {
            return "No rule gives the role '" + role + "'.";
        }
    }

    private static String name(MappingRule rule) {
        return "Rule " + rule.id();
    }

    private static String group(MappingRule rule) {
        return "the group '" + rule.groupValue() + "' of " + rule.source();
    }
}
