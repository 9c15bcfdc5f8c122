package dev.sallyport.demo.story;

/** A company's tenant that is live, with the id of the connection to its identity provider. */
public record Tenancy(Company company, String connection) {}
