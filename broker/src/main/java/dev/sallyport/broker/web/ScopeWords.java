package dev.sallyport.broker.web;

/** What a scope gives, in the words of our pages. */
public final class ScopeWords {
    private ScopeWords() {}

    /** One line for one scope. */
    public static String of(String scope) {
        return switch (scope) {
            case "openid" -> "Recognise you, by a number that stands for you here";
            case "profile" -> "See your name and your user name";
            case "email" -> "See your e-mail address";
            default -> scope;
        };
    }
}
