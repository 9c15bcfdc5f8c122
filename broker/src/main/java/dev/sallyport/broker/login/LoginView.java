package dev.sallyport.broker.login;

/**
 * What the page {@code /login} shows.
 *
 * @param action where its form is sent
 * @param unknown whether what was said before led nowhere
 * @param last the name of the tenant that was chosen last, or empty
 * @param lastLink the way there
 */
public record LoginView(String action, boolean unknown, String last, String lastLink) {}
