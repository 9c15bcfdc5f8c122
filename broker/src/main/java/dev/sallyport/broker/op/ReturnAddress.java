package dev.sallyport.broker.op;

import dev.sallyport.broker.web.Parameters;
import java.util.Optional;

/**
 * Where and how the answer of an authorization request goes back.
 *
 * @param redirectUri registered by the application
 * @param formPost as a form (OAuth 2.0 Form Post Response Mode) instead of in the query
 */
record ReturnAddress(String redirectUri, Optional<String> state, boolean formPost) {
    /** {@code response_mode} for a form. */
    static final String FORM_POST = "form_post";

    /** From a request that is not judged yet. Throws {@code invalid_request} for a repeated state or mode. */
    static ReturnAddress of(Parameters parameters) {
        return new ReturnAddress(
                parameters.require("redirect_uri"),
                parameters.get("state"),
                parameters.get("response_mode").equals(Optional.of(FORM_POST)));
    }
}
