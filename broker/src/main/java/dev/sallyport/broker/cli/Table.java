package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Prints lists and objects for people: columns as wide as needed, nothing that could move the cursor. */
final class Table {
    private static final int WIDEST = 80;

    private Table() {}

    /** A list as a table; a column is a member, dots descend. */
    static void print(PrintWriter out, JsonArray items, String... columns) {
        List<String[]> lines = new ArrayList<>();
        String[] head = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            head[i] = columns[i].substring(columns[i].lastIndexOf('.') + 1).toUpperCase(java.util.Locale.ROOT);
        }
        lines.add(head);
        for (Object item : items) {
            String[] line = new String[columns.length];
            for (int i = 0; i < columns.length; i++) {
                line[i] = cut(text(at((JsonObject) item, columns[i])));
            }
            lines.add(line);
        }
        int[] widths = new int[columns.length];
        lines.forEach(line -> {
            for (int i = 0; i < line.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        });
        for (String[] line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < line.length; i++) {
                text.append(line[i]);
                if (i < line.length - 1) {
                    text.append(" ".repeat(widths[i] - line[i].length() + 2));
                }
            }
            out.println(text.toString().stripTrailing());
        }
        if (items.isEmpty()) {
            out.println("(none)");
        }
    }

    /** An object, one member a line; members of members below their name. */
    static void print(PrintWriter out, JsonObject object) {
        print(out, object, "");
    }

    private static void print(PrintWriter out, JsonObject object, String indent) {
        int width = object.fieldNames().stream().mapToInt(String::length).max().orElse(0);
        object.forEach(member -> {
            if (member.getValue() instanceof JsonObject inner) {
                out.println(indent + member.getKey() + ":");
                print(out, inner, indent + "  ");
            } else {
                String pad = " ".repeat(width - member.getKey().length());
                out.println(indent + member.getKey() + pad + "  " + text(member.getValue()));
            }
        });
    }

    private static Object at(JsonObject object, String path) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            return object.getValue(path);
        }
        Object inner = object.getValue(path.substring(0, dot));
        return inner instanceof JsonObject below ? at(below, path.substring(dot + 1)) : null;
    }

    private static String text(Object value) {
        if (value == null) {
            return "-";
        }
        String text = value instanceof JsonArray array
                ? array.stream().map(Table::text).collect(Collectors.joining(", "))
                : String.valueOf(value);
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static String cut(String text) {
        return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
    }
}
