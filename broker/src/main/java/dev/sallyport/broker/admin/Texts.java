package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Field;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Which texts may come in: no control characters, which forge log lines and which PostgreSQL refuses, and no half characters. */
final class Texts {
    private static final int MOST_FAULTS = 20;

    private Texts() {}

    /** Whether a text holds a control character or a lone surrogate. */
    static boolean isUnsound(String text) {
        return text.codePoints().anyMatch(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF));
    }

    /** All unsound texts and member names of a JSON value, at most 20. */
    static List<Field> unsound(Object value) {
        List<Field> faults = new ArrayList<>();
        walk(value, "#", faults);
        return faults;
    }

    private static void walk(Object value, String pointer, List<Field> faults) {
        if (faults.size() >= MOST_FAULTS) {
            return;
        }
        if (value instanceof String text && isUnsound(text)) {
            faults.add(Field.body(pointer, "holds a character that is not allowed"));
        } else if (value instanceof JsonObject object) {
            object.forEach(member -> {
                if (isUnsound(member.getKey())) {
                    faults.add(Field.body(pointer, "has a member whose name is not allowed"));
                } else {
                    walk(
                            member.getValue(),
                            pointer + "/" + member.getKey().replace("~", "~0").replace("/", "~1"),
                            faults);
                }
            });
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                walk(array.getValue(i), pointer + "/" + i, faults);
            }
        }
    }
}
