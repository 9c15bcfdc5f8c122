package dev.sallyport.broker.admin;

/** JSON Pointers (RFC 6901) in their fragment form from the paths that rules speak in. */
final class Pointers {
    private Pointers() {}

    /** {@code rules[3].roles} becomes {@code #/rules/3/roles}. */
    static String of(String path) {
        StringBuilder pointer = new StringBuilder("#");
        for (String part : path.split("[.\\[\\]]+", -1)) {
            if (!part.isEmpty()) {
                pointer.append('/').append(part.replace("~", "~0").replace("/", "~1"));
            }
        }
        return pointer.toString();
    }
}
