package dev.sallyport.broker.federation;

/** Why a browser was sent to the tenant's IdP. */
public enum Purpose {
    /** A person signs in to an application. */
    SIGN_IN,
    /** A person signs in to their own page here. */
    ACCOUNT,
    /** An admin tries the connection; nobody is created. */
    TEST,
    /** A person who signed out here signs out there too. */
    SIGN_OUT;

    /** In the database. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    static Purpose of(String word) {
        return valueOf(word.toUpperCase(java.util.Locale.ROOT));
    }
}
