package dev.sallyport.demo.app;

/** A company that uses the application: its slug at Sallyport and its name. */
public record Customer(String slug, String name) {}
