package dev.sallyport.demo.story;

import dev.sallyport.demo.idp.Person;

/** A company as its own administrators know it: an identity provider with people, and a directory. */
public interface Company {

    /** Its slug at Sallyport. */
    String slug();

    /** Its name. */
    String name();

    /** The issuer of its identity provider. */
    String issuer();

    /** How its identity provider knows Sallyport. */
    Client client();

    /** Registers, at the identity provider, what Sallyport wants to be registered there. */
    void register(String redirectUri, String backchannelLogoutUri);

    /** Fills in the sign-in page of the identity provider and sends it. */
    Page signIn(Browser browser, Page signInPage, Person person);

    /** Whether the person can still sign in at the identity provider. */
    boolean canSignIn(Person person);

    /** Its directory. */
    StaffDirectory directory();
}
