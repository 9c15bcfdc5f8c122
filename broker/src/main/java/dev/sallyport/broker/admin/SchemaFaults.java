package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Field;
import dev.sallyport.broker.admin.Problem.Kind;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what the schema validator says into the fields at fault: the leaves, each place once. */
final class SchemaFaults {
    private static final int MOST = 20;
    private static final int LONGEST = 200;
    private static final Pattern PARAMETER =
            Pattern.compile("(?:query|path|header|cookie) parameter (\\S+?)[. ]", Pattern.CASE_INSENSITIVE);
    private static final Set<String> BRANCHES = Set.of("properties", "items", "$ref", "allOf", "if", "prefixItems");

    private SchemaFaults() {}

    static Problem problem(ValidatorException invalid) {
        Matcher parameter = PARAMETER.matcher(String.valueOf(invalid.getMessage()) + " ");
        if (parameter.find()) {
            return Problem.badParameter(parameter.group(1), parameterFault(invalid));
        }
        List<Field> fields = invalid instanceof SchemaValidationException schema
                ? fields(schema.getOutputUnit())
                : List.of(Field.body("#", "is required"));
        return new Problem(Kind.VALIDATION, "The body does not fit.", fields, 0);
    }

    private static String parameterFault(ValidatorException invalid) {
        if (!(invalid instanceof SchemaValidationException schema)
                || schema.getOutputUnit().getErrors() == null) {
            return "is missing or cannot be read";
        }
        return schema.getOutputUnit().getErrors().stream()
                .map(SchemaFaults::sentence)
                .findFirst()
                .orElse("cannot be read");
    }

    private static List<Field> fields(OutputUnit output) {
        List<OutputUnit> errors = output.getErrors() == null ? List.of() : output.getErrors();
        Map<String, Field> byPlace = new LinkedHashMap<>();
        for (OutputUnit error : errors) {
            String keyword = keyword(error);
            String place = error.getInstanceLocation();
            boolean explained = keyword.equals("additionalProperties")
                    && errors.stream().anyMatch(other -> other != error && isLeafBelow(other, place));
            if (!BRANCHES.contains(keyword) && !explained && byPlace.size() < MOST) {
                byPlace.putIfAbsent(place, Field.body(place, sentence(error)));
            }
        }
        if (byPlace.isEmpty()) {
            errors.stream()
                    .reduce((first, second) -> second)
                    .ifPresent(last -> byPlace.put("", Field.body(last.getInstanceLocation(), "is not allowed here")));
        }
        return List.copyOf(byPlace.values());
    }

    private static boolean isLeafBelow(OutputUnit other, String place) {
        return !BRANCHES.contains(keyword(other))
                && !keyword(other).equals("additionalProperties")
                && (other.getInstanceLocation().equals(place)
                        || other.getInstanceLocation().startsWith(place + "/"));
    }

    private static String keyword(OutputUnit error) {
        String location = error.getKeywordLocation();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    // The validator's sentences repeat what was sent; a refusal says what is expected and never what came.
    private static String sentence(OutputUnit error) {
        String said = String.valueOf(error.getError());
        String text =
                switch (keyword(error)) {
                    case "required" -> said.replace("Instance does not have", "lacks");
                    case "additionalProperties" -> "has a member that is not known here";
                    case "pattern" -> "does not have the right form";
                    case "format" -> "does not have the right format";
                    case "enum", "const" -> "is none of the allowed values";
                    case "minLength", "maxLength" -> "is too short or too long";
                    case "minimum", "maximum" -> "is too small or too large";
                    case "minItems", "maxItems" -> "has too few or too many items";
                    case "uniqueItems" -> "holds the same item twice";
                    case "minProperties" -> "names nothing to change";
                    case "type" -> "is of the wrong type";
                    default -> said.startsWith("False") ? "is not allowed here" : "is not allowed like this";
                };
        return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    }
}
