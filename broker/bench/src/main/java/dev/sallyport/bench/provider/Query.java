package dev.sallyport.bench.provider;

import dev.sallyport.bench.load.Reply;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The parameters of an address or a form, found where they are; nothing is split beforehand. */
public record Query(String text) {

    /** The parameters of an address. */
    public static Query of(String address) {
        return new Query(address.substring(address.indexOf('?') + 1));
    }

    /** The value as it stands there, encoded; fails if there is none. */
    public String raw(String name) {
        int at = text.startsWith(name + "=") ? 0 : text.indexOf("&" + name + "=") + 1;
        if (at == 0 && !text.startsWith(name + "=")) {
            throw new Reply.Unexpected("there is no " + name + " in " + text);
        }
        int from = at + name.length() + 1;
        int end = text.indexOf('&', from);
        return end < 0 ? text.substring(from) : text.substring(from, end);
    }

    /** The value, decoded. */
    public String get(String name) {
        return URLDecoder.decode(raw(name), StandardCharsets.UTF_8);
    }
}
